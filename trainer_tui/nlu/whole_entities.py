"""What the entities of the training data were as wholes: how long, what stood around them, which of them together.

A conditional random field sees a word and the label of the one before, and never a whole entity, nor that the message
had a city already. So its likeliest readings of a message are judged once more, by signs that are counted in the
training data. What each sign weighs is the same for every project: few examples could not tell it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.crf import LabelledSpan, Reading, Span
from trainer_tui.nlu.token_features import shape
from trainer_tui.nlu.tokenizer import Token, normalize

WEIGHTS: Mapping[str, float] = {
    "field": 0.49,
    "before": 0.14,
    "behind": 0.1,
    "ending": 0.13,
    "shape": 0.33,
    "pattern": 0.33,
    "length": 0.28,
    "value": 0.68,
    "marked": 0.24,
    "present": 0.22,
    "again": 0.29,
    "follows": 0.12,
}
"""What each sign weighs: fitted together on held-out messages of several public sets and bots, by the likelihood of the
best readings. For each set those that were fitted on the others do as well. `pattern` could not be fitted, since these
sets have none, and is taken to tell what the shape does."""
_PRIOR = 3.0
"""So many entities each kind is taken to have had that were as anything is."""
_LONGEST = 8
_NONE = ""
"""What stands before the first word, behind the last one, before the first entity and behind the last one."""

Counts = Mapping[str, int]


class Message(NamedTuple):
    """What is seen of a message. `first` and `last`: by the names of the signs, what each word is to an entity that
    begins with it, and to one that ends with it."""

    words: Sequence[str]
    intent: str
    first: Mapping[str, Sequence[str]]
    last: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, tokens: Sequence[Token], patterns: Sequence[Sequence[str]], intent: str | None) -> Self:
        """`patterns` names those that match at each token."""
        words = [normalize(token.text) for token in tokens]
        first = {
            "before": [_NONE, *words[:-1]],
            "shape": [shape(token.text) for token in tokens],
            "pattern": [" ".join(sorted(set(names))) for names in patterns],
        }
        last = {"behind": [*words[1:], _NONE], "ending": [word[-3:] for word in words]}
        return cls(words, intent or _NONE, first, last)

    def phrase(self, start: int, end: int) -> str:
        return " ".join(self.words[start:end])


@dataclass(frozen=True)
class Sign:
    """How often it had each value: anywhere, and with the entities of each kind."""

    anywhere: Counts
    of_kind: Mapping[str, Counts]

    def favours(self, kind: str, value: str) -> float:
        """The logarithm of how many times as often the value is this kind's as it is anywhere; 0 where nothing is
        known."""
        usual = (self.anywhere.get(value, 0) + 0.5) / (self._number + 1)
        times = self.of_kind.get(kind, {}).get(value, 0)
        return math.log((times / usual + _PRIOR) / (self._number_of_kind.get(kind, 0) + _PRIOR))

    @cached_property
    def _number(self) -> int:
        return sum(self.anywhere.values())

    @cached_property
    def _number_of_kind(self) -> Counts:
        return {kind: sum(counts.values()) for kind, counts in self.of_kind.items()}


@dataclass(frozen=True)
class WholeEntities:
    """`signs` by name. `messages` counts those of each intent, `present` for each those with an entity of each kind,
    and `again` for each kind those that have it twice. `values`: the kinds that a phrase was. `marked`: words that were
    part of entities, and nothing else."""

    signs: Mapping[str, Sign]
    messages: Counts
    present: Mapping[str, Counts]
    again: Counts
    values: Mapping[str, frozenset[str]]
    marked: frozenset[str]

    @classmethod
    def of(cls, examples: Sequence[tuple[Message, Sequence[Span]]]) -> Self:
        anywhere: defaultdict[str, Counter[str]] = defaultdict(Counter)
        of_kind: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        messages, again = Counter[str](), Counter[str]()
        present: defaultdict[str, Counter[str]] = defaultdict(Counter)
        values: defaultdict[str, set[str]] = defaultdict(set)
        inside, outside = set[str](), set[str]()
        for message, spans in examples:
            for name, found in (*message.first.items(), *message.last.items()):
                anywhere[name].update(found)
            for kind, name, value in _values(message, spans):
                of_kind[name][kind][value] += 1
                if name in _OF_ENTITIES:
                    anywhere[name][value] += 1
            messages[message.intent] += 1
            for kind, times in Counter(kind for _, _, kind in spans).items():
                present[message.intent][kind] += 1
                again[kind] += times > 1
            for start, end, kind in spans:
                values[message.phrase(start, end)].add(kind)
            covered = {position for start, end, _ in spans for position in range(start, end)}
            for position, word in enumerate(message.words):
                (inside if position in covered else outside).add(word)
        signs = {name: Sign(anywhere[name], dict(counts)) for name, counts in of_kind.items()}
        known = {phrase: frozenset(kinds) for phrase, kinds in values.items()}
        return cls(signs, messages, dict(present), again, known, frozenset(inside - outside))

    def best(self, message: Message, readings: Sequence[Reading]) -> list[LabelledSpan]:
        """The spans of the best of the readings; each is as sure as all readings together that have it. What no other
        reading comes near to needs no second look."""
        if len(readings) == 1:
            return [LabelledSpan(*span, 1.0) for span in readings[0].spans]
        scores = [sum(WEIGHTS[name] * value for name, value in self._told(message, reading)) for reading in readings]
        best = max(range(len(readings)), key=lambda number: scores[number])
        shares = [
            (math.exp(score - scores[best]), set(reading.spans))
            for score, reading in zip(scores, readings, strict=True)
        ]
        of_all = sum(share for share, _ in shares)
        return [
            LabelledSpan(*span, sum(share for share, spans in shares if span in spans) / of_all)
            for span in readings[best].spans
        ]

    def _told(self, message: Message, reading: Reading) -> Iterator[tuple[str, float]]:
        """(name, value) of the signs that tell for the reading, each as often as it is there."""
        yield "field", reading.score
        for kind, name, value in _values(message, reading.spans):
            if name in self.signs:
                yield name, self.signs[name].favours(kind, value)
        for start, end, kind in reading.spans:
            yield "value", float(kind in self.values.get(message.phrase(start, end), ()))
            yield "marked", float(sum(word in self.marked for word in message.words[start:end]))
        for kind, times in Counter(kind for _, _, kind in reading.spans).items():
            share = self._share(kind, message.intent)
            yield "present", math.log(share / (1 - share))
            yield "again", (times - 1) * math.log((self.again.get(kind, 0) + 0.2) / (self._with(kind) + 1))

    def _share(self, kind: str, intent: str) -> float:
        """Of the messages with the intent, how large a share has an entity of the kind; two more are taken to have
        been as all messages are."""
        of_all = self._with(kind) / sum(self.messages.values())
        share = (self.present.get(intent, {}).get(kind, 0) + 2 * of_all) / (self.messages.get(intent, 0) + 2)
        return min(max(share, 0.001), 0.999)

    def _with(self, kind: str) -> int:
        """Messages that have an entity of the kind."""
        return self._messages_with.get(kind, 0)

    @cached_property
    def _messages_with(self) -> Counts:
        return sum(map(Counter, self.present.values()), Counter[str]())

    def to_json(self) -> dict[str, Any]:
        return {
            "signs": {name: (sign.anywhere, sign.of_kind) for name, sign in self.signs.items()},
            "messages": self.messages,
            "present": self.present,
            "again": self.again,
            "values": {phrase: sorted(kinds) for phrase, kinds in self.values.items()},
            "marked": sorted(self.marked),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        return cls(
            {name: Sign(anywhere, of_kind) for name, (anywhere, of_kind) in found["signs"].items()},
            found["messages"],
            found["present"],
            found["again"],
            {phrase: frozenset(kinds) for phrase, kinds in found["values"].items()},
            frozenset(found["marked"]),
        )


_OF_ENTITIES = ("length", "follows")
"""Signs whose values are had by entities alone, not by any words."""


def _values(message: Message, spans: Sequence[Span]) -> Iterator[tuple[str, str, str]]:
    """(kind, sign, value) of each entity, and of what follows what."""
    for start, end, kind in spans:
        for sign, found in message.first.items():
            yield kind, sign, found[start]
        for sign, found in message.last.items():
            yield kind, sign, found[end - 1]
        yield kind, "length", str(min(end - start, _LONGEST))
    kinds = [_NONE, *(kind for _, _, kind in spans), _NONE]
    for before, kind in pairwise(kinds):
        yield kind, "follows", before
