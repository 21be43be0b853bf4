"""A list that is held in many states: each is what it was, whatever became of the others."""

from __future__ import annotations

from itertools import takewhile
from operator import is_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core import growing
from trainer_tui.core.growing import Growing

MOVES = st.lists(st.tuples(st.integers(0, 30), st.one_of(st.none(), st.sampled_from("abc"))), max_size=40)


@given(MOVES)
def test_each_state_stays_what_it_was_and_is_compared_as_tuples_are(moves: list[tuple[int, str | None]]) -> None:
    states: list[tuple[Growing[str], tuple[str, ...]]] = [(Growing(), ())]
    for number, item in moves:
        grown, items = states[number % len(states)]
        if item is not None:
            states.append((grown.with_item(item), (*items, item)))
        elif items:
            states.append((grown.up_to(len(items) - 1), items[:-1]))
    for grown, items in states:
        assert grown == items
        assert (list(grown), len(grown), grown[1:3], grown[-2:]) == (list(items), len(items), items[1:3], items[-2:])
        for other, others in states:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(items, others, strict=False)))
            assert grown.shared_length(other) == same
            assert (grown == other) is (items == others)


def test_what_went_on_otherwise_again_and_again_is_told_apart_without_going_through_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[object] = []

    def noted(one: object, other: object) -> bool:
        compared.append(one)
        return is_(one, other)

    fitted = Growing(map(str, range(10_000)))
    monkeypatch.setattr(growing, "is_", noted)
    now = fitted
    for undone in range(20):
        now = now.up_to(9_990 - undone).with_item(f"otherwise {undone}")
    assert fitted.shared_length(now) == now.shared_length(fitted) == 9_971
    beside = fitted.up_to(9_980).with_item("beside")
    assert beside.shared_length(now) == 9_971
    again = beside.up_to(9_980).with_item(fitted[9_980])
    assert again.shared_length(fitted) == 9_981
    assert len(compared) < 50
