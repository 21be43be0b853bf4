"""A message with its entities → one line of Rasa's entity notation: `[NY]{"entity": "city", "value": "New York"}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import FormatError
from trainer_tui.formats import entity_markup
from trainer_tui.formats.json.writing import json_line
from trainer_tui.words import quoted

_SHORT_VALUE = re.compile(r"[^()\[\]{}:\"\\]+")


def annotated(text: str, entities: Iterable[Entity], has_json_notation: bool = True) -> str:
    """The text with its entities marked in place.

    `has_json_notation`: whether the file's readers know `[x]{"entity": …}` (Rasa 1.10 and later); else another value
    than the text is written `[x](city:value)`, where that can hold it. FormatError where two entities overlap without
    being of the same span, or a place lies outside the text.
    """
    placed = sorted(
        (entity for entity in entities if entity.start is not None and entity.end is not None),
        key=lambda entity: (entity.start or 0, entity.end or 0),
    )
    pieces: list[str] = []
    position = 0
    for (start, end), found in groupby(placed, key=lambda entity: (entity.start or 0, entity.end or 0)):
        if not position <= start < end <= len(text):
            names = ", ".join(entity.entity for entity in placed)
            raise FormatError(
                "the entities of a message cannot be marked in its text",
                f"{text!r} has entities ({names}) that overlap or lie outside it.",
                "Mark them apart, or all over the very same words.",
            )
        pieces.append(text[position:start])
        pieces.append(_marked(text[start:end], tuple(found), has_json_notation))
        position = end
    return "".join((*pieces, text[position:]))


def marked_example(example: Example, has_json_notation: bool = True) -> str:
    """An NLU example in entity notation; FormatError where it would not be read back as it is."""
    written = annotated(example.text, example.entities, has_json_notation)
    try:
        read = entity_markup.parse(written)
    except FormatError:
        read = entity_markup.MarkedText("")
    wanted = {_meaning(entity) for entity in example.entities}
    if read.text != example.text or {_meaning(entity) for entity in read.entities} != wanted:
        raise FormatError(
            f"the message {quoted(example.text, 80)} cannot be written as an example",
            "Its brackets, or those of an entity's value, would be read as an entity mark.",
            "Write it into a JSON file, or leave it out.",
        )
    return written


def _meaning(entity: Entity) -> tuple[object, ...]:
    return entity.entity, str(entity.value), entity.start, entity.end, entity.role, entity.group


def _marked(words: str, entities: Sequence[Entity], has_json_notation: bool) -> str:
    if len(entities) > 1:
        return f"[{words}][{','.join(_notation(words, entity) for entity in entities)}]"
    entity = entities[0]
    has_other_value = entity.value != words
    is_short = entity.role is None and entity.group is None and _SHORT_VALUE.fullmatch(entity.entity)
    if is_short and not has_other_value:
        return f"[{words}]({entity.entity})"
    if is_short and not has_json_notation and isinstance(entity.value, str) and _SHORT_VALUE.fullmatch(entity.value):
        return f"[{words}]({entity.entity}:{entity.value})"
    return f"[{words}]{_notation(words, entity)}"


def _notation(words: str, entity: Entity) -> str:
    parts = {"entity": entity.entity, "role": entity.role, "group": entity.group}
    written = {name: part for name, part in parts.items() if part is not None}
    if entity.value != words:
        written["value"] = str(entity.value)
    return json_line(written)
