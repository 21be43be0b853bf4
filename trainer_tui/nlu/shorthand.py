"""What a person types instead of a message: `/intent{"entity": "value"}`, the meaning itself.

Rasa 3.6 reads `/name@0.8{"entity": "value"}`; Rasa Core 0.12 reads the same, a leading `_`, and the older
`intent[a=b, c=d]`. Values may be lists: each item is an entity of its own. Nothing of what was typed is dropped:
what cannot be read is named with its place.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity
from trainer_tui.errors import FormatError, Place
from trainer_tui.nlu.interpreter import ParseResult

_HEAD = re.compile(r"(?P<name>[^{@\[]+)(?P<confidence>@[0-9.]*)?(?P<rest>.*)", re.DOTALL)
_DEPRECATED = re.compile(
    r"_(?P<underscored>[^\s{@\[\]]+)(@[0-9.]*)?\s*([{\[].*)?"
    r"|(?P<bare>[^\s{@\[\]/][^{@\[\]]*)\[([^\[\]=]+=[^\[\]]*)?\]",
    re.DOTALL,
)
_EXPECTED = 'Expected /intent or /intent{"entity": "value"}.'


def parse_shorthand(text: str, domain: Domain | None = None) -> ParseResult | None:
    """The meaning that `text` spells out, or None where it is an ordinary message.

    After a `/`, an intent that nobody knows is parsed as well: whether it is new is the session's question. The older
    forms look like ordinary messages, so they count only where `domain` has that intent. FormatError (place: the
    character of `text`) where the notation is broken.
    """
    typed = text.strip()
    offset = len(text) - len(text.lstrip())
    if typed.startswith("/"):
        return _parse(text, typed[1:], offset + 1)
    older = _DEPRECATED.fullmatch(typed)
    if older is None or domain is None:
        return None
    name = older["underscored"] or older["bare"].strip()
    if not domain.knows_intent(name):
        return None
    prefix = 1 if older["underscored"] else 0
    return _parse(text, typed[prefix:], offset + prefix)


def _parse(text: str, typed: str, offset: int) -> ParseResult:
    head = _HEAD.match(typed)
    name = head["name"].strip() if head else ""
    if head is None or not name:
        _refuse("no intent is named", offset)
    confidence = _confidence(head["confidence"], offset + head.start("confidence"))
    rest = head["rest"].strip()
    start = offset + head.start("rest") + len(head["rest"]) - len(head["rest"].lstrip())
    if not rest:
        entities: tuple[Entity, ...] = ()
    elif rest.startswith("{"):
        entities = _read_json(rest, start)
    elif rest.startswith("["):
        entities = _read_pairs(rest, start)
    else:
        _refuse(f"{_shorten(rest)} does not belong to an intent", start)
    return ParseResult(text, name, confidence, entities, ((name, confidence),), is_shorthand=True)


def _confidence(typed: str | None, start: int) -> float:
    if typed is None:
        return 1.0
    try:
        value = float(typed[1:])
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        _refuse(f"{typed} is no confidence", start, "Expected a number from 0 to 1, as in /greet@0.8.")
    return value


def _read_json(typed: str, start: int) -> tuple[Entity, ...]:
    decoder = json.JSONDecoder(object_pairs_hook=_without_repetition, parse_constant=_no_json_number)
    try:
        found, end = decoder.raw_decode(typed)
    except json.JSONDecodeError as error:
        _refuse(f"the entities are not JSON: {_explain(error)}", start + error.pos)
    except RecursionError:
        _refuse("the entities are nested too deeply", start)
    except ValueError as error:
        _refuse(str(error), start, _EXPECTED)
    rest = typed[end:].strip()
    if rest:
        _refuse(f"{_shorten(rest)} follows the entities", start + typed.index(rest, end))
    return tuple(
        Entity(name, value)
        for name, values in found.items()
        for value in (values if isinstance(values, list) else [values])
    )


def _read_pairs(typed: str, start: int) -> tuple[Entity, ...]:
    """`[a=b, c=d]`, deprecated since Rasa Core 0.8."""
    if not typed.endswith("]"):
        _refuse("the closing ] is missing", start + len(typed))
    entities = []
    position = 1
    for pair in typed[1:-1].split(","):
        name, sign, value = pair.partition("=")
        if sign and name.strip():
            entities.append(Entity(name.strip(), value.strip()))
        elif pair.strip() or typed[1:-1].strip():
            _refuse(f"{_shorten(pair.strip())} is no entity", start + position, "Expected [entity=value, ...].")
        position += len(pair) + 1
    return tuple(entities)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{twice}" is given twice; several values are a list: {{"{twice}": [1, 2]}}')
    return found


def _no_json_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _explain(error: json.JSONDecodeError) -> str:
    reason = error.msg[0].lower() + error.msg[1:]
    found = error.doc[error.pos : error.pos + 1]
    return f"{reason}, found {found!r}" if found else f"{reason}, found the end"


def _shorten(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "...")


def _refuse(title: str, offset: int, hint: str = _EXPECTED) -> NoReturn:
    raise FormatError(title, hint=hint, place=Place("", None, offset + 1))
