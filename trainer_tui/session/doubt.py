"""Whether a prediction can be accepted without a look at it: one that is sure enough and that nothing contradicts."""

from __future__ import annotations

from trainer_tui.session.protocol import ConfirmAction, ConfirmIntent


def doubt(asked: ConfirmIntent | ConfirmAction, sure_above: float) -> str | None:
    """Why it cannot, in words; None where it can."""
    if isinstance(asked, ConfirmIntent):
        name, confidence = str(asked.parse.intent), asked.parse.confidence
    else:
        name, confidence = asked.prediction.action, asked.prediction.confidence
        if asked.prediction.contradictions:
            return f"{name} contradicts {asked.prediction.contradictions[0].text}"
    return None if confidence >= sure_above else f"{name} is {confidence:.2f} sure, not {sure_above:.2f}"
