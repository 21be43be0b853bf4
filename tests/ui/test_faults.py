"""What goes wrong in a widget costs at most that widget: it is logged and said, and the session goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.driver import Driver
from textual.events import MouseDown, Resize
from textual.screen import Screen
from textual.widget import Widget

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import AskMessage, ConfirmAction, ConfirmIntent
from trainer_tui.ui.palette import Palette
from trainer_tui.ui.screens.dialogs import Choose, Find, Reader
from trainer_tui.ui.screens.help import Help
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.screens.reports import ActionLog
from trainer_tui.ui.screens.session_menu import SessionMenu
from trainer_tui.ui.terminal import served_well
from trainer_tui.ui.widgets.footer import KeyFooter
from trainer_tui.ui.widgets.history import Conversation
from trainer_tui.ui.widgets.prompts.message import MessageBody
from trainer_tui.ui.widgets.slots import Slots
from trainer_tui.ui.widgets.status import Status


class OurFault(Exception):
    pass


def breaks(monkeypatch: pytest.MonkeyPatch, kind: type[Widget], method: str, times: int | None = 1) -> None:
    """From now on the method of these widgets raises, so many times, or always."""
    original: Callable[..., Any] | None = getattr(kind, method, None)
    left = [times]

    def raises(self: Widget, *arguments: Any) -> Any:
        if left[0] is None or left[0] > 0:
            left[0] = None if left[0] is None else left[0] - 1
            raise OurFault(f"in {method} of {kind.__name__}")
        return original(self, *arguments) if original is not None else None

    monkeypatch.setattr(kind, method, raises, raising=False)
    draw = Screen._on_timer_update

    def draws(self: Screen[Any]) -> None:
        try:
            draw(self)
        except OurFault as fault:
            # The pilot of the tests draws by its own hand, outside of what the screen hears and outlives.
            self.app._handle_exception(fault)

    monkeypatch.setattr(Screen, "_on_timer_update", draws)


async def goes_on(trainer: Trainer) -> None:
    """A whole turn is taught as if nothing had been."""
    await trainer.sees(AskMessage)
    await trainer.says("/search_concerts")
    await trainer.sees(ConfirmAction)
    await trainer.presses("ctrl+z")
    await trainer.sees(AskMessage)


def had_faults(trainer: Trainer) -> int:
    """How many; they are expected, and taken off the books."""
    found = len(trainer.faults)
    assert all(isinstance(fault, OurFault) for fault in trainer.faults), trainer.faults
    trainer.faults.clear()
    return found


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (Slots, "render_line"),
        (Conversation, "render_line"),
        (Status, "render_line"),
        (KeyFooter, "render_line"),
        (Conversation, "on_idle"),
        (MessageBody, "on_idle"),
        (MainScreen, "on_idle"),
    ],
)
async def test_a_fault_in_drawing_or_in_a_handler_builds_the_screen_anew(
    teaching: Teaching,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: type[Widget],
    method: str,
) -> None:
    async with teaching("concertbot") as trainer:
        first = trainer.app.main
        breaks(monkeypatch, kind, method)
        first.refresh(layout=True)
        for widget in first.query("*"):
            widget.refresh()
        await trainer.presses("f5", "f2")
        assert trainer.app.main is not first
        assert any("built anew" in notice for notice in trainer.told)
        assert "OurFault" in caplog.text
        assert had_faults(trainer) >= 1
        await goes_on(trainer)


async def test_a_part_that_cannot_be_drawn_at_all_is_left_out_and_the_rest_is_there(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot") as trainer:
        breaks(monkeypatch, Slots, "render_line", times=None)
        trainer.app.main.query_one(Slots).refresh()
        await trainer.settles()
        await trainer.settles()
        assert not trainer.app.main.query_one(Slots).display
        assert any("'slots'" in notice for notice in trainer.told)
        had_faults(trainer)
        await goes_on(trainer)
        await trainer.sees("conversation")
        assert had_faults(trainer) == 0


async def test_a_part_that_cannot_take_the_view_costs_itself_alone(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot") as trainer:
        # Or the screen is built anew beneath what is typed, at the moment when something was learned.
        await trainer.controller.finish_learning()
        await trainer.settles()
        breaks(monkeypatch, Slots, "show", times=None)
        await trainer.says("hello")
        await trainer.sees(ConfirmIntent, "hello")
        had_faults(trainer)
        await trainer.presses("ctrl+z")
        await trainer.sees(AskMessage)
        had_faults(trainer)


async def test_what_was_typed_is_there_on_the_new_screen(teaching: Teaching, monkeypatch: pytest.MonkeyPatch) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.types("hello there")
        breaks(monkeypatch, Slots, "render_line")
        trainer.app.main.query_one(Slots).refresh()
        await trainer.settles()
        assert had_faults(trainer) == 1
        assert trainer.field == "hello there"
        await trainer.presses("enter")
        await trainer.sees(ConfirmIntent)


@pytest.mark.parametrize("kind", [Help, Palette, SessionMenu, Choose])
async def test_a_fault_in_a_sheet_closes_it(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch, kind: type[Widget]
) -> None:
    key = {Help: "f1", Palette: "ctrl+p", SessionMenu: "ctrl+c", Choose: "ctrl+f"}[kind]
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_concerts")
        await trainer.presses(key)
        assert isinstance(trainer.app.screen, kind)
        breaks(monkeypatch, kind, "on_idle")
        await trainer.presses("down")
        await trainer.settles()
        assert had_faults(trainer) == 1
        assert trainer.app.screen is trainer.app.main
        await trainer.presses("ctrl+z")
        await goes_on(trainer)


async def test_a_fault_under_the_mouse_is_none_of_the_keys(teaching: Teaching, monkeypatch: pytest.MonkeyPatch) -> None:
    async with teaching("concertbot") as trainer:
        breaks(monkeypatch, MainScreen, "_forward_event")
        event = MouseDown(None, 5, 5, 0, 0, 1, False, False, False, 5, 5)
        trainer.app.post_message(event)
        await trainer.settles()
        assert had_faults(trainer) == 1
        await goes_on(trainer)


async def test_what_is_wrong_everywhere_ends_the_program_instead_of_drawing_for_ever(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OurFault):
        async with teaching("concertbot") as trainer:
            breaks(monkeypatch, KeyFooter, "render_line", times=None)
            trainer.app.main.query_one(KeyFooter).refresh()
            for _ in range(10):
                await trainer.settles()
            had_faults(trainer)


def test_the_keyboard_is_read_on_after_what_cannot_be_read() -> None:
    told: list[Exception] = []

    class App:
        def _handle_exception(self, error: Exception) -> None:
            told.append(error)

        def call_later(self, callback: Callable[..., None], *arguments: Any) -> None:
            callback(*arguments)

    class Keyboard(Driver):
        def __init__(self) -> None:
            self._app = App()  # type: ignore[assignment]
            self.exit_event = threading.Event()
            self.read: list[str] = []

        def _run_input_thread(self) -> None:
            raise AssertionError("the guard stands before it")

        def run_input_thread(self) -> None:
            self.read.append("keys")
            if len(self.read) < 3:
                raise OurFault
            self.exit_event.set()

        def write(self, data: str) -> None: ...

        def start_application_mode(self) -> None: ...

        def disable_input(self) -> None: ...

        def stop_application_mode(self) -> None: ...

    kind: Any = served_well(Keyboard)
    keyboard = kind()
    keyboard._run_input_thread()
    assert (len(keyboard.read), len(told)) == (3, 2)


async def test_what_a_closed_sheet_was_still_to_draw_is_no_fault(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("ctrl+c")
        menu = trainer.app.screen
        is_busy = asyncio.Event()
        trainer.app.main.call_later(is_busy.wait)
        closing = trainer.app.pop_screen()
        menu.post_message(Resize(menu.size, menu.size))
        await closing
        is_busy.set()
        await trainer.settles()
        assert not trainer.faults


async def test_a_screen_that_gives_way_shows_its_own_keys_to_its_end(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        first = trainer.app.main
        building = asyncio.ensure_future(trainer.app.build_anew("anew"))
        await asyncio.sleep(0)
        assert trainer.app.main is not first
        first.show_keys()
        await building
        await goes_on(trainer)


# --- what is open over the session ------------------------------------------------------------------------------------


def over(trainer: Trainer) -> list[type]:
    return [type(screen) for screen in trainer.app.screen_stack[2:]]


async def test_at_most_a_sheet_and_one_more_are_open(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_concerts")
        await trainer.presses("f7")
        assert over(trainer) == [ActionLog]
        await trainer.presses("enter")
        assert over(trainer) == [ActionLog, Reader]
        await trainer.presses("ctrl+p")
        assert over(trainer) == [ActionLog, Palette]
        trainer.app.action_change_theme()
        await trainer.settles()
        assert over(trainer) == [ActionLog, Palette]
        await trainer.presses("ctrl+c")
        assert over(trainer) == [ActionLog, SessionMenu]
        await trainer.presses("f1")
        assert over(trainer) == [ActionLog, Help]
        await trainer.presses("escape")
        assert over(trainer) == [ActionLog]


async def test_the_menu_opens_over_a_line_that_is_being_typed_and_leaves_it(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/search_concerts")
        await trainer.presses("f3", "slash")
        assert over(trainer) == [Find]
        await trainer.types("abc")
        await trainer.presses("ctrl+c", "ctrl+c")
        assert over(trainer) == [Find]
        assert trainer.field == "abc"
