"""Rasa's entity notation, read: `from [NY]{"entity": "city", "role": "from"} for [two](number:2)`.

The marks are those of Rasa 3.6's entity parser; they are looked for by hand, since a regular expression for them
needs quadratic time on a line of brackets.
"""

from __future__ import annotations

import json
import re

from trainer_tui.core.events import Entity
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError

_DICTIONARY = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A message without its marks, and the entities that they named, in order of their place."""

    text: str
    entities: tuple[Entity, ...] = ()


def parse(marked: str) -> MarkedText:
    """The text and entities of an annotated message; FormatError where a `{…}` is no JSON that names an entity.

    Brackets that are no mark stay as they are, as in Rasa: `[x](city` is text.
    """
    if "](" not in marked and "]{" not in marked and "][" not in marked:
        return MarkedText(marked)
    parts: list[str] = []
    entities: list[Entity] = []
    length = 0
    copied = position = 0
    find = _Finder(marked)
    while (opening := find("[", position)) >= 0 and (closing := find("]", opening + 1)) >= 0:
        ending = _ending(marked, closing, find) if closing > opening + 1 else None
        if ending is None:
            position = closing + 1 if closing > opening + 1 else opening + 1
            continue
        text = marked[opening + 1 : closing]
        parts += (marked[copied:opening], text)
        length += opening - copied
        entities += _entities(text, length, marked[closing + 1 : ending])
        length += len(text)
        copied = position = ending
    parts.append(marked[copied:])
    return MarkedText("".join(parts), tuple(entities))


class _Finder:
    """`str.find` that remembers its last answer for each character: all searches together pass the text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] = {}

    def __call__(self, character: str, start: int) -> int:
        """The first place of the character from `start` on, or -1; `start` never decreases for a character."""
        known = self._found.get(character)
        if known is None or 0 <= known < start:
            known = self._found[character] = self._text.find(character, start)
        return known


def _ending(marked: str, closing: int, find: _Finder) -> int | None:
    """Where the mark behind the `]` at `closing` ends, or None where there is no mark."""
    start = closing + 1
    pairs = {"(": ")", "{": "}", "[": "]"}
    bracket = marked[start : start + 1]
    if bracket not in pairs or not bracket:
        return None
    # The search for "]" may not go on from here: the next one begins at this place again.
    end = marked.find("]", start) if bracket == "[" else find(pairs[bracket], start + 1)
    if end < 0:
        return None
    match bracket:
        case "(":
            colon = find(":", start + 1)
            is_mark = end > start + 1 and colon != start + 1 and colon != end - 1
        case "{":
            is_mark = end > start + 1
        case _:
            is_mark = not start < find("\n", start) < end
    return end + 1 if is_mark else None


def _entities(text: str, start: int, mark: str) -> list[Entity]:
    inside = mark[1:-1]
    end = start + len(text)
    if mark[0] == "(":
        entity, _, value = inside.partition(":")
        return [Entity(entity, value or text, start, end)]
    if mark[0] == "{":
        return [_from_json(mark, text, start, end)]
    return [_from_json(match[0], text, start, end) for match in _DICTIONARY.finditer(inside)]


def _from_json(source: str, text: str, start: int, end: int) -> Entity:
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        raise _bad(text, source, "is not JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("entity"), str):
        raise _bad(text, source, "names no entity")
    for key in ("role", "group", "value"):
        if not isinstance(found.get(key, ""), str):
            raise _bad(text, source, f"has a {key} that is no text")
    value = found.get("value", text)
    return Entity(found["entity"], value, start, end, found.get("role"), found.get("group"))


def _bad(text: str, source: str, what: str) -> FormatError:
    return FormatError(
        f"the entity mark of [{text:.60}] {what}",
        f"Found {source:.80}.",
        'Expected {"entity": "name"}, with "role", "group" and "value" in double quotes where needed.',
    )
