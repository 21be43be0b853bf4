"""A message's entities as a person types them: `to [Rome](city)`."""

from __future__ import annotations

import re

from trainer_tui.core.events import Entity
from trainer_tui.dataclass import replace
from trainer_tui.errors import FormatError, Place
from trainer_tui.formats import entity_markup

_EXPECTED = 'Expected [words](type), [words](type:value) or [words]{"entity": "type", "role": "..."}.'
# A bracket that was opened like a mark but never closed: Rasa reads it as text, a person meant an entity.
_UNFINISHED = re.compile(r"\][({\[][^)}\]]*$")


def entities_in(text: str, notation: str) -> tuple[Entity, ...]:
    """The entities marked in `notation`, whose words must be those of `text`; FormatError with the place otherwise.
    Capitals may be others, which a voice does not tell: the message keeps its own.

    The place's column counts characters of `notation` from 1.
    """
    unfinished = _UNFINISHED.search(notation)
    if unfinished and notation.count("[") > text.count("["):
        raise FormatError("a mark is not closed", hint=_EXPECTED, place=Place("", None, unfinished.start() + 1))
    marked = entity_markup.parse(notation)
    if not _is_same(marked.text, text):
        at = _first_difference(marked.text, text)
        found = marked.text[at : at + 12] or "the end"
        expected = text[at : at + 12] or "the end"
        raise FormatError(
            "the words differ from the message",
            f"Found {found!r} where the message has {expected!r}.",
            "Only the marks can be changed here. " + _EXPECTED,
        )
    for entity in marked.entities:
        if not entity.entity.strip():
            raise FormatError("a mark names no entity", hint=_EXPECTED)
    return tuple(_as_written(entity, marked.text, text) for entity in marked.entities)


def _is_same(typed: str, text: str) -> bool:
    return typed == text or (len(typed) == len(text) and typed.lower() == text.lower())


def _as_written(entity: Entity, typed: str, text: str) -> Entity:
    """The entity with the words of the message, unless another value was given for them."""
    words = slice(entity.start, entity.end)
    return replace(entity, value=text[words]) if entity.value == typed[words] else entity


def _first_difference(one: str, other: str) -> int:
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left.lower() != right.lower():
            return place
    return min(len(one), len(other))
