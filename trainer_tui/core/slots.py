"""Slots: their types, their feature values, how they are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class MappingCondition:
    """A mapping applies only while this loop is active (and asks for this slot)."""

    active_loop: str | None = None
    requested_slot: str | None = None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way to fill a slot from a message; `intents`/`not_intents` empty = any intent."""

    type: str
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: Any = None
    action: str | None = None
    conditions: tuple[MappingCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the domain.

    `type` is text, bool, categorical, float, list, any, unfeaturized or custom; `type_name` is as the file spells it
    (a class path, say).
    """

    name: str
    type: str = "text"
    type_name: str = ""
    initial_value: Any = None
    values: tuple[str, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0
    influence_conversation: bool = True
    auto_fill: bool = True
    mappings: tuple[SlotMapping, ...] = ()

    @property
    def is_featurised(self) -> bool:
        return self.influence_conversation and self.type not in ("any", "unfeaturized")

    def features(self, value: Any) -> tuple[float, ...]:
        """The numbers that policies see; () where the slot does not influence the conversation (Rasa 3.6's slots)."""
        if not self.is_featurised:
            return ()
        match self.type:
            case "bool":
                return _bool_features(value)
            case "float":
                return _float_features(value, self.min_value, self.max_value)
            case "categorical":
                return _categorical_features(value, self.values)
            case "list":
                # A value that is no list counts as a list of itself.
                return (1.0,) if value else (0.0,)
            case _:
                return (1.0,) if value is not None else (0.0,)


def _bool_features(value: Any) -> tuple[float, ...]:
    """Whether it has a truth value, and which: booleans, numbers (1 alone is true), "true", "false" and digits do."""
    if isinstance(value, str):
        text = value.strip().lower()
        is_true = text == "true" or (value.isdecimal() and int(value) == 1)
        has_value = text in ("true", "false") or value.isdecimal()
        return (1.0, float(is_true)) if has_value else (0.0, 0.0)
    if not isinstance(value, (bool, int, float)):
        return (0.0, 0.0)
    return (1.0, float(value == 1))


def _float_features(value: Any, low: float, high: float) -> tuple[float, ...]:
    try:
        number = float(value)
        # The order of the arguments tells what a value is that is no number: the highest one.
        capped = max(low, min(high, number))
    except (TypeError, ValueError, OverflowError):
        return (0.0, 0.0)
    span = high - low
    return (1.0, (capped - low) / span if span > 0 else 0.0)


def _categorical_features(value: Any, values: tuple[str, ...]) -> tuple[float, ...]:
    """One place a value and a last one for every other value; all 0 when unset."""
    known = [str(item).lower() for item in values]
    row = [0.0] * (len(known) + 1)
    if value is not None:
        wanted = str(value).lower()
        row[known.index(wanted) if wanted in known else -1] = 1.0
    return tuple(row)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the slots it asks for, in order. `mappings` holds Rasa 2.x's slot mappings, which stand in the form.

    A form of the 2018 dialect is a name alone: what it requires is known only to its FormAction.
    """

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()
    mappings: Mapping[str, tuple[SlotMapping, ...]] = field(default_factory=dict)
