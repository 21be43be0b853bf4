"""How the panes of a column share its rows."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Teaching
from trainer_tui.session.protocol import ConfirmAction
from trainer_tui.ui.sharing import shares
from trainer_tui.ui.widgets.slots import Slots


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


async def test_panes_that_were_hidden_come_back_with_the_rows_that_they_have_something_for(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(80, 24), said_after=60.0) as trainer:
        slots = trainer.app.main.query_one(Slots)
        await trainer.types("/hello")
        assert not slots.region.area, "the intents take the column"
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        assert slots.size.height == slots.wanted_height == 2
