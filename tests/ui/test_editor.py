"""Which command opens a place in the person's editor."""

from __future__ import annotations

import pytest

from trainer_tui.errors import Place
from trainer_tui.ui.editor import editor_command


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+7", "a b.md"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "a b.md"]),
        ("/usr/bin/code", ["/usr/bin/code", "--wait", "--goto", "a b.md:7"]),
        ("hx", ["hx", "a b.md:7"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_way(
    editor: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    assert editor_command(Place("a b.md", 7)) == command


def test_a_file_without_a_line_is_just_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "nano")
    monkeypatch.setenv("EDITOR", "ed")
    assert editor_command(Place("x.md")) == ["nano", "x.md"]


def test_without_an_editor_there_is_no_command() -> None:
    assert editor_command(Place("x.md", 1)) is None
