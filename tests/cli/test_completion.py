"""What the shell completes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.commands.completion import SHELLS

Complete = Callable[[str], list[str]]


@pytest.fixture
def completed(tmp_path: Path) -> Complete:
    """What the shell would offer behind this line: asked as it asks, in a process that ends with the answer."""
    answer = tmp_path / "answer"

    def ask(line: str) -> list[str]:
        asked = {
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
            "COMP_LINE": line,
            "COMP_POINT": str(len(line.encode())),
        }
        command = [sys.executable, "-m", "trainer_tui"]
        subprocess.run(command, check=True, env=os.environ | asked, cwd=tmp_path, capture_output=True)
        return answer.read_text(encoding="utf-8").split("\n")

    return ask


def test_commands_flags_folders_sessions_and_stories_are_completed(
    completed: Complete, sample_bots: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_bots / "concertbot", tmp_path / "my_bot", ignore=shutil.ignore_patterns(".trainer"))
    sessions = tmp_path / "my_bot" / ".trainer" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "monday.jsonl").touch()
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
