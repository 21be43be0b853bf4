"""The entities of a message: a conditional random field over tokens, and regexes and lookup tables beside it.

The field sees three things beside the words. The intent, as the data say it in training and as it is told in use: what
follows `to` is an artist or a city by what is asked for. A gazetteer, the values that entities had in training; and
whether a word was part of any. An example's own values and words count only where another example has them too, or the
field would learn to trust nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field as dataclass_field
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.nlu.crf import ConditionalRandomField, LabelledSpan, spans_of
from trainer_tui.nlu.gazetteer import NOTHING_KNOWN, Gazetteer, Value
from trainer_tui.nlu.known_words import KnownWord, KnownWords
from trainer_tui.nlu.phrases import PhraseTable
from trainer_tui.nlu.token_features import token_features
from trainer_tui.nlu.tokenizer import Token, tokenize
from trainer_tui.nlu.whole_entities import Message, WholeEntities

if TYPE_CHECKING:
    import regex
    from numpy.typing import NDArray

MANY_MESSAGES = 3_000
"""From here on stochastic gradient descent fits the field: no worse, and several times as fast."""
_READINGS = 10
_LEAST = -6.0
"""The field's readings of a message that are judged once more: so many, and none that is e**6 times less probable than
the best."""
LEARNED = "CRFEntityExtractor"
PATTERNS = "RegexEntityExtractor"


class Kind(NamedTuple):
    """What a span is labelled as."""

    entity: str
    role: str | None = None
    group: str | None = None


class Pattern(NamedTuple):
    """A regex or lookup table; `extracts`: its matches are entities of its name, not only a feature."""

    name: str
    regex: str | None
    phrases: tuple[str, ...] = ()
    extracts: bool = False
    is_case_sensitive: bool = True


TIME_LIMIT = 0.5
"""Seconds of the processor that one regex may take for one message; one that is sound takes a few millionths."""


@dataclass(frozen=True, slots=True)
class EntityRecipe:
    """What the field sees beside the words, and what fits it where examples are many."""

    sees_intent: bool = True
    gazetteer: bool = True
    known_words: bool = True
    whole_entities: bool = True
    gradient_descent: bool = True


DEFAULT_RECIPE = EntityRecipe()


@dataclass(frozen=True)
class EntityExtractor:
    """`kinds[n]` is what the tags `B-n` and `I-n` of `field` mean; without labelled examples there is no field.

    `given_up` names the patterns that took longer than `TIME_LIMIT` for some text: from then on they find nothing.
    """

    kinds: tuple[Kind, ...] = ()
    field: ConditionalRandomField | None = None
    patterns: tuple[Pattern, ...] = ()
    gazetteer: Gazetteer = NOTHING_KNOWN
    known_words: KnownWords | None = None
    whole_entities: WholeEntities | None = None
    sees_intent: bool = True
    given_up: set[str] = dataclass_field(default_factory=set, compare=False)

    @classmethod
    def fit(
        cls, examples: Sequence[Example], patterns: Sequence[Pattern], recipe: EntityRecipe = DEFAULT_RECIPE
    ) -> Self:
        """FormatError names a regex that Python cannot read."""
        kinds = tuple(sorted({kind_of(entity) for example in examples for entity in example.entities}, key=repr))
        gazetteer = Gazetteer.of(examples) if recipe.gazetteer else NOTHING_KNOWN
        known_words = KnownWords.of(examples) if recipe.known_words else None
        untrained = cls(kinds, None, tuple(patterns), gazetteer, known_words, None, recipe.sees_intent)
        assert len(untrained._matchers) == len(patterns)  # a regex that cannot be read is told before the long fit
        if not kinds:
            return untrained
        messages = []
        marked = []
        for example in examples:
            tokens = tokenize(example.text)
            if tokens:
                named = untrained._named(untrained._matches(example.text, tokens), tokens)
                features = untrained._features(named, tokens, example.intent, own=example)
                tags = untrained._tags(example, tokens)
                messages.append((features, tags))
                marked.append((Message.of(tokens, named, untrained._seen(example.intent)), spans_of(tags)))
        if not messages:
            return untrained
        is_stochastic = recipe.gradient_descent and len(messages) >= MANY_MESSAGES
        return replace(
            untrained,
            field=ConditionalRandomField.fit(messages, is_stochastic),
            whole_entities=WholeEntities.of(marked) if recipe.whole_entities else None,
        )

    def extract(self, text: str, intent: str | None = None) -> tuple[Entity, ...]:
        """Entities in the order of the text, none overlapping another; what the field finds comes before patterns.

        `intent`: what the message is taken for; None where that is not known.
        """
        tokens = tokenize(text)
        matches = self._matches(text, tokens)
        found = []
        for span in self._learned(matches, tokens, intent):
            start, end = tokens[span.start].start, tokens[span.end - 1].end
            kind = self.kinds[int(span.name)]
            found.append(
                Entity(kind.entity, text[start:end], start, end, kind.role, kind.group, LEARNED, span.confidence)
            )
        for pattern, spans in zip(self.patterns, matches, strict=True):
            for start, end in spans if pattern.extracts else ():
                if not any(entity.overlaps(start, end) for entity in found):
                    found.append(Entity(pattern.name, text[start:end], start, end, extractor=PATTERNS))
        return in_order(found)

    def _learned(
        self, matches: Sequence[Sequence[tuple[int, int]]], tokens: Sequence[Token], intent: str | None
    ) -> list[LabelledSpan]:
        if self.field is None:
            return []
        named = self._named(matches, tokens)
        features = self._features(named, tokens, intent)
        if self.whole_entities is None:
            return self.field.decode(features)
        readings = self.field.readings(features, _READINGS, _LEAST)
        return self.whole_entities.best(Message.of(tokens, named, self._seen(intent)), readings)

    def _seen(self, intent: str | None) -> str | None:
        return intent if self.sees_intent else None

    @cached_property
    def _matchers(self) -> tuple[regex.Pattern[str] | PhraseTable[str], ...]:
        return tuple(_matcher(pattern) for pattern in self.patterns)

    def _matches(self, text: str, tokens: Sequence[Token]) -> list[list[tuple[int, int]]]:
        """Where in `text` each pattern matches."""
        found: list[list[tuple[int, int]]] = []
        for pattern, matcher in zip(self.patterns, self._matchers, strict=True):
            if pattern.name in self.given_up:
                spans = []
            elif not isinstance(matcher, PhraseTable):
                spans = self._spans(pattern, matcher, text)
            else:
                places = [
                    (tokens[start].start, tokens[end - 1].end, phrase) for start, end, phrase in matcher.find(tokens)
                ]
                spans = [
                    (start, end)
                    for start, end, phrase in places
                    if not pattern.is_case_sensitive or phrase == text[start:end]
                ]
            found.append([(start, end) for start, end in spans if start < end])
        return found

    def _spans(self, pattern: Pattern, matcher: regex.Pattern[str], text: str) -> list[tuple[int, int]]:
        """The matches, found without holding up other threads: Python's own engine stops them all, for ever if need be,
        where a pattern has very many ways to fail."""
        try:
            return [match.span() for match in matcher.finditer(text, timeout=TIME_LIMIT, concurrent=True)]
        except TimeoutError:
            self.given_up.add(pattern.name)
            return []

    def _named(self, matches: Sequence[Sequence[tuple[int, int]]], tokens: Sequence[Token]) -> list[list[str]]:
        """The patterns in a match of which each token lies."""
        named: list[list[str]] = [[] for _ in tokens]
        for pattern, spans in zip(self.patterns, matches, strict=True):
            for start, end in spans:
                for position, token in enumerate(tokens):
                    if token.start < end and start < token.end:
                        named[position].append(pattern.name)
        return named

    def _features(
        self, patterns: Sequence[Sequence[str]], tokens: Sequence[Token], intent: str | None, own: Example | None = None
    ) -> list[list[str]]:
        named = [list(names) for names in patterns]
        for match in self.gazetteer.find(tokens, own):
            for position in range(match.start, match.end):
                place = "B" if position == match.start else "I"
                named[position] += [f"{place}={entity}" for entity in match.kind]
        for names, (first, last) in zip(named, self.gazetteer.edges(tokens, own), strict=True):
            names += [*(f"first={entity}" for entity in first), *(f"last={entity}" for entity in last)]
        known = self.known_words.kinds(tokens, own) if self.known_words else None
        return token_features(tokens, named, self._seen(intent), known)

    def _tags(self, example: Example, tokens: Sequence[Token]) -> list[str]:
        """The field's labels; an entity takes every token that it touches, of two on one token the first counts."""
        owners: list[Entity | None] = [None] * len(tokens)
        for entity in example.entities:
            if entity.start is None or entity.end is None:
                continue
            touched = [
                position
                for position, token in enumerate(tokens)
                if token.start < entity.end and entity.start < token.end
            ]
            if not any(owners[position] for position in touched):
                for position in touched:
                    owners[position] = entity
        numbers = {kind: number for number, kind in enumerate(self.kinds)}
        tags = []
        for before, owner in zip((None, *owners), owners, strict=False):
            if owner is None:
                tags.append("O")
            else:
                is_next = before is not None and before is not owner and kind_of(before) == kind_of(owner)
                tags.append(f"{'B' if is_next else 'I'}-{numbers[kind_of(owner)]}")
        return tags

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        described: dict[str, Any] = {
            "kinds": self.kinds,
            "patterns": self.patterns,
            "field": None,
            "gazetteer": self.gazetteer.values,
            "known_words": self.known_words and self.known_words.words,
            "whole_entities": self.whole_entities and self.whole_entities.to_json(),
            "sees_intent": self.sees_intent,
            "given_up": sorted(self.given_up),
        }
        arrays: dict[str, NDArray[Any]] = {}
        if self.field:
            described["field"], arrays = self.field.to_parts()
        return described, arrays

    @classmethod
    def from_parts(cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """ValueError where the parts do not fit together."""
        kinds = tuple(Kind(*kind) for kind in described["kinds"])
        field = ConditionalRandomField.from_parts(described["field"], arrays) if described["field"] else None
        if field and not all(label == "O" or int(label[2:]) in range(len(kinds)) for label in field.labels):
            raise ValueError("the labels of the entity extractor have no meaning")
        words, whole_entities = described["known_words"], described["whole_entities"]
        known_words = None if words is None else KnownWords(tuple(KnownWord(*word) for word in words))
        return cls(
            kinds,
            field,
            tuple(
                Pattern(name, source, tuple(phrases), *rest) for name, source, phrases, *rest in described["patterns"]
            ),
            Gazetteer(tuple(Value(*value) for value in described["gazetteer"])),
            known_words,
            WholeEntities.from_json(whole_entities) if whole_entities else None,
            bool(described["sees_intent"]),
            set(described.get("given_up", ())),
        )


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """By their places; those without one first."""
    return tuple(sorted(entities, key=lambda entity: entity.start or 0))


def _matcher(pattern: Pattern) -> regex.Pattern[str] | PhraseTable[str]:
    if pattern.regex is None:
        table = PhraseTable[str]()
        for phrase in pattern.phrases:
            table.add(phrase, phrase)
        return table
    import regex

    try:
        # What Rasa's engine, Python's own, cannot read is an error, also where this one could.
        re.compile(pattern.regex)
        return regex.compile(pattern.regex, 0 if pattern.is_case_sensitive else regex.IGNORECASE)
    except (re.error, regex.error, RecursionError, OverflowError) as error:
        raise FormatError(
            f"the regex {pattern.name!r} cannot be read",
            f"{error}: {pattern.regex!r:.100}.",
            "Expected a Python regular expression.",
        ) from error


def kind_of(entity: Entity) -> Kind:
    return Kind(entity.entity, entity.role, entity.group)
