"""Marking entities by words: which words are chosen, and what each key does to the entities; plain data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.session.protocol import Entity

# Scripts without blanks between words are taken character by character.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:_[^\W_]+)*|[^\w\s]|_+")


@dataclass(frozen=True, slots=True)
class Marking:
    """A message by tokens with the chosen ones (from `anchor` to `cursor`) and the entities so far."""

    text: str
    entities: tuple[Entity, ...]
    tokens: tuple[tuple[int, int], ...]
    cursor: int = 0
    anchor: int = 0

    @classmethod
    def of(cls, text: str, entities: Sequence[Entity]) -> Marking:
        tokens = tuple(match.span() for match in _TOKEN.finditer(text))
        first = min((e.start for e in entities if e.start is not None), default=0)
        cursor = next((place for place, (begin, _) in enumerate(tokens) if begin >= first), 0)
        return cls(text, tuple(entities), tokens, cursor, cursor)._whole_entity()

    @property
    def chosen(self) -> tuple[int, int]:
        """The chosen stretch of the text."""
        if not self.tokens:
            return (0, 0)
        low, high = sorted((self.anchor, self.cursor))
        return self.tokens[low][0], self.tokens[high][1]

    @property
    def here(self) -> tuple[Entity, ...]:
        """The entities that the chosen stretch touches."""
        begin, end = self.chosen
        return tuple(e for e in self.entities if e.overlaps(begin, end))

    def moved(self, step: int) -> Marking:
        """Choose the next word, or the whole next entity."""
        if not self.tokens:
            return self
        low, high = sorted((self.anchor, self.cursor))
        place = (high if step > 0 else low) + step
        place = max(0, min(place, len(self.tokens) - 1))
        return replace(self, cursor=place, anchor=place)._whole_entity()

    def extended(self, step: int) -> Marking:
        if not self.tokens:
            return self
        return replace(self, cursor=max(0, min(self.cursor + step, len(self.tokens) - 1)))

    def labelled(self, name: str) -> Marking:
        """The chosen stretch is a `name` now; what it touched before gives way."""
        begin, end = self.chosen
        if begin == end:
            return self
        same = [e for e in self.here if (e.start, e.end) == (begin, end)]
        if same:
            marked = replace(same[0], entity=name, role=None, group=None, extractor=None, confidence=None)
        else:
            marked = Entity(name, self.text[begin:end], begin, end)
        rest = tuple(e for e in self.entities if not e.overlaps(begin, end))
        return replace(self, entities=_sorted((*rest, marked)))

    def removed(self) -> Marking:
        begin, end = self.chosen
        return replace(self, entities=tuple(e for e in self.entities if not e.overlaps(begin, end)))

    def with_part(self, part: str, value: Any) -> Marking:
        """Role, group or value of the entity here; an empty one is taken away (a value: the words themselves)."""
        if not self.here:
            return self
        target = self.here[0]
        if part == "value" and value in ("", None):
            value = self.text[target.start : target.end]
        changed = _with(target, part, value or None)
        return replace(self, entities=tuple(changed if e is target else e for e in self.entities))

    def with_entities(self, entities: Sequence[Entity]) -> Marking:
        return replace(self, entities=tuple(entities))

    def _whole_entity(self) -> Marking:
        """Where the word belongs to an entity, all of its words are chosen."""
        for entity in self.here:
            covered = [place for place, (begin, end) in enumerate(self.tokens) if entity.overlaps(begin, end)]
            if covered:
                return replace(self, anchor=covered[0], cursor=covered[-1])
        return self


def _with(entity: Entity, part: str, value: Any) -> Entity:
    match part:
        case "role":
            return replace(entity, role=value)
        case "group":
            return replace(entity, group=value)
        case _:
            return replace(entity, value=value)


def _sorted(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda e: e.start if e.start is not None else -1))


def label_letters(names: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """letter → entity type: the first free letter of its name that no command has `taken`; one of many may get none."""
    letters: dict[str, str] = {}
    for name in names:
        candidates = [letter for letter in name.lower() if letter.isascii() and letter.isalpha()]
        free = next((letter for letter in candidates if letter not in letters and letter not in taken), None)
        if free is None:
            free = next((letter for letter in _ALPHABET if letter not in letters and letter not in taken), None)
        if free is not None:
            letters[free] = name
    return letters


_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
