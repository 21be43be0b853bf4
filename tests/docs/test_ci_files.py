"""What docs/ci has a bot's project run is run here, on the bot that `init` makes."""

from __future__ import annotations

import glob
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.walks.walking import opened, played
from trainer_tui.cli import main

CI = Path(__file__).resolve().parents[2] / "docs" / "ci"


def commands_of(file: str) -> list[list[str]]:
    """The program's own, as a shell gives them to it."""
    content: dict[str, Any] = yaml.safe_load((CI / file).read_text(encoding="utf-8"))
    if "repos" in content:
        lines = [hook["entry"] for repository in content["repos"] for hook in repository["hooks"]]
    else:
        lines = [step["run"] for step in content["jobs"]["test"]["steps"] if "run" in step]
    words = [shlex.split(line)[1:] for line in lines if line.startswith("trainer-tui ")]
    return [[one for word in line for one in (glob.glob(word) or [word])] for line in words]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made by `init`, with a session that is kept under git."""
    bot = tmp_path / "bot"
    assert main(["init", str(bot)]) == 0
    session = opened(bot)
    played("/greet\ny\ny\n:copy " + str(bot / "tests" / "talk.jsonl") + "\n", session)
    session.close()
    monkeypatch.chdir(bot)
    return bot


def test_each_command_of_them_passes_and_a_fault_is_found(bot: Path) -> None:
    before_commit, workflow = commands_of("pre-commit-config.yaml"), commands_of("github-workflow.yml")
    assert (len(before_commit), len(workflow)) == (1, 3)
    for command in (*before_commit, *workflow):
        assert main(command) == 0, command
    assert (bot / "replay.xml").read_text(encoding="utf-8").startswith("<?xml")
    (bot / "domain.yml").write_text("intents: [\n", encoding="utf-8")
    assert main(before_commit[0]) == 1
