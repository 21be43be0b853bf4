"""The values that entities had in training, found in other messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Self

from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.phrases import Match, PhraseTable
from trainer_tui.nlu.tokenizer import Token, normalize, words


class Value(NamedTuple):
    """`phrase`, its words parted by spaces, is `entity` in `times` places of the training data."""

    phrase: str
    entity: str
    times: int


@dataclass(frozen=True)
class Gazetteer:
    values: tuple[Value, ...] = ()

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Self:
        counted = Counter(said for example in examples for said in _said(example))
        return cls(tuple(Value(*said, times) for said, times in counted.items()))

    def find(self, tokens: Sequence[Token], own: Example | None = None) -> list[Match[tuple[str, ...]]]:
        """Where known values stand, each with the entities that it is elsewhere: in other examples than `own`."""
        left_out = Counter(_said(own)) if own else Counter[tuple[str, str]]()
        found = []
        for match in self._table.find(tokens):
            others = [value.entity for value in match.kind if value.times > left_out[value.phrase, value.entity]]
            if others:
                found.append(Match(match.start, match.end, tuple(others)))
        return found

    @cached_property
    def _table(self) -> PhraseTable[tuple[Value, ...]]:
        table = PhraseTable[tuple[Value, ...]]()
        for value in self.values:
            table.add(value.phrase, (*(table.kind_of(value.phrase) or ()), value))
        return table


NOTHING_KNOWN = Gazetteer()


def _said(example: Example) -> Iterator[tuple[str, str]]:
    """(phrase, entity) of each entity that has a place."""
    for entity in example.entities:
        if entity.start is not None and entity.end is not None:
            phrase = " ".join(map(normalize, words(example.text[entity.start : entity.end])))
            if phrase:
                yield phrase, entity.entity
