"""What an interpreter makes of a message."""

from __future__ import annotations

from trainer_tui.core.events import Entity
from trainer_tui.core.second_opinion import SecondOpinion
from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ParseResult:
    """The meaning of one message. `intent` is None where nothing fits; `ranking` is (intent, confidence), best first.

    For a retrieval intent `intent` is `faq/hours`, its base intent is what policies see.
    `is_shorthand`: the text was `/intent{…}`, so there is nothing to confirm.
    `second`: what the other model says, where two are asked.
    """

    text: str
    intent: str | None
    confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    is_shorthand: bool = False
    second: SecondOpinion | None = None
