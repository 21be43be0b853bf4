"""What is drawn and written for an answer: each thing once, and nothing that stands there already."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import Teaching
from trainer_tui.session.protocol import AskMessage, ConfirmAction
from trainer_tui.ui.terminal import Written

WIDTH, HEIGHT = 12, 3
CUTS = ((0, 12), (0, 5, 12), (0, 3, 8, 12))

texts = st.text("ab ", min_size=WIDTH, max_size=WIDTH)
rows = st.dictionaries(st.integers(0, HEIGHT - 1), st.tuples(texts, st.sampled_from(CUTS), st.sampled_from("0147")))
"""By row what stands there from now on, where it is cut into pieces, and how it looks."""


def update(drawn: dict[int, tuple[str, tuple[int, ...], str]]) -> str:
    """As Textual writes it: each piece behind a move, with its look; each row but the last with a line end."""
    lines = [
        "".join(f"\x1b[{y + 1};{begin + 1}H\x1b[{look}m{text[begin:end]}\x1b[0m" for begin, end in pairwise(cuts))
        for y, (text, cuts, look) in sorted(drawn.items())
    ]
    return "\n".join(lines) + f"\x1b[{HEIGHT};{WIDTH}H"


@given(st.lists(rows, max_size=6))
def test_the_same_stands_on_the_screen_as_if_all_of_it_were_written(updates: list[dict[int, Any]]) -> None:
    whole, sparing = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    written = Written()
    for drawn in updates:
        pyte.Stream(whole).feed(update(drawn))
        pyte.Stream(sparing).feed(written.changes(update(drawn)))
        assert sparing.buffer == whole.buffer
        assert (sparing.cursor.x, sparing.cursor.y) == (whole.cursor.x, whole.cursor.y)


def test_what_stands_there_is_not_written_until_the_screen_is_cleared() -> None:
    written = Written()
    drawn = "\x1b[1;1Hyes\n\x1b[2;1Hno"
    assert written.changes(drawn) == drawn
    assert written.changes(drawn) == ""
    assert written.changes("\x1b[2J") == "\x1b[2J"
    assert written.changes(drawn) == drawn


async def test_an_answer_draws_the_screen_once_for_the_key_once_for_the_question_and_once_for_its_rows(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot", said_after=60.0) as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        drawn = []
        display = trainer.app._display

        def noted(screen: Any, update: Any) -> None:
            if update is not None and not trainer.app._batch_count:
                drawn.append(update)
            display(screen, update)

        monkeypatch.setattr(trainer.app, "_display", noted)
        await trainer.presses("y")
        await trainer.is_asked(ConfirmAction, "action_listen")
        assert len(drawn) <= 3
        drawn.clear()
        await trainer.presses("y")
        await trainer.is_asked(AskMessage)
        assert len(drawn) <= 3
