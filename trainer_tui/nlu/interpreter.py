"""What an interpreter is: it tells intent and entities of a message, and learns from a person at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, TrainingData


@dataclass(frozen=True, slots=True)
class ParseResult:
    """The meaning of one message. `intent` is None where nothing fits; `ranking` is (intent, confidence), best first.

    For a retrieval intent `intent` is `faq/hours`, its base intent is what policies see.
    `is_shorthand`: the text was `/intent{…}`, so there is nothing to confirm.
    """

    text: str
    intent: str | None
    confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    is_shorthand: bool = False


@runtime_checkable
class Interpreter(Protocol):
    name: str

    def train(self, data: TrainingData) -> Self:
        """Learn the project's NLU data from nothing."""
        ...

    def learn(self, examples: Sequence[Example]) -> None:
        """Know exactly these examples beside the training data; earlier lessons not among them are forgotten."""
        ...

    def parse(self, text: str) -> ParseResult: ...
