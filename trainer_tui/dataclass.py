"""Frozen dataclasses that cost little to define; who knows the standard library's knows these.

The standard decorator works out the fields of each class, writes six methods for them as text and compiles these. A
start defines some three hundred classes, makes values of a third of them, and spent two fifths of its time on that.
Here a class gets its slots, and no more. What its fields are the standard library says when somebody first asks, so
that `replace`, `fields`, `asdict` and matching work as ever; showing and refusing are methods that all classes share;
and what has to be written out to be fast, comparing, hashing and replacing, is compiled when it is first called, and
making when a few values were made. `replace` is for what a long session does a hundred thousand times: it takes a
fifth of the standard one's time.

>>> @dataclass(frozen=True, slots=True)
... class Slot:
...     name: str
...     value: object = None
>>> Slot("cuisine") == Slot("cuisine", None), Slot("cuisine", "thai")
(True, Slot(name='cuisine', value='thai'))
>>> replace(Slot("cuisine"), value="thai")
Slot(name='cuisine', value='thai')
>>> Slot("cuisine").value = "thai"
Traceback (most recent call last):
dataclasses.FrozenInstanceError: cannot assign to field 'value'
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

_set = object.__setattr__
_standard_replace = dataclasses.replace

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """As `dataclasses.replace`, of a frozen dataclass that is made here."""
        return value.__replace__(**changes)

    def dataclass(
        cls: type | None = None,
        /,
        *,
        frozen: bool = False,
        slots: bool = False,
        eq: bool = True,
        kw_only: bool = False,
    ) -> Any:
        """As `dataclasses.dataclass`, which makes those that are not frozen."""

        def define(cls: type) -> type:
            return _frozen(cls, slots, eq, kw_only) if frozen else changeable(cls)

        changeable = dataclasses.dataclass(slots=slots, eq=eq, kw_only=kw_only)
        return define if cls is None else define(cls)


def _frozen(cls: type, slots: bool, eq: bool, kw_only: bool) -> type:
    own = set(vars(cls))
    plain = {} if kw_only else _plain_fields(cls)
    if cls.__doc__ is None:
        cls.__doc__ = f"A frozen dataclass: {cls.__name__}."  # or the standard library works out a signature for it
    make = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)
    made: Any = _with_slots(cls, make) if slots else make(cls)
    init = _when_called(made, "__init__", _init)
    methods = {
        "__init__": _field_by_field(plain, init) if plain else init,
        "__replace__": _when_called(made, "__replace__", _replace),
        "__repr__": _repr,
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
    }
    if slots:
        methods |= {"__getstate__": _state, "__setstate__": _restore}
    if eq:
        methods |= {"__eq__": _when_called(made, "__eq__", _eq), "__hash__": _when_called(made, "__hash__", _hash)}
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


_NO_FIELDS = re.compile(r"(?:typing\.)?(?:ClassVar|KW_ONLY)\b")
"""Begins the annotation, a text, of what is none."""


def _with_slots(cls: type, make: Callable[[type], type]) -> type:
    """The same class with a slot for each field, which has to be made anew for that: as the standard decorator does."""
    annotations = cls.__annotations__
    names = [name for name, annotation in annotations.items() if not _NO_FIELDS.match(annotation)]
    contents = dict(vars(cls))
    defaults = {name: contents.pop(name) for name in names if name in contents}
    for name in ("__dict__", "__weakref__"):
        contents.pop(name, None)
    inherited = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
    contents["__slots__"] = tuple(name for name in names if name not in inherited)
    contents["__qualname__"] = cls.__qualname__

    def standard() -> type:
        twin: dict[str, Any] = {"__annotations__": annotations, **defaults}
        twin.update((name, contents[name]) for name in ("__doc__", "__module__", "__orig_bases__") if name in contents)
        return make(type(cls)(cls.__name__, cls.__bases__, twin))

    contents |= {name: _Asked(standard) for name in ("__dataclass_fields__", "__dataclass_params__", "__match_args__")}
    return type(cls)(cls.__name__, cls.__bases__, contents)


class _Asked:
    """What the standard decorator says of a class; it is made to when somebody asks."""

    def __init__(self, standard: Callable[[], type]) -> None:
        self._standard = standard

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, instance: object, cls: type) -> Any:
        said = vars(self._standard())[self._name]
        setattr(self._owner, self._name, said)
        return said


def _plain_fields(cls: type) -> dict[str, Any]:
    """Each field and its default (MISSING: it has none; a Field: it makes one), in the order of arguments; none where
    there is more to know of them."""
    if len(cls.__mro__) > 2 or hasattr(cls, "__post_init__"):
        return {}
    found = {name: vars(cls).get(name, MISSING) for name in cls.__annotations__}
    if any(_NO_FIELDS.match(annotation) for annotation in cls.__annotations__.values()):
        return {}
    ours = [default for default in found.values() if isinstance(default, Field)]
    if any(not item.init or item.kw_only is not MISSING or item.default_factory is MISSING for item in ours):
        return {}
    return found


_FEW = 20


def _field_by_field(fields: Mapping[str, Any], written: Callable[..., None]) -> Callable[..., None]:
    """Makes the first few values, which are all of most classes that a start needs: to write the method takes as long.
    What does not fit is left to the one that is `written`, which says so."""
    left = _FEW

    def __init__(self: Any, *given: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        by_place = dict(zip(fields, given, strict=False))
        values = {**fields, **by_place, **named}
        is_known = len(given) <= len(fields) == len(values) and not by_place.keys() & named.keys()
        if left < 0 or not is_known or any(value is MISSING for value in values.values()):
            written(self, *given, **named)
            return
        for name, value in values.items():
            _set(self, name, value if not isinstance(value, Field) else value.default_factory())  # type: ignore[operator]

    return __init__


def _when_called(cls: Any, name: str, write: Callable[[Any], Callable[..., Any]]) -> Callable[..., Any]:
    """A method that puts the written one in its place when it is called."""

    def method(self: Any, *given: Any, **named: Any) -> Any:
        written = write(cls)
        setattr(cls, name, written)
        return written(self, *given, **named)

    return method


def _init(cls: Any) -> Callable[..., None]:
    """The method that the standard decorator writes as well: a parameter and a line for each field."""
    scope: dict[str, Any] = {"_set": _set, "_MISSING": MISSING}
    positional, named, body = ["self"], list[str](), list[str]()
    for item in dataclasses.fields(cls):
        value = item.name
        if item.default_factory is not MISSING:
            scope[f"_made_{item.name}"] = item.default_factory
            made = f"_made_{item.name}()"
            value = f"{made} if {item.name} is _MISSING else {item.name}" if item.init else made
            default = "=_MISSING"
        elif item.default is not MISSING:
            scope[f"_default_{item.name}"] = item.default
            default = f"=_default_{item.name}"
        else:
            default = ""
        if item.init:
            (named if item.kw_only else positional).append(item.name + default)
        if item.init or item.default_factory is not MISSING:
            body.append(f"_set(self, {item.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join([*positional, *(["*", *named] if named else [])])
    return _compiled(cls, f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), scope)


def _replace(cls: Any) -> Callable[..., Any]:
    """The method that copies each field that is not given; what a class works out for itself it works out again."""
    items = dataclasses.fields(cls)
    if hasattr(cls, "__post_init__") or not all(item.init for item in items):
        return lambda self, **changes: _standard_replace(self, **changes)
    parameters = "".join(f", {item.name}=_MISSING" for item in items)
    scope = {"_new": object.__new__, "_set": _set, "_MISSING": MISSING}
    copied = [
        f"_set(_copy, {item.name!r}, self.{item.name} if {item.name} is _MISSING else {item.name})" for item in items
    ]
    body = ["_copy = _new(self.__class__)", *copied, "return _copy"]
    return _compiled(cls, f"def __replace__(self, /{parameters}):\n " + "\n ".join(body), scope)


def _eq(cls: Any) -> Callable[..., Any]:
    same = f"{_values(cls, 'self')} == {_values(cls, 'other')}"
    return _compiled(
        cls, f"def __eq__(self, other):\n return {same} if other.__class__ is self.__class__ else NotImplemented", {}
    )


def _hash(cls: Any) -> Callable[..., Any]:
    return _compiled(cls, f"def __hash__(self):\n return hash({_values(cls, 'self')})", {})


def _values(cls: Any, owner: str) -> str:
    return f"({''.join(f'{owner}.{item.name}, ' for item in dataclasses.fields(cls) if item.compare)})"


def _compiled(cls: Any, text: str, scope: dict[str, Any]) -> Callable[..., Any]:
    found: dict[str, Any] = {}
    exec(text, scope, found)
    (method,) = found.values()
    method.__qualname__ = f"{cls.__qualname__}.{method.__name__}"
    return method  # type: ignore[no-any-return]


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{item.name}={getattr(self, item.name)!r}" for item in dataclasses.fields(self) if item.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, item.name) for item in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for item, value in zip(dataclasses.fields(self), state, strict=True):
        _set(self, item.name, value)
