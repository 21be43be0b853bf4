"""How the panes of a column share its rows."""

from __future__ import annotations

import pytest

from trainer_tui.ui.sharing import shares


@pytest.mark.parametrize(
    ("height", "wanted", "useful", "given"),
    [
        (12, (4, 2, 6), (4, 2, 6), [4, 2, 6]),
        (12, (11, 2, 6), (11, 2, 6), [5, 2, 5]),
        (12, (11, 25, 6), (11, 25, 6), [4, 4, 4]),
        (30, (4, 2, 6), (11, 2, 6), [11, 2, 17]),
        (14, (4, 2, 6), (11, 2, 6), [6, 2, 6]),
        (12, (0, 2, 0), (0, 2, 0), [0, 2, 10]),
        (5, (11, 25, 6), (11, 25, 6), [3, 3, 3]),
        (9, (4, 2), (4, 2), [4, 5]),
    ],
)
def test_nobody_has_more_than_is_wanted_while_another_lacks(
    height: int, wanted: tuple[int, ...], useful: tuple[int, ...], given: list[int]
) -> None:
    assert shares(height, wanted, useful) == given
