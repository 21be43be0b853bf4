"""A place opens in the person's own editor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Teaching
from trainer_tui.asking.editor import editor_command
from trainer_tui.errors import TrainerError


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+7", "a b.md"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "a b.md"]),
        ("/usr/bin/code", ["/usr/bin/code", "--wait", "--goto", "a b.md:7"]),
        ("hx", ["hx", "a b.md:7"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_way(editor: str, command: list[str]) -> None:
    assert editor_command({"EDITOR": editor}, Path("a b.md"), 7) == command


def test_a_file_without_a_line_is_just_opened() -> None:
    assert editor_command({"VISUAL": "nano", "EDITOR": "ed"}, Path("x.md")) == ["nano", "x.md"]


def test_an_editor_that_is_no_command_is_said() -> None:
    with pytest.raises(TrainerError, match="vim '-u"):
        editor_command({"EDITOR": "vim '-u"}, Path("x.md"))


def test_without_an_editor_there_is_no_command() -> None:
    assert editor_command({}, Path("x.md"), 1) is None


async def test_a_place_opens_whatever_folder_the_program_was_started_in(
    teaching: Teaching, copy_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = copy_of("concertbot") / "data" / "stories.md"
    stories.write_text("## odd\n* hello\n    - action_of_nobody\n", encoding="utf-8")
    opened: list[list[str]] = []
    monkeypatch.setenv("EDITOR", "vim -p")
    monkeypatch.setattr("trainer_tui.ui.editor.subprocess.run", lambda command, check: opened.append(command))
    async with teaching("concertbot") as trainer:
        monkeypatch.setattr(type(trainer.app), "suspend", lambda app: app.batch_update())
        await trainer.controller.finish_learning()
        await trainer.presses("f8")
        await trainer.sees("data/stories.md:3: ")
        await trainer.presses("o")
        assert opened == [["vim", "-p", "+3", str(stories)]]


async def test_a_message_is_written_in_the_editor_and_goes_on_in_its_field(
    teaching: Teaching, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "%s\nto Rome\n" "$(cat $1)" > $1\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    async with teaching("concertbot") as trainer:
        monkeypatch.setattr(type(trainer.app), "suspend", lambda app: app.batch_update())
        await trainer.types("fly me")
        await trainer.presses("ctrl+x")
        assert trainer.field == "fly me to Rome"
