"""Ctrl-C opens the session menu in every state; the menu's lines do what they say."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import TextArea

from tests.ui.conftest import Teaching
from tests.ui.fake_controller import CONFIRM, FIRST, REVIEW, FakeController
from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.session.protocol import AskAfterFailure, AskMessage, ConfirmAction, Decision, PredictAction, RunAction
from trainer_tui.session.view import SessionView
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.palette import Palette
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.session_menu import SessionMenu


class SlowController(FakeController):
    """Its effect goes on until the test lets it end."""

    def __init__(self, *views: SessionView) -> None:
        super().__init__(*views)
        self.done = asyncio.Event()

    async def perform(self) -> None:
        await self.done.wait()

    def cancel(self) -> None:
        super().cancel()
        self.show(CONFIRM)
        self.done.set()


def desk(controller: FakeController) -> TrainerApp:
    return TrainerApp(controller, said_after=0.0, moment=0.0)


async def opens_and_closes_the_menu(trainer: Trainer) -> None:
    beneath = trainer.app.screen
    await trainer.presses_meanwhile("ctrl+c")
    assert isinstance(trainer.app.screen, SessionMenu)
    await trainer.presses_meanwhile("ctrl+c")
    assert trainer.app.screen is beneath


async def test_with_nothing_selected() -> None:
    async with at_the_desk(desk(FakeController(CONFIRM))) as trainer:
        await opens_and_closes_the_menu(trainer)


async def test_with_a_selection_in_the_message_field() -> None:
    async with at_the_desk(desk(FakeController(FIRST))) as trainer:
        await trainer.types("hello")
        await trainer.presses("shift+home")
        await opens_and_closes_the_menu(trainer)
        await trainer.presses("ctrl+c")
        await trainer.sees("Copy selection")
        await trainer.presses("y")
        assert trainer.app.clipboard == "hello"


async def test_with_a_selection_in_a_text_area() -> None:
    controller = FakeController(CONFIRM)
    controller.review = REVIEW
    async with at_the_desk(desk(controller)) as trainer:
        await trainer.presses("ctrl+s", "E")
        trainer.app.screen.query_one(TextArea).select_all()
        await opens_and_closes_the_menu(trainer)


async def test_over_a_sheet() -> None:
    async with at_the_desk(desk(FakeController(CONFIRM))) as trainer:
        await trainer.presses("ctrl+f")
        await opens_and_closes_the_menu(trainer)


async def test_over_the_command_palette() -> None:
    async with at_the_desk(desk(FakeController(CONFIRM))) as trainer:
        await trainer.presses("ctrl+p")
        assert isinstance(trainer.app.screen, Palette)
        await opens_and_closes_the_menu(trainer)


async def test_while_an_action_runs() -> None:
    running = RunAction(Decision("action_slow", "action_slow", 0.9, "learned"))
    controller = SlowController(replace(CONFIRM, prompt=None, effect=running))
    app = desk(controller)
    async with app.run_test(size=(100, 30)) as pilot:
        trainer = Trainer(app, pilot)
        for _ in range(3):
            await pilot.pause()
        assert re.search(r"Running action_slow … \d+ s", trainer.text)
        await opens_and_closes_the_menu(trainer)
        await trainer.presses("escape")
        assert controller.given == [("cancel",)]
        await trainer.sees(ConfirmAction)
        await trainer.presses("ctrl+c")
        await trainer.does_not_see("Stop waiting")


async def test_waiting_is_stopped_from_the_menu_too() -> None:
    controller = SlowController(replace(CONFIRM, prompt=None, effect=PredictAction()))
    app = desk(controller)
    async with app.run_test(size=(100, 30)) as pilot:
        trainer = Trainer(app, pilot)
        await trainer.presses_meanwhile("ctrl+c")
        assert "Stop waiting" in trainer.text
        await trainer.presses("w")
        assert controller.given == [("cancel",)]
        await trainer.sees(ConfirmAction)


@pytest.mark.parametrize(
    ("key", "done"),
    [("u", ("undo",)), ("r", ("start_fresh",))],
)
async def test_a_letter_does_what_its_line_says(key: str, done: tuple[str, ...]) -> None:
    controller = FakeController(CONFIRM)
    async with at_the_desk(desk(controller)) as trainer:
        await trainer.presses("ctrl+c")
        await trainer.sees("Undo last  /compare_reviews", "Export …  2 stories, 5 examples new", "Branches …")
        await trainer.presses(key)
        assert controller.given == [done]
        assert trainer.app.screen is trainer.app.main


async def test_arrows_and_enter_work_too() -> None:
    controller = FakeController(CONFIRM)
    async with at_the_desk(desk(controller)) as trainer:
        await trainer.presses("ctrl+c", "down", "enter")
        assert controller.given == [("undo",)]


async def test_what_has_no_effect_is_dimmed_and_says_why() -> None:
    controller = FakeController(FIRST)
    async with at_the_desk(desk(controller)) as trainer:
        await trainer.presses("ctrl+c", "u")
        assert "Undo last: nothing to undo." in trainer.told
        assert controller.given == []


async def test_quitting_from_the_menu_ends_with_0() -> None:
    app = desk(FakeController(CONFIRM))
    async with at_the_desk(app) as trainer:
        await trainer.presses("ctrl+c")
        await trainer.presses_meanwhile("q")
    assert app.return_code == 0


async def test_ctrl_q_quits_over_a_sheet_without_asking() -> None:
    app = desk(FakeController(CONFIRM))
    async with at_the_desk(app) as trainer:
        await trainer.presses("ctrl+f")
        await trainer.pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_choosing_export_again_returns_to_it() -> None:
    controller = FakeController(CONFIRM)
    controller.review = REVIEW
    async with at_the_desk(desk(controller)) as trainer:
        await trainer.presses("ctrl+s")
        opened = trainer.app.screen
        assert isinstance(opened, Export)
        await trainer.presses("ctrl+c", "e")
        assert trainer.app.screen is opened
        # The menu and one sheet: another one takes its place.
        await trainer.presses("ctrl+c", "b")
        assert [type(screen).__name__ for screen in trainer.app.screen_stack[1:]] == ["MainScreen", "Branches"]


async def test_the_palette_has_no_command_that_this_terminal_can_never_do() -> None:
    async with at_the_desk(desk(FakeController(FIRST))) as trainer:
        await trainer.presses("ctrl+p")
        await trainer.sees("Train now")
        await trainer.does_not_see("ctrl+n new")
        # There is no shell here that could bring the program back.
        await trainer.types("suspend")
        await trainer.does_not_see("back to the shell")
        await trainer.presses("ctrl+u")
        await trainer.types("train")
        await trainer.presses("enter")
        assert trainer.app.screen is trainer.app.main


async def test_a_theme_is_chosen_in_the_palette() -> None:
    async with at_the_desk(desk(FakeController(FIRST))) as trainer:
        await trainer.presses("ctrl+p")
        await trainer.types("theme")
        await trainer.presses("enter")
        await trainer.sees("trainer-dark")
        await trainer.types("trainer-li")
        await trainer.presses("enter")
        assert trainer.app.theme == "trainer-light"
        assert trainer.app.screen is trainer.app.main


async def test_a_session_is_named_and_a_copy_is_saved(teaching: Teaching, tmp_path: Path) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("ctrl+c", "s", "enter", "ctrl+u")
        await trainer.says("first try")
        assert trainer.view.status.session == "first-try" or trainer.view.status.session == "first try"
        await trainer.presses("ctrl+c", "s", "down", "enter")
        await trainer.says(str(tmp_path / "copy.jsonl"))
        assert (tmp_path / "copy.jsonl").exists()


async def test_a_failed_action_can_be_retried_stubbed_or_undone(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_concerts")
        await trainer.answers("y")
        await trainer.sees(AskAfterFailure, "retry", "stub the result", "undo")
        await trainer.answers("r")
        await trainer.sees(AskAfterFailure)
        await trainer.answers("u")
        await trainer.is_asked(ConfirmAction, "action_search_concerts")
        await trainer.answers("y")
        await trainer.answers("s")
        await trainer.types('slot{"concerts": ')
        await trainer.presses("enter")
        await trainer.sees("(line 1)")
        assert trainer.field == 'slot{"concerts": '
        await trainer.types('["A"]}')
        await trainer.presses("ctrl+n")
        await trainer.types("A plays tonight.")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "action_listen")
        assert trainer.said("bot") == ["A plays tonight."]
        assert trainer.slots["concerts"] == ["A"]


async def test_an_earlier_session_is_offered_first(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.answers("y")
    async with teaching("concertbot") as trainer:
        await trainer.sees("Go on with the earlier session?")
        await trainer.answers("enter")
        await trainer.is_asked(ConfirmAction, "action_listen")
        assert trainer.said("you") == ["/hello"]
    async with teaching("concertbot") as trainer:
        await trainer.answers("n")
        await trainer.sees(AskMessage, "Say something to the bot")


async def test_a_sheet_that_is_open_beneath_another_is_returned_to(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        for key in ("ctrl+p", "ctrl+c"):
            await trainer.presses(key)
            opened = trainer.app.screen
            await trainer.presses("f1", key)
            assert trainer.app.screen is opened
            await trainer.presses("escape")
            assert trainer.app.screen is trainer.app.main


async def test_how_sure_what_is_accepted_by_itself_has_to_be() -> None:
    controller = FakeController(CONFIRM)
    async with at_the_desk(desk(controller), (120, 40)) as trainer:
        await trainer.does_not_see("accepts")
        await trainer.presses("ctrl+c", "a")
        await trainer.says("2")
        await trainer.sees("2 is no confidence between 0 and 1")
        await trainer.presses("ctrl+u")
        await trainer.says("0.9")
        await trainer.sees("accepts ✓ 0.9")
        await trainer.presses("ctrl+c", "a", "delete")
        await trainer.presses("enter")
        await trainer.does_not_see("accepts ✓")


async def test_all_of_a_text_is_copied_though_a_filter_shows_some_of_it(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        trainer.app.desk.show_text("a text", "one\ntwo\nthree")
        await trainer.settles()
        await trainer.presses("slash")
        await trainer.types("two")
        await trainer.presses("enter", "c")
        assert trainer.app.clipboard == "one\ntwo\nthree"


async def test_a_command_that_has_no_effect_now_stays_in_the_palette_and_says_why(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(80, 24)) as trainer:
        await trainer.presses("ctrl+p")
        await trainer.types("undo one")
        assert "ctrl+z   there is nothing to undo  Undo one answer" in trainer.text
        await trainer.presses("enter")
        assert isinstance(trainer.app.screen, Palette)
        assert "Not now: there is nothing to undo" in trainer.text
        await trainer.presses("escape")
        await trainer.says("/hello")
        await trainer.presses("ctrl+p")
        await trainer.types("undo one")
        await trainer.presses("enter")
        assert trainer.view.undo is None
