"""A list that is held in many states: each is what it was, whatever became of the others."""

from __future__ import annotations

from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

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
