"""Records and inputs as JSON and back: one table of classes, driven by their type annotations.

Events and entities are written as Rasa writes them. A value whose annotation says nothing (`Any`, `object`, a mapping)
is kept as the JSON it is. Fields that have their default are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from trainer_tui.core.events import Entity, Event, as_dict, from_dict
from trainer_tui.errors import FormatError
from trainer_tui.session import protocol
from trainer_tui.session.timeline import Record

_KIND = "is"
_HINTS: dict[type[Any], dict[str, Any]] = {}
_DEFAULTS: dict[type[Any], dict[str, Any]] = {}
# Names under which a class is written: every record and every input.
_CLASSES: dict[str, type[Any]] = {kind.__name__: kind for kind in (*get_args(Record), *get_args(protocol.Input))}


def to_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON: {"is": class name, field: value, …}."""
    encoded = _encode(record)
    assert isinstance(encoded, dict)
    return encoded


def from_json(source: Any) -> Record:
    """The record of that JSON; FormatError where it is none."""
    try:
        record = _decode_tagged(source)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError("a journal line cannot be read", f"{type(error).__name__}: {error}.") from error
    if not isinstance(record, Record):
        raise FormatError("a journal line is no record")
    return record


def _encode(value: Any) -> Any:
    if isinstance(value, Event):
        return as_dict(value)
    if isinstance(value, Entity):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        body: dict[str, Any] = {}
        if type(value).__name__ in _CLASSES:
            body[_KIND] = type(value).__name__
        for name, default in _defaults(type(value)).items():
            item = getattr(value, name)
            if item != default:
                body[name] = _encode(item)
        return body
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    # JSON has no dates, which YAML has.
    return str(value) if isinstance(value, date) else value


def _defaults(kind: type[Any]) -> dict[str, Any]:
    """Each field with its default, MISSING where it has none."""
    if kind in _DEFAULTS:
        return _DEFAULTS[kind]
    found: dict[str, Any] = {}
    for item in fields(kind):
        if item.default is not MISSING:
            found[item.name] = item.default
        elif item.default_factory is not MISSING:
            found[item.name] = item.default_factory()
        else:
            found[item.name] = MISSING
    _DEFAULTS[kind] = found
    return found


def _decode_tagged(source: Any) -> Any:
    kind = _CLASSES[source[_KIND]]
    return _decode_dataclass(kind, source)


def _decode_dataclass(kind: type[Any], source: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {name: _decode(hints[name], value) for name, value in source.items() if name in hints}
    return kind(**given)


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _decode(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        if isinstance(value, Mapping) and _KIND in value:
            return _decode_tagged(value)
        options = [option for option in get_args(hint) if option is not NoneType]
        return _decode(options[0], value) if len(options) == 1 else value
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_decode(inner[0], item) for item in value)
        return tuple(_decode(part, item) for part, item in zip(inner, value, strict=True))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = get_args(hint)
        return {key: _decode(inner[1], item) for key, item in value.items()}
    if isinstance(hint, type):
        if issubclass(hint, Event):
            return from_dict(value)
        if hint is Entity:
            return Entity.from_dict(value)
        if is_dataclass(hint):
            return _decode_dataclass(hint, value)
        if hint is float and isinstance(value, int):
            return float(value)
    return value
