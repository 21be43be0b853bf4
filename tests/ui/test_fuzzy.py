"""The filter of the lists."""

from __future__ import annotations

import pytest

from trainer_tui.ui.fuzzy import matching

ACTIONS = ["action_listen", "action_show_concert_reviews", "action_show_venue_reviews", "utter_greet", "utter_goodbye"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ven", "action_show_venue_reviews"),
        ("greet", "utter_greet"),
        ("utter", "utter_greet"),
        ("ascr", "action_show_concert_reviews"),
        ("GOOD", "utter_goodbye"),
        ("show venue", "action_show_venue_reviews"),
    ],
)
def test_the_closest_name_comes_first(typed: str, first: str) -> None:
    assert matching(typed, [(name, name) for name in ACTIONS])[0] == first


def test_nothing_typed_leaves_the_order() -> None:
    assert matching(" ", [(name, name) for name in ACTIONS]) == ACTIONS


def test_letters_that_are_not_there_match_nothing() -> None:
    assert matching("xyz", [(name, name) for name in ACTIONS]) == []


def test_equally_good_ones_stay_in_the_order_of_their_confidence() -> None:
    found = matching("reviews", [(name, name) for name in ACTIONS])
    assert found == ["action_show_concert_reviews", "action_show_venue_reviews"]
