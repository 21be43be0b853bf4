"""The values that entities had in training, found in other messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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

    def edges(self, tokens: Sequence[Token], own: Example | None = None) -> list[tuple[list[str], list[str]]]:
        """For each token the entities of which a known value begins with it, and those of which one ends with it: of a
        value that is new, a part may be known. As in `find`, `own` does not count."""
        words_said = [normalize(token.text) for token in tokens]
        left_out = _edges_of(Value(*said, 1) for said in _said(own)) if own else _Edges({}, {})
        first = [_beyond(self._edges.first, left_out.first, word) for word in words_said]
        last = [_beyond(self._edges.last, left_out.last, word) for word in words_said]
        return list(zip(first, last, strict=True))

    @cached_property
    def _edges(self) -> _Edges:
        return _edges_of(self.values)

    @cached_property
    def _table(self) -> PhraseTable[tuple[Value, ...]]:
        table = PhraseTable[tuple[Value, ...]]()
        for value in self.values:
            table.add(value.phrase, (*(table.kind_of(value.phrase) or ()), value))
        return table


NOTHING_KNOWN = Gazetteer()


_NEVER = Counter[str]()


class _Edges(NamedTuple):
    """First words and last words of values: how often each is that of an entity."""

    first: dict[str, Counter[str]]
    last: dict[str, Counter[str]]


def _edges_of(values: Iterable[Value]) -> _Edges:
    edges = _Edges({}, {})
    for phrase, entity, times in values:
        said = phrase.split(" ")
        edges.first.setdefault(said[0], Counter())[entity] += times
        edges.last.setdefault(said[-1], Counter())[entity] += times
    return edges


def _beyond(known: dict[str, Counter[str]], left_out: dict[str, Counter[str]], word: str) -> list[str]:
    """The entities that a word is known for more often than is left out."""
    less = left_out.get(word, _NEVER)
    return [entity for entity, times in known.get(word, _NEVER).items() if times > less[entity]]


def _said(example: Example) -> Iterator[tuple[str, str]]:
    """(phrase, entity) of each entity that has a place."""
    for entity in example.entities:
        if entity.start is not None and entity.end is not None:
            phrase = " ".join(map(normalize, words(example.text[entity.start : entity.end])))
            if phrase:
                yield phrase, entity.entity
