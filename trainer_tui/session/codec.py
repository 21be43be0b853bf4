"""Records, inputs and domains as JSON and back, driven by the type annotations of their classes.

Events and entities are written as Rasa writes them. A value whose annotation says nothing (`Any`, `object`) is kept as
the JSON it is. Fields that have their default are left out. What is read has the types that it was annotated with, or
is refused: a journal may have been damaged, or written by anyone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Entity, Event, as_dict, from_dict
from trainer_tui.errors import FormatError
from trainer_tui.session import protocol
from trainer_tui.session.records import Record
from trainer_tui.session.script import Step
from trainer_tui.words import quoted

_KIND = "is"
# Names under which a class is written: every record, every input, every step of a script.
_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (*get_args(Record), *get_args(protocol.Input), *get_args(Step))
}
# Where a name stands in a file says nothing of what the bot is, and its keys are no text.
_UNWRITTEN = {Domain: frozenset(("places",))}
_PLAIN = (str, bool, int)

_Encoder = Callable[[Any], Any]
_Decoder = Callable[[Any], Any]


def to_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON: {"is": class name, field: value, …}."""
    encoded = _encode(record)
    assert isinstance(encoded, dict)
    return encoded


def from_json(source: Any) -> Record:
    """The record of that JSON; FormatError where it is none."""
    record = _read(_decode_tagged, source, "a journal line")
    if not isinstance(record, Record):
        raise FormatError("a journal line is no record")
    return record


def domain_to_json(domain: Domain) -> dict[str, Any]:
    """A domain as plain JSON, all but the places of its names."""
    encoded = _encode(domain)
    assert isinstance(encoded, dict)
    return encoded


def domain_from_json(source: Any) -> Domain:
    """The domain of that JSON; FormatError where it is none."""
    domain = _read(_decoder(Domain), source, "a domain")
    assert isinstance(domain, Domain)
    return domain


def is_same_domain(one: Domain, other: Domain) -> bool:
    """Whether two domains say the same, wherever they say it."""
    return one is other or domain_to_json(one) == domain_to_json(other)


def _read(decode: _Decoder, source: Any, what: str) -> Any:
    try:
        return decode(source)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FormatError(f"{what} cannot be read", f"{type(error).__name__}: {error!s:.200}.") from error


# --- writing ----------------------------------------------------------------------------------------------------------


def _encode(value: Any) -> Any:
    kind: Any = type(value)
    return _encoder(kind)(value)


@cache
def _encoder(kind: Any) -> _Encoder:
    """What writes a value of that class: found once, since each answer writes a hundred of them."""
    if issubclass(kind, (str, bool, int, float, NoneType)):
        return _as_it_is
    if issubclass(kind, Event):
        return lambda value: _encode(as_dict(value))
    if issubclass(kind, Entity):
        return lambda value: _encode(value.as_dict())
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if issubclass(kind, Mapping):
        return lambda value: {str(key): _encode(item) for key, item in value.items()}
    if issubclass(kind, (list, tuple)):
        return lambda value: [_encode(item) for item in value]
    if issubclass(kind, (set, frozenset)):
        return lambda value: sorted(_encode(item) for item in value)
    if issubclass(kind, Enum):
        return lambda value: value.value
    # A date of a YAML file, say: JSON has no word for it but its own.
    return str


def _dataclass_encoder(kind: Any) -> _Encoder:
    named = {_KIND: kind.__name__} if kind.__name__ in _CLASSES else {}
    defaults = tuple(_defaults(kind).items())

    def encode(value: Any) -> Any:
        body: dict[str, Any] = dict(named)
        for name, default in defaults:
            item = getattr(value, name)
            if item is not default and item != default:
                body[name] = _encode(item)
        return body

    return encode


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    """Each field that is written with its default, MISSING where it has none."""
    found: dict[str, Any] = {}
    for item in fields(kind):
        if item.name in _UNWRITTEN.get(kind, ()):
            continue
        if item.default is not MISSING:
            found[item.name] = item.default
        elif item.default_factory is not MISSING:
            found[item.name] = item.default_factory()
        else:
            found[item.name] = MISSING
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def _decode_tagged(source: Any) -> Any:
    return _decoder(_class_of(source))(source)


def _class_of(source: Any) -> Any:
    return _CLASSES[source[_KIND]]


@cache
def _decoder(hint: Any) -> _Decoder:
    """What reads a value of that annotation: made once, since a long journal has a hundred thousand of them."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _union(get_args(hint))
    if origin is Literal:
        return _one_of(get_args(hint))
    if origin is tuple:
        return _sequence(get_args(hint))
    if origin is frozenset:
        inner = _decoder(get_args(hint)[0])
        return lambda value: frozenset(inner(item) for item in _expect(list, value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*get_args(hint))
    if isinstance(hint, type):
        return _of_class(hint)
    return _as_it_is


def _of_class(hint: type[Any]) -> _Decoder:
    if issubclass(hint, Event):
        return lambda value: _fitting(_expect(hint, from_dict(value)))
    if hint is Entity:
        return lambda value: _fitting(Entity.from_dict(value))
    if is_dataclass(hint):
        return _dataclass(hint)
    if issubclass(hint, Enum):
        return hint
    if hint is float:
        return _number
    if hint in _PLAIN:
        return lambda value: value if value.__class__ is hint else _expect(hint, value)
    return _as_it_is


def _dataclass(kind: Any) -> _Decoder:
    hints = get_type_hints(kind)
    known = {name: _decoder(hints[name]) for name in _defaults(kind)}
    # Most values are plain and right: for these nothing is called.
    plain = {name: hints[name] for name in known if hints[name] in _PLAIN or hints[name] is float}

    def decode(source: Any) -> Any:
        if not isinstance(source, dict):
            raise TypeError(f"{kind.__name__} expected, found {quoted(source, 80)}")
        return kind(
            **{
                name: value if plain.get(name) is value.__class__ else known[name](value)
                for name, value in source.items()
                if name in known
            }
        )

    return decode


def _union(options: tuple[Any, ...]) -> _Decoder:
    is_optional = NoneType in options
    others = tuple(option for option in options if option is not NoneType)
    if any(getattr(option, "__name__", "") in _CLASSES for option in others):

        def decode_tagged(value: Any) -> Any:
            return _expect(others, _decode_tagged(value))

        return decode_tagged
    if len(others) != 1:
        return _as_it_is
    inner = _decoder(others[0])
    return (lambda value: None if value is None else inner(value)) if is_optional else inner


def _one_of(options: tuple[Any, ...]) -> _Decoder:
    def decode(value: Any) -> Any:
        if value not in options:
            raise ValueError(f"{quoted(value, 80)} is none of {options}")
        return value

    return decode


def _sequence(parts: tuple[Any, ...]) -> _Decoder:
    if len(parts) == 2 and parts[1] is Ellipsis:
        inner = _decoder(parts[0])
        return lambda value: tuple([inner(item) for item in _expect(list, value)])
    decoders = tuple(_decoder(part) for part in parts)
    return lambda value: tuple([decode(item) for decode, item in zip(decoders, _expect(list, value), strict=True)])


def _mapping(_: Any, value_hint: Any) -> _Decoder:
    inner = _decoder(value_hint)
    if inner is _as_it_is:
        return lambda value: _expect(dict, value)
    return lambda value: {key: inner(item) for key, item in _expect(dict, value).items()}


def _as_it_is(value: Any) -> Any:
    return value


def _number(value: Any) -> float:
    if value.__class__ is float:
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a number expected, found {quoted(value, 80)}")
    return float(value)


def _expect(kind: type[Any] | tuple[type[Any], ...], value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TypeError(f"{getattr(kind, '__name__', 'another kind of record')} expected, found {quoted(value, 80)}")
    return value


def _fitting(value: Any) -> Any:
    """An event or entity as Rasa's JSON gave it, with the types that it must have."""
    kind: Any = type(value)
    for name, fits in _checks(kind):
        fits(name, getattr(value, name))
    return value


@cache
def _checks(kind: Any) -> tuple[tuple[str, Callable[[str, Any], None]], ...]:
    found = []
    for name, hint in get_type_hints(kind).items():
        options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        if all(option in (str, bool, int, float, NoneType) for option in options):
            found.append((name, _check(tuple((*options, int) if float in options else options))))
    return tuple(found)


def _check(kinds: tuple[type[Any], ...]) -> Callable[[str, Any], None]:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, kinds):
            raise TypeError(f"{name}: found {quoted(value, 80)}")

    return check
