"""The time line, the tree of branches, two of them side by side, and what a session can start from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import AskMessage, ConfirmAction
from trainer_tui.ui.screens.branches import Branches


async def greets_and_forks(trainer: Trainer) -> None:
    """A greeting on main; a goodbye in its place on a fork."""
    await trainer.says("/hello")
    await trainer.presses("y", "y")
    await trainer.presses("ctrl+f", "enter")
    await trainer.says("/goodbye")
    await trainer.presses("y", "y")
    await trainer.sees(AskMessage)


async def test_a_point_is_looked_at_without_going_there_and_gone_to(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("y", "y", "ctrl+z")
        await trainer.sees(ConfirmAction)
        await trainer.presses("ctrl+l")
        await trainer.sees("time line", "/hello", "yes to utter_greet", "yes to action_listen", "undone")
        await trainer.presses("home", "enter")
        await trainer.sees("as it was after /hello; nothing has changed")
        await trainer.presses("escape")
        await trainer.sees("go there   esc back   / filter   enter open")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses("end", "enter")
        await trainer.sees("as it was after yes to action_listen")
        await trainer.presses("enter")
        assert trainer.app.screen is trainer.app.main
        await trainer.sees(AskMessage)
        await trainer.presses("ctrl+l", "home", "o")
        await trainer.is_asked(ConfirmAction, "utter_greet")


async def test_in_a_narrow_terminal_a_sheet_takes_the_columns_that_there_are(teaching: Teaching) -> None:
    async with teaching("concertbot", size=(60, 20)) as trainer:
        await trainer.presses("f8")
        await trainer.sees("data/stories.md:44: stories disagree after the messa")


async def test_what_is_found_of_the_project_while_its_warnings_are_read_comes_to_them(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.controller.finish_learning()  # and the project was gone through
        performer = trainer.controller._performer
        found, performer.bot = performer.bot.warnings, replace(performer.bot, warnings=())
        trainer.controller.refresh()
        await trainer.presses("f8")
        await trainer.sees("KerasPolicy: its work is done by the learned policy.")
        assert "stories disagree" not in trainer.text
        performer.bot = replace(performer.bot, warnings=found)
        trainer.controller.refresh()
        await trainer.sees("data/stories.md:44: stories disagree after the messa")


async def test_branches_are_a_tree_and_two_stand_side_by_side(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_forks(trainer)
        await trainer.presses("ctrl+g")
        await trainer.sees("main", "╰─ ")
        await trainer.presses("c")
        assert "Move to another branch" in trainer.told[-1]
        await trainer.presses("home", "c")
        await trainer.sees("lines differ", "≠", "/goodbye", "/hello")
        await trainer.presses("n", "N", "escape")
        assert isinstance(trainer.app.screen, Branches)


async def test_a_branch_is_dropped_and_taken_back(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await greets_and_forks(trainer)
        await trainer.presses("ctrl+g", "home", "d")
        await trainer.sees("dropped · ")
        await trainer.presses("home")
        assert [branch.is_dropped for branch in trainer.view.branches] == [False, True]
        await trainer.presses("d")
        await trainer.does_not_see("dropped · ")
        await trainer.presses("home", "d", "escape", "ctrl+z")
        assert [branch.is_dropped for branch in trainer.view.branches] == [False, False]


async def test_a_session_starts_from_a_story_of_the_project(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.presses("f9")
        await trainer.sees("start from", "story")
        name = trainer.controller.sources()[0].name
        await trainer.types(name)
        await trainer.presses("enter")
        await trainer.settles()
        assert trainer.app.screen is trainer.app.main
        assert trainer.view.script is not None or trainer.said("you")


async def test_a_session_starts_from_a_file_that_is_named(teaching: Teaching, tmp_path: Path) -> None:
    log = tmp_path / "talk.txt"
    log.write_text("user: /hello\nbot: Hello!\nuser: /goodbye\n", encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await trainer.presses("f9")
        await trainer.pastes(str(tmp_path / "nothing.txt"))
        await trainer.presses("ctrl+n")
        await trainer.sees("start from")
        await trainer.presses("ctrl+u")
        await trainer.pastes(str(log))
        await trainer.presses("ctrl+n")
        await trainer.settles()
        assert trainer.said("you")[:1] == ["/hello"]


async def test_what_a_message_was_taken_for_is_confirmed_where_it_stands(teaching: Teaching, tmp_path: Path) -> None:
    log = tmp_path / "talk.json"
    events = [
        {"event": "user", "text": "hello there", "parse_data": {"intent": {"name": "hello"}}},
        {"event": "action", "name": "utter_greet"},
        {"event": "action", "name": "action_listen"},
    ]
    log.write_text(json.dumps({"sender_id": "ada", "events": events}), encoding="utf-8")
    async with teaching("concertbot") as trainer:
        await trainer.presses("f9")
        await trainer.types(str(log))
        await trainer.presses("ctrl+n")
        await trainer.is_asked(AskMessage)
        await trainer.sees("» intent hello")
        await trainer.presses("f3", "g", "e", "i", "enter")
        assert trainer.told[-1].startswith("An example of hello from now on")
        await trainer.sees("✓ intent hello")
        await trainer.presses("ctrl+z")
        await trainer.sees("» intent hello")
        await trainer.presses("ctrl+y")
        assert [branch.name for branch in trainer.view.branches] == ["main", "ada"]
        await trainer.presses("f3", "g", "e", "i", "enter")
        await trainer.sees("that is an example already")


async def test_a_session_starts_from_a_story_that_the_pane_shows(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("/hello")
        await trainer.presses("f6", "b")
        await trainer.sees("start from")
