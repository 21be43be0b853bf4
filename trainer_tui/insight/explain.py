"""Why the bot wants an action: who said what, and on which stories and rules it rests."""

from __future__ import annotations

from collections.abc import Iterable

from trainer_tui.policies.policy import EnsemblePrediction, Evidence, PolicyPrediction

_BEST = 3
_PLACES = 3


def explanation(prediction: EnsemblePrediction) -> tuple[str, ...]:
    """The decision, its evidence, what it contradicts, then every policy's opinion, one line each."""
    lines = [f"{prediction.action} {prediction.confidence:.2f}, decided by {prediction.policy}"]
    lines.extend(f"  {line}" for line in _cited(prediction.evidence))
    if prediction.contradictions:
        lines.append("against:")
        lines.extend(f"  {line}" for line in _cited(prediction.contradictions))
    if prediction.opinions:
        lines.append("what each policy says:")
    for opinion in prediction.opinions:
        lines.append(f"  {opinion.policy} (priority {opinion.priority}): {_said(opinion)}")
        lines.extend(f"    {line}" for line in _cited(opinion.evidence))
    return tuple(lines)


def _said(opinion: PolicyPrediction) -> str:
    best = [f"{name} {confidence:.2f}" for name, confidence in opinion.ranking[:_BEST] if confidence > 0]
    return ", ".join(best) or "nothing"


def _cited(evidence: Iterable[Evidence]) -> Iterable[str]:
    for item in evidence:
        places = [str(place) for place in item.places[:_PLACES]]
        more = len(item.places) - _PLACES
        cited = ", ".join(places) + (f" and {more} more" if more > 0 else "")
        yield f"{item.text} ({cited})" if cited else item.text
