"""The session menu says what each entry will do now."""

from __future__ import annotations

from dataclasses import replace

from tests.asking.situation import EMPTY
from trainer_tui.asking.menu import entries
from trainer_tui.session.protocol import PredictAction
from trainer_tui.session.view import BranchView, ForkPoint


def test_what_has_no_effect_now_says_so() -> None:
    menu = {entry.command: entry for entry in entries(EMPTY, None)}
    assert [command for command, entry in menu.items() if not entry.is_enabled] == ["menu.undo", "menu.fork"]
    assert menu["menu.undo"].more == "nothing to undo"
    assert menu["menu.export"].more == "nothing new"


def test_what_has_one_says_which() -> None:
    taught = replace(EMPTY, undo="yes to utter_greet", fork_points=(ForkPoint(1, 1, "hello"),))
    menu = {entry.command: entry for entry in entries(taught, "1 story")}
    assert (menu["menu.undo"].more, menu["menu.export"].more) == ("yes to utter_greet", "1 story")
    assert all(entry.is_enabled for entry in menu.values())


def test_branches_are_named_where_there_are_several() -> None:
    main, fork = BranchView(0, "main", ()), BranchView(1, "fork 1", (), is_current=True)
    told = [
        next(entry.told for entry in entries(replace(EMPTY, branches=branches), None) if entry.label == "Branches")
        for branches in ((main,), (main, fork))
    ]
    assert told == ["Branches", "Branches: main, fork 1 (you are here)"]


def test_waiting_can_be_stopped_only_while_something_runs() -> None:
    running = replace(EMPTY, effect=PredictAction())
    assert [entry.command for entry in entries(running, None)][:2] == ["menu.continue", "menu.stop"]
    assert "menu.stop" not in [entry.command for entry in entries(EMPTY, None)]
