"""Slots set by hand: what is typed fits the slot's type, or is refused with what would."""

from __future__ import annotations

from typing import Any

import pytest

from trainer_tui.asking.slot_values import as_typed, typed_value
from trainer_tui.core.slots import Slot
from trainer_tui.errors import IllegalInput

COLOUR = Slot("colour", "categorical", values=("red", "Blue", "2"))


@pytest.mark.parametrize("kind", ["text", "bool", "float", "list", "categorical", "any", "unfeaturized", "custom"])
@pytest.mark.parametrize("typed", ["", "  ", "none", "None", "null", "NULL"])
def test_nothing_none_and_null_unset_every_slot(kind: str, typed: str) -> None:
    assert typed_value(Slot("s", kind), typed) is None


@pytest.mark.parametrize(
    ("slot", "typed", "value"),
    [
        (Slot("s", "text"), "new york", "new york"),
        (Slot("s", "text"), '"none"', "none"),
        (Slot("s", "text"), "3", "3"),
        (Slot("s", "text"), "true", "true"),
        (Slot("s", "bool"), "true", True),
        (Slot("s", "bool"), "False", False),
        (Slot("s", "float"), "3", 3),
        (Slot("s", "float"), "-0.5", -0.5),
        (Slot("s", "list"), '["a", 1]', ["a", 1]),
        (Slot("s", "list"), "[]", []),
        (COLOUR, "red", "red"),
        (COLOUR, '"blue"', "blue"),
        (COLOUR, "2", 2),
        (COLOUR, "__other__", "__other__"),
        (Slot("s", "any"), '{"a": null}', {"a": None}),
        (Slot("s", "any"), "as it is", "as it is"),
    ],
)
def test_what_is_typed_becomes_a_value_of_the_slots_type(slot: Slot, typed: str, value: Any) -> None:
    found = typed_value(slot, typed)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("slot", "typed", "expected"),
    [
        (Slot("s", "bool"), "maybe", "true or false"),
        (Slot("s", "bool"), "1", "true or false"),
        (Slot("s", "float"), "abc", "a number"),
        (Slot("s", "float"), "true", "a number"),
        (Slot("s", "float"), '"3"', "a number"),
        (Slot("s", "float"), "NaN", "a number"),
        (Slot("s", "list"), "x", "a JSON list"),
        (Slot("s", "list"), '{"a": 1}', "a JSON list"),
        (COLOUR, "green", "one of red, Blue, 2"),
        (COLOUR, '["red"]', "one of red, Blue, 2"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(slot: Slot, typed: str, expected: str) -> None:
    with pytest.raises(IllegalInput) as refused:
        typed_value(slot, typed)
    assert expected in refused.value.hint
    assert slot.name in refused.value.title


@pytest.mark.parametrize("value", [None, "greek", "none", "", "3", '"', " spaced ", 3, True, ["a"], {"a": None}])
def test_a_value_is_offered_as_it_would_be_typed(value: Any) -> None:
    assert typed_value(Slot("s", "any"), as_typed(value)) == value
