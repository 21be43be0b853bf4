"""What is drawn and written for an answer: each thing once, and nothing that stands there already."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._compositor import Compositor
from textual.css.stylesheet import Stylesheet
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip

from tests.ui.conftest import Teaching
from trainer_tui.session.protocol import AskMessage, ConfirmAction
from trainer_tui.ui.lines import Line, text_of
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.terminal import Written
from trainer_tui.ui.widgets.history import Conversation
from trainer_tui.ui.widgets.slots import Slots

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


async def test_the_first_drawing_is_that_of_the_terminal_and_the_theme(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the style sheet is read once, and no part is styled and laid out twice before the first question."""
    read_again: list[Stylesheet] = []
    reparse, update_classes = Stylesheet.reparse, MainScreen.update_classes
    classes: list[tuple[frozenset[str], frozenset[str]]] = []

    def noted(sheet: Stylesheet) -> None:
        read_again.append(sheet)
        reparse(sheet)

    def classed(screen: MainScreen, *given: Any, **named: Any) -> MainScreen:
        before = screen.classes
        update_classes(screen, *given, **named)
        classes.append((before, screen.classes))
        return screen

    monkeypatch.setattr(Stylesheet, "reparse", noted)
    monkeypatch.setattr(MainScreen, "update_classes", classed)
    async with teaching("concertbot", size=(80, 24)) as trainer:
        assert read_again == []
        assert classes
        assert all(before == after for before, after in classes)
        assert trainer.app.main.has_class("-medium", "-mid")


async def test_nothing_is_drawn_that_is_not_shown_and_the_first_screen_is_styled_as_it_is_made(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_back: list[int] = []
    styled_anew: list[Screen[Any]] = []
    refresh, update_node_styles = Screen._compositor_refresh, Screen.update_node_styles

    def drawn(screen: Screen[Any]) -> None:
        if isinstance(screen, MainScreen):
            held_back.append(screen.app._batch_count)
        refresh(screen)

    def styled(screen: Screen[Any], *arguments: Any, **named: Any) -> None:
        styled_anew.append(screen)
        update_node_styles(screen, *arguments, **named)

    monkeypatch.setattr(Screen, "_compositor_refresh", drawn)
    monkeypatch.setattr(Screen, "update_node_styles", styled)
    async with teaching("concertbot", size=(80, 24)) as trainer:
        await trainer.is_asked(AskMessage)
        await trainer.settles()
        assert held_back
        assert not any(held_back)
        assert styled_anew == []


async def test_a_letter_moves_nothing(teaching: Teaching, monkeypatch: pytest.MonkeyPatch) -> None:
    async with teaching("concertbot") as trainer:
        laid_out = []
        refresh_layout = Screen._refresh_layout

        def noted(screen: Screen[Any], size: Size | None = None, scroll: bool = False) -> None:
            laid_out.append(screen)
            refresh_layout(screen, size, scroll)

        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        await trainer.types("is there music")
        assert trainer.field == "is there music"
        assert laid_out == []


async def test_of_a_list_only_the_lines_are_drawn_that_are_others(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        slots = trainer.app.main.query_one(Slots)
        drawn: list[int] = []
        render_line = slots.render_line

        def noted(y: int) -> Strip:
            drawn.append(y)
            return render_line(y)

        slots.render_line = noted  # type: ignore[method-assign]
        trainer.controller.edit_slot("venues", '["Paradiso"]')
        await trainer.sees("Paradiso")
        assert drawn == [1]


async def test_an_answer_and_an_undo_are_drawn_once_though_panes_get_other_heights(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot", said_after=60.0) as trainer:
        await trainer.controller.finish_learning()
        for _ in range(3):
            await trainer.says("/hello")
            await trainer.presses("enter")
            await trainer.is_asked(ConfirmAction, "action_listen")
            await trainer.presses("enter")
            await trainer.is_asked(AskMessage)
        await trainer.says("/hello")
        drawn: list[int] = []
        render_update = Compositor.render_update

        def noted(compositor: Compositor, *arguments: Any, **named: Any) -> Any:
            drawn.append(len(compositor._dirty_regions))
            return render_update(compositor, *arguments, **named)

        monkeypatch.setattr(Compositor, "render_update", noted)
        for key in ("enter", "ctrl+z", "enter", "ctrl+z"):
            before = [pane.size.height for pane in trainer.app.main.panes]
            drawn.clear()
            await trainer.presses(key)
            await trainer.settles()
            assert [pane.size.height for pane in trainer.app.main.panes] != before
            assert len([regions for regions in drawn if regions]) == 1, key


async def test_from_enter_on_a_message_to_its_question_the_screen_is_drawn_once(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot", said_after=60.0) as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")  # what takes an answer is made by the first question that asks for one
        await trainer.presses("ctrl+z")
        drawn: list[str] = []
        render_update = Compositor.render_update

        def noted(compositor: Compositor, *arguments: Any, **named: Any) -> Any:
            if compositor._dirty_regions:
                drawn.append(type(trainer.app.main.prompt_bar.asked).__name__)
            return render_update(compositor, *arguments, **named)

        monkeypatch.setattr(Compositor, "render_update", noted)
        for said, asked in (("/goodbye", "ConfirmAction"), ("is there music", "ConfirmIntent")):
            await trainer.is_asked(AskMessage)
            await trainer.presses("ctrl+u")
            await trainer.types(said)
            drawn.clear()
            # Not pressed by the pilot, which has the screen drawn whenever it waits.
            trainer.app.post_message(events.Key("enter", None))
            while asked not in drawn:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert drawn == [asked]
            await trainer.presses("ctrl+z")


async def test_a_line_that_only_moved_is_not_painted_anew(teaching: Teaching, monkeypatch: pytest.MonkeyPatch) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")
        painted: list[str] = []
        make_strip = Conversation._make_strip

        def noted(pane: Conversation, line: Line, *how: Any) -> Strip:
            painted.append(text_of(line))
            return make_strip(pane, line, *how)

        monkeypatch.setattr(Conversation, "_make_strip", noted)
        await trainer.presses("y")
        await trainer.sees("Hello! I know the concerts")
        assert any("Hello! I know the concerts" in line for line in painted)
        assert not any("/hello" in line for line in painted)


async def test_what_the_mouse_selects_is_what_is_copied(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")
        rows = trainer.text.splitlines()
        y = next(y for y, row in enumerate(rows) if "/hello" in row)
        x = rows[y].index("/hello")
        for does, column in (
            (trainer.pilot.mouse_down, x),
            (trainer.pilot.hover, x + 3),
            (trainer.pilot.mouse_up, x + 6),
        ):
            await does(offset=(column, y))
            await trainer.settles()
        assert trainer.app.screen.get_selected_text() == "/hello"


async def test_an_answer_draws_the_screen_once_before_the_question_which_comes_with_all_its_panes(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teaching("concertbot", said_after=60.0) as trainer:
        await trainer.controller.finish_learning()
        await trainer.says("/hello")
        display = trainer.app._display
        bar = trainer.app.main.prompt_bar
        seen: list[tuple[object, str]] = []

        def noted(screen: Any, update: Any) -> None:
            display(screen, update)
            if update is not None and not trainer.app._batch_count:
                seen.append((bar.asked, trainer.text))

        monkeypatch.setattr(trainer.app, "_display", noted)
        await trainer.is_asked(ConfirmAction, "utter_greet")
        seen.clear()
        await trainer.presses("y")
        asked = await trainer.is_asked(ConfirmAction, "action_listen")
        first = next(place for place, (prompt, _) in enumerate(seen) if prompt == asked)
        assert first <= 1
        _, text = seen[first]
        assert "The bot wants to run action_listen" in text
        assert "▸ 1 action_listen" in text
        assert text.count("Hello! I know the concerts") == 1
