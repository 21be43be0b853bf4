"""NLU examples given to an interpreter, to see what it takes them for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self

from trainer_tui.core.domain import NLU_FALLBACK
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.insight.evaluation import ParsedExample
from trainer_tui.nlu.interpreter import ParseResult


class Learner(Protocol):
    """An interpreter as far as it takes to judge one."""

    def train(self, data: TrainingData) -> Self: ...

    def parse(self, text: str) -> ParseResult: ...


def train_and_parse(interpreter: Learner, data: TrainingData, examples: Iterable[Example]) -> list[ParsedExample]:
    """Parsed by an interpreter that is trained for it (and changed by that)."""
    return parse_examples(interpreter.train(data), examples)


def parse_examples(interpreter: Learner, examples: Iterable[Example]) -> list[ParsedExample]:
    """Each example that has an intent. Where the interpreter falls back, its best guess counts, as in Rasa."""
    found = []
    for example in examples:
        if example.intent is None:
            continue
        parsed = interpreter.parse(example.text)
        guesses = [guess for guess in parsed.ranking if guess[0] != NLU_FALLBACK]
        got, confidence = guesses[0] if guesses else (parsed.intent or "", parsed.confidence)
        found.append(
            ParsedExample(
                example.text, example.intent, got, confidence, example.entities, parsed.entities, example.place
            )
        )
    return found
