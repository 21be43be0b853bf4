"""The one table of keys: complete, without clashes, and what the documentation is made from."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.config import Config, config_of
from trainer_tui.ui.key_page import as_markdown
from trainer_tui.ui.keymap import BY_ID, COMMANDS, KEPT_BY_BROWSERS, Command, Keys, Scope, shown_keys
from trainer_tui.ui.remapping import meet
from trainer_tui.ui.screens.branches import Branches
from trainer_tui.ui.screens.compared import Compared
from trainer_tui.ui.screens.consequences import Broken
from trainer_tui.ui.screens.dialogs import DialogField, FindField, Reader
from trainer_tui.ui.screens.edit_text import EditText
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.health import Health
from trainer_tui.ui.screens.help import Help, Jump
from trainer_tui.ui.screens.inbox import Inbox
from trainer_tui.ui.screens.main import MainScreen
from trainer_tui.ui.screens.others import Others
from trainer_tui.ui.screens.overlay import Overlay
from trainer_tui.ui.screens.picking import PickField
from trainer_tui.ui.screens.reports import ActionLog, Warnings
from trainer_tui.ui.screens.review import Conversations
from trainer_tui.ui.screens.review_sheet import ReviewSheet
from trainer_tui.ui.screens.session_menu import SessionMenu
from trainer_tui.ui.screens.sheet import FilteredSheet, FilterField
from trainer_tui.ui.screens.through import Through
from trainer_tui.ui.screens.time_line import Looked, TimeLine
from trainer_tui.ui.screens.turns import TurnSheet
from trainer_tui.ui.screens.what_if import WhatIfSheet
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.entity_editor import NotationField, PartField, Words
from trainer_tui.ui.widgets.history import Conversation
from trainer_tui.ui.widgets.pane import Pane
from trainer_tui.ui.widgets.prompts.choice import ChoiceField
from trainer_tui.ui.widgets.prompts.message import MessageField
from trainer_tui.ui.widgets.prompts.name import NameField
from trainer_tui.ui.widgets.prompts.question import Answers
from trainer_tui.ui.widgets.prompts.response import LineField
from trainer_tui.ui.widgets.prompts.waiting import Waiter
from trainer_tui.ui.widgets.rows import Rows
from trainer_tui.ui.widgets.slots import Slots
from trainer_tui.ui.widgets.story_graph import Stories

WHERE: dict[Scope, type[object]] = {
    Scope.EVERYWHERE: TrainerApp,
    Scope.SESSION: MainScreen,
    Scope.LIST: Rows,
    Scope.SHEET: FilteredSheet,
    Scope.FILTER: FilterField,
    Scope.FIND: FindField,
    Scope.PANE: Pane,
    Scope.CONVERSATION: Conversation,
    Scope.CANDIDATES: Candidates,
    Scope.SLOTS: Slots,
    Scope.STORIES: Stories,
    Scope.FOCUS: TrainerApp,
    Scope.JUMP: Jump,
    Scope.QUESTION: Answers,
    Scope.NUMBERS: Answers,
    Scope.MESSAGE: MessageField,
    Scope.CHOICE: ChoiceField,
    Scope.NAME: NameField,
    Scope.ENTITIES: Words,
    Scope.NOTATION: NotationField,
    Scope.PART: PartField,
    Scope.RESPONSE: LineField,
    Scope.WAITING: Waiter,
    Scope.MENU: SessionMenu,
    Scope.OTHERS: Others,
    Scope.THROUGH: Through,
    Scope.CONSEQUENCES: Broken,
    Scope.WHAT_IF: WhatIfSheet,
    Scope.HEALTH: Health,
    Scope.EXPORT: Export,
    Scope.CONVERSATIONS: Conversations,
    Scope.LISTED: Conversations,
    Scope.INBOX: Inbox,
    Scope.REVIEW: ReviewSheet,
    Scope.BRANCHES: Branches,
    Scope.COMPARED: Compared,
    Scope.TIME_LINE: TimeLine,
    Scope.LOOKED: Looked,
    Scope.TURN: TurnSheet,
    Scope.PICK: PickField,
    Scope.PROBLEMS: Warnings,
    Scope.ACTION_LOG: ActionLog,
    Scope.DIALOG: DialogField,
    Scope.READER: Reader,
    Scope.HELP: Help,
    Scope.TEXT: EditText,
}


def test_every_id_is_there_once() -> None:
    assert [id_ for id_, count in Counter(command.id for command in COMMANDS).items() if count > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_does_something_and_says_what(command: Command) -> None:
    owner: type[object] = WHERE[command.scope]
    name = command.action.split("(")[0]
    if name.startswith("app."):
        owner, name = TrainerApp, name.removeprefix("app.")
    elif name.startswith("screen."):
        # A sheet closes itself; all else that a screen does is done to the session.
        owner, name = Overlay if name == "screen.close" else MainScreen, name.removeprefix("screen.")
    assert hasattr(owner, f"action_{name}"), f"{owner.__name__} has no action_{name}"
    assert command.tooltip[:1].isupper()
    assert command.keys


def test_no_key_is_bound_twice_where_both_can_be_pressed() -> None:
    twice = []
    for one, other in combinations(COMMANDS, 2):
        # A list's own Enter and keys, and Tab, may be told more exactly by the sheet, pane or field that they are in.
        told_more_exactly = {one.scope, other.scope} & {Scope.LIST, Scope.FOCUS} and one.scope is not other.scope
        if meet(one.scope, other.scope) and not told_more_exactly:
            both = set(one.keys.split(",")) & set(other.keys.split(","))
            twice += [(one.id, other.id, both)] if both else []
    assert twice == []


def test_no_key_is_one_that_terminals_or_multiplexers_take() -> None:
    avoided = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "ctrl+b", "ctrl+a"}
    taken_by_some = {"f10", "f11"}
    for command in COMMANDS:
        keys = set(command.keys.split(","))
        assert not keys & avoided, command.id
        assert keys - taken_by_some, command.id
        assert not any(key.startswith(("alt+", "ctrl+shift+", "super+")) for key in keys), command.id


def test_every_command_has_a_key_that_a_browser_lets_through_and_names_it_there() -> None:
    here, there = Keys(), Keys(in_browser=True)
    for command in COMMANDS:
        assert set(command.keys.split(",")) - KEPT_BY_BROWSERS, command.id
        assert there.shown(command.id) not in KEPT_BY_BROWSERS, command.id
    assert (here.shown("model.train"), there.shown("model.train")) == ("ctrl+t", "f11")


def test_nothing_that_loses_work_is_on_a_key_that_repeats() -> None:
    losing = {"session.fork", "app.quit", "menu.fresh", "menu.quit"}
    assert not any(set(BY_ID[id_].keys.split(",")) & {"backspace", "delete", "d", "enter"} for id_ in losing)


def test_every_key_used_while_typing_is_a_chord_or_has_priority() -> None:
    for command in COMMANDS:
        if command.scope in (Scope.MESSAGE, Scope.CHOICE, Scope.NAME, Scope.RESPONSE):
            assert all(len(key) > 1 for key in command.keys.split(",")), command.id


def test_the_documentation_is_this_table() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "keybindings.md"
    assert page.read_text(encoding="utf-8") == as_markdown(), "python -m trainer_tui.ui.key_page > docs/keybindings.md"


@pytest.mark.parametrize(
    ("remapped", "fault"),
    [
        ({"session.menu": "f13"}, "ctrl+c cannot be given another meaning"),
        ({"app.quit": "f9"}, "ctrl+q cannot be given another meaning"),
        ({"session.fork": "ctrl+c"}, "ctrl+c is session.menu already"),
        ({"session.fork": "ctrl+s"}, "ctrl+s is session.export already"),
        ({"session.forks": "f13"}, "no command has this id"),
    ],
)
def test_a_keymap_that_cannot_be_followed_is_said_and_left_aside(remapped: dict[str, str], fault: str) -> None:
    config = config_of({"keymap": remapped})
    assert fault in " ".join(config.faults)
    assert config.keymap == {}


def test_keys_can_change_places() -> None:
    swapped = {"session.fork": "ctrl+s", "session.export": "ctrl+f"}
    assert config_of({"keymap": swapped}) == Config(swapped)


def test_one_fault_does_not_take_the_others_away() -> None:
    config = config_of({"keymap": {"session.fork": "f13", "session.menu": "f12"}, "theme": "trainer-lite"})
    assert config.keymap == {"session.fork": "f13"}
    assert len(config.faults) == 2
    assert "did you mean trainer-light?" in config.faults[1]


def test_what_was_wrong_with_the_file_is_said_as_well() -> None:
    assert config_of({"theme": "trainer-light"}, ("it is torn",)) == Config({}, "trainer-light", ("it is torn",))


def test_keys_are_written_as_people_read_them() -> None:
    assert shown_keys("question_mark,pageup,shift+left") == "? pgup shift+←"
    assert shown_keys("shift+left", ascii_only=True) == "shift+left"
