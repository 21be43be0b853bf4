"""A folder without a bot gets one that runs; what is there is never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.commands.sample_bots import SAMPLE_BOTS


def test_the_new_bot_is_whole_and_all_its_tests_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = tmp_path / "library"
    assert main(["init", str(bot)]) == 0
    assert f"Teach it: trainer-tui {bot}" in capsys.readouterr().out
    assert main(["data", "validate", str(bot), "--strict"]) == 0
    assert main(["test", str(bot), "--strict"]) == 0
    assert "conversations      1 of 1" in capsys.readouterr().out
    assert (bot / ".gitignore").read_text() == ".trainer/\n"
    # The workflow runs what was run here.
    workflow = (bot / ".github" / "workflows" / "trainer.yml").read_text()
    assert "trainer-tui data validate ." in workflow
    assert "trainer-tui test . --strict" in workflow


def test_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.yml").write_text("mine\n")
    assert main(["init", str(tmp_path)]) == 1
    assert f"{tmp_path / 'config.yml'}: there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["config.yml"]


@pytest.mark.parametrize("before", ["models/", "models/\n", ".trainer/\n"])
def test_the_ignore_file_gets_one_line_more(tmp_path: Path, before: str) -> None:
    (tmp_path / ".gitignore").write_text(before)
    assert main(["init", str(tmp_path)]) == 0
    assert (tmp_path / ".gitignore").read_text().splitlines() == list(dict.fromkeys([before.strip(), ".trainer/"]))


def test_a_folder_without_a_bot_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--plain"]) == 1
    assert "trainer-tui init FOLDER" in capsys.readouterr().err


@pytest.mark.parametrize("name", SAMPLE_BOTS)
def test_a_sample_bot_is_copied_whole(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--sample", name]) == 0
    assert not (tmp_path / "walks").exists()
    assert (tmp_path / ".gitignore").read_text() == ".trainer/\n"
    capsys.readouterr()
    assert main(["data", "stats", str(tmp_path)]) == 0
    assert main(["init", str(tmp_path), "--sample", name]) == 1
    assert "there already" in capsys.readouterr().err
