"""Why, and what if: the reasons in full, and a table that moves with what is tried, of which nothing is recorded."""

from __future__ import annotations

from tests.ui.conftest import Teaching
from trainer_tui.session.protocol import ConfirmAction, ConfirmIntent
from trainer_tui.ui.screens.what_if import WhatIfSheet


async def test_what_is_tried_moves_the_table_and_leaves_the_session_as_it_was(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("hello")
        await trainer.sees(ConfirmIntent)
        await trainer.presses("e")
        await trainer.sees("intent hello", "the nearest examples:", "no single word less would change it")
        await trainer.presses("escape", "enter")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        before = len(trainer.controller.records)
        await trainer.presses("f")
        assert isinstance(trainer.app.screen, WhatIfSheet)
        await trainer.sees("slot concerts: not set", "intent: hello", "utter_greet 1.00")
        await trainer.presses("down", "down", "enter")
        await trainer.says("goodbye")
        await trainer.sees("intent: hello, but if the intent goodbye", "utter_goodbye in place of utter_greet")
        await trainer.presses("r")
        await trainer.does_not_see("but if")
        await trainer.presses("right")
        await trainer.sees("intent: hello, but if the intent")
        await trainer.presses("escape")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        assert len(trainer.controller.records) == before
