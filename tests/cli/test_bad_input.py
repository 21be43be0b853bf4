"""What cannot be read is said before anything opens: every problem of every file, with its place, and exit code 1."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from tests.walks.walking import copy_of
from trainer_tui.cli import main


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "formbot", tmp_path)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[str]:
    """The lines on standard error of a session that does not open."""
    code = main([*map(str, arguments), "--plain"])
    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    return said.err.removeprefix("trainer-tui: ").splitlines()


def test_all_problems_of_all_files_are_listed_at_once(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text("intents:\n- greet\n  - x: [\n")
    (bot / "data" / "nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\nnlu: []\n")
    (bot / "data" / "stories.yml").write_text("stories:\n- story: one\n  steps:\n  - slot_was_set: x\n")
    (bot / "config.yml").write_text("policies: 3\n")
    (bot / "endpoints.yml").write_text("action_endpoint:\n  url: [\n")
    lines = fails(capsys, bot)
    starts = ("domain.yml:3:", "data/nlu.yml:5:", "data/stories.yml:4:", "config.yml:1:", "endpoints.yml:")
    for start in starts:
        assert any(line.startswith(start) for line in lines), (start, lines)
    assert not (bot / ".trainer").exists()


def test_a_file_that_is_not_utf_8_is_named_with_its_line(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (bot / "data" / "rules.yml").open("ab") as file:
        file.write(b"# \xff\n")
    (line,) = fails(capsys, bot)
    assert line.startswith("data/rules.yml:")
    assert "0xff" in line


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("file", ["domain.yml", "config.yml", "endpoints.yml", "data/stories.yml", "data/nlu.yml"])
def test_both_sides_of_a_merge_are_not_read_as_one_file(
    bot: Path, capsys: pytest.CaptureFixture[str], file: str, line_end: str
) -> None:
    lines = (bot / file).read_text().splitlines()
    lines[2:4] = ["<<<<<<< HEAD", *lines[2:3], "=======", *lines[3:4], ">>>>>>> theirs"]
    (bot / file).write_text(line_end.join(lines), newline="")
    (line,) = fails(capsys, bot)
    assert line == f"{file}:3: a merge was left unfinished here. Found '<<<<<<< HEAD'. Finish it in git."


def test_a_merge_in_markdown_whose_marks_would_be_a_checkpoint_is_named(
    sample_bots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    with (bot / "data" / "stories.md").open("a") as file:
        file.write("\n## merged\n* hello\n<<<<<<< HEAD\n    - utter_greet\n=======\n>>>>>>> theirs\n")
    (line,) = fails(capsys, bot)
    assert "data/stories.md:" in line and "merge" in line


def test_a_file_that_git_did_not_fetch_is_named(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "data" / "nlu.yml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n")
    (line,) = fails(capsys, bot)
    assert line.startswith("data/nlu.yml:1: the file is a pointer of Git LFS")


def test_a_pipe_among_the_files_is_named_and_nobody_waits_for_it(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(bot / "data" / "more.yml")
    (bot / "actions.py").unlink()
    (bot / "actions").mkdir()
    os.mkfifo(bot / "actions" / "more.py")
    (line,) = fails(capsys, bot)
    assert line.startswith("data/more.yml: this is no file. It is a pipe")


def test_a_folder_without_a_domain_is_told_what_is_missing(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").unlink()
    (line,) = fails(capsys, bot)
    assert "no domain was found. Expected domain.yml" in line
    (bot / "domain.yml").write_text("")
    (line,) = fails(capsys, bot)
    assert line.startswith("domain.yml: the file holds no domain.")


@pytest.mark.parametrize("name", ["nowhere", "nowhere" * 50])
@pytest.mark.parametrize("flag", ["-d", "-s", "-c", "--endpoints", "--core", "--from"])
def test_a_path_that_does_not_exist_is_named(
    bot: Path, capsys: pytest.CaptureFixture[str], flag: str, name: str
) -> None:
    (line,) = fails(capsys, bot, flag, bot / name)
    assert name in line


@pytest.mark.parametrize(
    "command",
    [
        "train",
        "test",
        "visualize",
        "sessions",
        "replay",
        "actions",
        "review --list",
        "data stats",
        "data health",
        "data validate",
        "data examples",
        "data convert --to yaml --out there",
    ],
)
@pytest.mark.parametrize("name", ["nowhere", "nowhere" * 50])
def test_every_command_names_a_folder_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*command.split(), name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("trainer-tui: ")
    assert name in told.err
    assert told.err.count("\n") == 1


def test_a_missing_model_says_how_to_make_one(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = fails(capsys, bot, "--core", bot / "models")
    assert "trainer-tui train -o DIR" in line


@pytest.mark.parametrize("flag", ["--core", "--nlu"])
def test_a_model_of_rasa_is_called_by_its_name(bot: Path, capsys: pytest.CaptureFixture[str], flag: str) -> None:
    archive = bot / "models" / "20260101-120000.tar.gz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(bot / "domain.yml", "metadata.json")
    for path in (archive, archive.parent):
        (line,) = fails(capsys, bot, flag, path)
        assert flag in line and "Rasa" in line


def test_a_folder_that_is_not_there_or_is_a_file(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in fails(capsys, bot / "nowhere")[0]
    assert "a domain file goes behind -d" in fails(capsys, bot / "domain.yml")[0]


def test_names_of_sessions_are_checked(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "'../a' cannot name a session" in fails(capsys, bot, "--conversation-id", "../a")[0]
    assert "there is no session to resume" in fails(capsys, bot, "--resume")[0]
    journal = bot / ".trainer" / "sessions" / "notes.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text("my notes\n")
    assert "is not the journal of a session" in fails(capsys, bot, "--conversation-id", "notes")[0]
    assert journal.read_text() == "my notes\n"
