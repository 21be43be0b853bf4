"""Intents with their entities as stories name them: `inform{"city": "Rome"}`, and `_inform[city=Rome]` of 2017."""

from __future__ import annotations

import json
import re
from typing import Any

from trainer_tui.core.events import Entity, UserUttered
from trainer_tui.errors import FormatError

_CONFIDENCE = re.compile(r"@[0-9]+(?:\.[0-9]+)?$")


def read_intent(source: str) -> UserUttered:
    """`intent`, `intent{…}`, `intent@0.9{…}` or `_intent[a=b, c=d]`; FormatError where the `{…}` is no JSON object.

    A leading underscore belongs to the bracket notation and is dropped with it; without brackets it stays until the
    domain is known (core.old_notation). A list of values is an entity for each of them.
    """
    name, brace, rest = source.partition("{")
    name = _CONFIDENCE.sub("", name.strip())
    if brace:
        return UserUttered(intent=name, entities=_entities(read_json("{" + rest)))
    if name.endswith("]") and "[" in name:
        name, _, inside = name[:-1].partition("[")
        return UserUttered(intent=name.strip().removeprefix("_"), entities=_pairs(inside))
    return UserUttered(intent=name)


def read_json(source: str) -> dict[str, Any]:
    """The JSON object of a story line; FormatError where it is none."""
    try:
        found = json.loads(source)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise FormatError(
            f"{source.strip():.60} is not JSON", f"{reason}.", 'Write it as {"name": "value"} with double quotes.'
        ) from None
    if not isinstance(found, dict):
        raise FormatError(f"{source.strip():.60} is no JSON object", hint='Write it as {"name": "value"}.')
    return found


def _entities(values: dict[str, Any]) -> tuple[Entity, ...]:
    return tuple(
        Entity(name, value)
        for name, given in values.items()
        for value in (given if isinstance(given, list) else [given])
    )


def _pairs(inside: str) -> tuple[Entity, ...]:
    found = []
    for pair in inside.split(","):
        name, _, value = pair.partition("=")
        # Core 0.7's lists, `inform["city"]`, quote their names.
        if name := name.strip().strip('"'):
            found.append(Entity(name, value.strip()))
    return tuple(found)
