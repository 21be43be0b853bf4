"""What the shell completes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer_tui.cli import COMMANDS, INTERACTIVE, _parser, main
from trainer_tui.commands.completing import complete
from trainer_tui.commands.completion import SHELLS

Complete = Callable[[str], list[str]]


class Over(Exception):
    """argcomplete ends the process where it has answered."""


@pytest.fixture
def completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """What the shell would offer behind this line."""
    answer = tmp_path / "answer"
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    monkeypatch.setenv("_ARGCOMPLETE_STDOUT_FILENAME", str(answer))
    monkeypatch.setenv("_ARGCOMPLETE_IFS", "\n")
    monkeypatch.setenv("_ARGCOMPLETE_SUPPRESS_SPACE", "1")

    def end(code: int) -> None:
        raise Over

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("COMP_LINE", line)
        monkeypatch.setenv("COMP_POINT", str(len(line.encode())))
        with pytest.raises(Over):
            complete(tuple(COMMANDS), _parser, INTERACTIVE, end)
        return answer.read_text(encoding="utf-8").split("\n")

    return ask


def test_commands_flags_folders_sessions_and_stories_are_completed(
    completed: Complete, sample_bots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sample_bots / "concertbot", tmp_path / "my_bot", ignore=shutil.ignore_patterns(".trainer"))
    sessions = tmp_path / "my_bot" / ".trainer" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "monday.jsonl").touch()
    monkeypatch.chdir(tmp_path)
    assert {"review", "replay"} <= set(completed("trainer-tui re"))
    assert "my_bot/" in completed("trainer-tui my")
    assert "my_bot/" in completed("trainer-tui review my")
    assert "--accept-above" in completed("trainer-tui my_bot --acc")
    assert completed("trainer-tui sessions my_bot --show mo") == ["monday"]
    assert completed("trainer-tui my_bot --from mon") == ["monday"]
    stories = completed("trainer-tui visualize my_bot --around ")
    assert "hello" in stories
    assert {"validate", "health"} <= set(completed("trainer-tui data "))


def test_each_shell_has_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in SHELLS:
        assert main(["completion", shell]) == 0
        code = capsys.readouterr().out
        assert "trainer-tui" in code
        if found := shutil.which(shell):
            subprocess.run([found, "-n"], input=code, text=True, check=True)
