"""What policies see of a slot's value: the numbers that real Rasa (3.6.21 and 2.8.34, alike) makes of it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from trainer_tui.core.slots import Slot

UNSET, FALSE, TRUE = (0.0, 0.0), (1.0, 0.0), (1.0, 1.0)


@pytest.mark.parametrize(
    ("value", "features"),
    [
        *((value, TRUE) for value in (True, 1, 1.0, "1", "true", " TRUE ")),
        *((value, FALSE) for value in (False, 0, 2, -5, 0.5, math.inf, math.nan, "0", "03", "false")),
        *((value, UNSET) for value in (None, "", "yes", "no", "maybe", "1.0", "1_000", "none")),
        ([True], UNSET),
    ],
)
def test_a_bool_is_what_rasa_can_make_one_of(value: Any, features: tuple[float, ...]) -> None:
    assert Slot("s", "bool").features(value) == features


@pytest.mark.parametrize("value", [1, -5, True, "abc", [None], {"a": 1}, (1,), math.nan])
def test_what_is_no_list_counts_as_a_list_of_itself(value: Any) -> None:
    assert Slot("s", "list").features(value) == (1.0,)


@pytest.mark.parametrize("value", [None, [], "", 0, False, {}])
def test_an_empty_list_is_as_good_as_none(value: Any) -> None:
    assert Slot("s", "list").features(value) == (0.0,)


@pytest.mark.parametrize(
    ("value", "features"),
    [
        ("0.5", (1.0, 0.05)),
        (-5, FALSE),
        (16, TRUE),
        (True, (1.0, 0.1)),
        (math.nan, TRUE),
        ("abc", UNSET),
        (None, UNSET),
    ],
)
def test_a_float_is_capped(value: Any, features: tuple[float, ...]) -> None:
    assert Slot("s", "float", min_value=0.0, max_value=10.0).features(value) == features


@pytest.mark.parametrize(
    ("value", "place"),
    [(1, 0), ("1", 0), (1.0, 3), (2.0, 1), (2, 3), ("TRUE", 2), (True, 2), ("other", 3), ("", 3)],
)
def test_a_category_is_told_by_how_it_is_written_down(value: Any, place: int) -> None:
    slot = Slot("s", "categorical", values=("1", "2.0", "True"))
    assert [index for index, feature in enumerate(slot.features(value)) if feature] == [place]
