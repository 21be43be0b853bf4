"""Whether a prediction can be accepted without a look at it: one that is sure enough and that nothing contradicts."""

from __future__ import annotations

from trainer_tui.session.protocol import ConfirmAction, ConfirmIntent


def doubt(asked: ConfirmIntent | ConfirmAction, sure_above: float) -> str | None:
    """Why it cannot, in words; None where it can."""
    if isinstance(asked, ConfirmIntent):
        entities = ((entity.entity, entity.confidence) for entity in asked.parse.entities)
        claims = [(str(asked.parse.intent), asked.parse.confidence), *entities]
    else:
        claims = [(asked.prediction.action, asked.prediction.confidence)]
        if asked.prediction.contradictions:
            return f"{asked.prediction.action} contradicts {asked.prediction.contradictions[0].text}"
    for name, confidence in claims:
        if confidence is not None and confidence < sure_above:
            return f"{name} is {confidence:.2f} sure, not {sure_above:.2f}"
    return None
