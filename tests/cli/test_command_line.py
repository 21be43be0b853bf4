"""The command line: Rasa's flags of every era, exit codes, and what the terminal has to be able to do."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walks.walking import copy_of
from trainer_tui.cli import main, terminal_fault

WITHOUT_MEANING = [
    *("--finetune", "--epoch-fraction", "0.5", "--epoch_fraction", "0.5", "--augmentation", "20", "--port", "5005"),
    *("-p", "5005", "--e2e", "--debug-plots", "--debug_plots", "--dump-stories", "--dump_stories", "--force"),
]


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return copy_of(sample_bots / "moodbot", tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The one line of a command line that will not do."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_flags_of_rasa_without_a_meaning_are_taken_with_a_line_each(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bot), "--plain", *WITHOUT_MEANING]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("trainer-tui: -")]
    flags = [flag for flag in WITHOUT_MEANING if flag.startswith("-")]
    assert [line.split(":")[1].strip() for line in lines] == flags


@pytest.mark.parametrize("flag", ["--skip-visualization", "--skip_visualization", "--ascii", "--no-mouse", "-v", "-vv"])
def test_flags_of_the_screen_are_taken_by_the_plain_session(
    bot: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert main(["interactive", str(bot), "--plain", flag]) == 0
    assert "Your message:" in capsys.readouterr().out


def test_the_lines_of_the_documentation_of_2018_work(
    sample_bots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    monkeypatch.chdir(bot)
    monkeypatch.setattr("sys.stdin", io.StringIO("/hello\ny\ny\n"))
    first = "interactive -o models/dialogue -d domain.yml -c policy_config.yml -s data/ --nlu models/current/nlu"
    assert main([*first.split(), "--endpoints", "endpoints.yml", "--plain"]) == 0
    assert "bot runs utter_greet" in capsys.readouterr().out
    assert (bot / "models" / "current" / "nlu").is_dir()

    (bot / "domain.yml").rename(bot / "elsewhere.yml")
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\ny\ny\n"))
    second = "interactive --core models/dialogue --nlu models/current/nlu --endpoints endpoints.yml --plain"
    assert main([*second.split(), "--conversation-id", "second"]) == 0
    assert "bot runs utter_greet" in capsys.readouterr().out


def test_a_folder_named_like_a_command_is_written_with_its_path(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.rename(bot.parent / "data")
    monkeypatch.chdir(bot.parent)
    assert main(["./data", "--plain"]) == 0
    assert "Your message:" in capsys.readouterr().out


def test_unknown_flags_are_refused_in_one_line_that_helps(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, bot, "--plain", "--endpoint", "x", "--resum", "--colour")
    assert "--colour" in line
    assert "(did you mean --conversation-id?)" in refused(capsys, bot, "--plain", "--conversationid", "x")
    assert "--help lists the options" in line
    assert "3 is no confidence between 0 and 1" in refused(capsys, bot, "--accept-above", "3")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["-h"], ["help"]):
        assert main(arguments) == 0
        said = capsys.readouterr().out
        assert "interactive" in said and "train " in said and "./data" in said
        assert [line for line in said.splitlines() if len(line) > 80] == []
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("trainer-tui ")


def test_without_a_terminal_the_screen_does_not_open(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(bot)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "use --plain" in line


@pytest.mark.parametrize(
    ("term", "is_terminal", "size", "expected"),
    [
        ("xterm", True, (80, 24), None),
        ("xterm", True, (40, 12), None),
        ("xterm", True, (39, 12), "39x12"),
        ("xterm", True, (80, 11), "80x11"),
        ("dumb", True, (80, 24), "TERM=dumb"),
        ("", True, (80, 24), "TERM=unset"),
        ("xterm", False, (80, 24), "no terminal"),
    ],
)
def test_what_the_terminal_has_to_be(term: str, is_terminal: bool, size: tuple[int, int], expected: str | None) -> None:
    fault = terminal_fault(term, is_terminal, size)
    assert (fault is None) == (expected is None)
    if expected and fault:
        assert expected in fault and "--plain" in fault


def test_what_libraries_warn_their_programmers_of_is_not_said_to_the_person(tmp_path: Path) -> None:
    """Nearly as many intents as examples, which scikit-learn takes for a regression."""
    numbers = range(15)
    intents = "".join(f"## intent:i{number}\n- word{number} here\n" for number in numbers)
    intents += "".join(f"## intent:i{number}\n- word{number} there\n" for number in range(8))
    names = "".join(f"- i{number}\n" for number in numbers)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.md").write_text(intents)
    (tmp_path / "data" / "stories.md").write_text("## a\n* i1\n - utter_a\n")
    (tmp_path / "domain.yml").write_text(f"intents:\n{names}responses:\n  utter_a:\n  - text: a\n")
    done = subprocess.run(
        [sys.executable, "-m", "trainer_tui", "train", ".", "-o", "models"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["run", "my_bot"],
            "no server is run here; to talk to the bot: trainer-tui shell my_bot",
        ),
        (["shell", "nlu"], "'shell nlu' is a command of Rasa's"),
        (["run", "actions", "-p", "5055"], "trainer-tui actions FOLDER"),
        (["train", "nlu"], "trainer-tui train FOLDER"),
        (["data", "split", "nlu"], "--cross-validate"),
    ],
)
def test_other_commands_of_rasas_say_what_to_use_here(
    capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    assert main(typed) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("typed", [["run"], ["train", "nlu"]])
def test_a_folder_that_is_named_like_one_of_them_is_a_bot(
    bot: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    bot.rename(typed[-1])
    assert main([*typed, *(["--plain"] if len(typed) == 1 else [])]) == 0


@pytest.mark.parametrize("broken", [False, True])
def test_what_no_terminal_can_show_is_said_before_the_want_of_one(
    bot: Path, capsys: pytest.CaptureFixture[str], broken: bool
) -> None:
    assert main([str(bot)]) == 2
    assert "no terminal" in capsys.readouterr().err
    (bot / "domain.yml").unlink()
    if broken:
        (bot / "domain.yml").write_text("intents: [\n")
    assert main([str(bot)]) == 1
    said = capsys.readouterr().err
    assert ("domain.yml:2" if broken else "no domain was found") in said
    assert "standard input" not in said
    assert not (bot / ".trainer").exists()


def test_a_screen_that_nobody_would_see_is_not_opened(bot: Path) -> None:
    """It is drawn on standard error, which somebody may have sent elsewhere."""
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "trainer_tui", str(bot)]
        environment = {**os.environ, "TERM": "xterm-256color"}
        ended = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment)
    finally:
        os.close(ours)
        os.close(theirs)
    assert ended.returncode == 2
    assert b"error is no terminal; use --plain" in ended.stderr


def test_a_folder_of_bots_names_them(sample_bots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("one", "more/two", "more/below/three"):
        (tmp_path / place).mkdir(parents=True)
        copy_of(sample_bots / "moodbot", tmp_path / place)
    assert main([str(tmp_path), "--plain"]) == 1
    said = capsys.readouterr().err
    assert f"There are bots in its folders; name one of {tmp_path / 'one' / 'moodbot'}" in said
    assert "three" not in said
    assert main(["serve", str(tmp_path)]) == 1
    assert f"name one of {tmp_path / 'one' / 'moodbot'}" in capsys.readouterr().err


def test_a_bot_without_stories_opens_with_a_word_about_it(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("stories.yml", "rules.yml"):
        (bot / "data" / name).unlink(missing_ok=True)
    assert main([str(bot), "--plain"]) == 0
    assert "No stories or rules were found" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "name",
    [
        *("components/labeler.py", "metadata.json", "fingerprint.json", "policy_metadata.json", "nlu/metadata.json"),
        *("core/policy_metadata.json", "backup.tar.gz"),
    ],
)
def test_a_folder_with_a_domain_is_a_bot_whatever_else_it_holds(
    bot: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (bot / name).parent.mkdir(exist_ok=True)
    (bot / name).touch()
    assert main([str(bot), "--plain"]) == 0
    (bot / "domain.yml").rename(bot / "bot.yml")
    assert main([str(bot), "--plain", "-d", str(bot / "bot.yml"), "-s", str(bot / "data")]) == 0
    assert "Your message:" in capsys.readouterr().out


def test_what_rasa_skips_stops_no_command(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (bot / "data" / "stories.yml").open("a") as file:
        file.write("\n- story: odd\n  steps:\n  - intent: greet\n  - entities: [x]\n  - action: utter_greet\n")
    config = (bot / "config.yml").read_text() if (bot / "config.yml").exists() else ""
    (bot / "config.yml").write_text(
        config.replace("policies:", "importers:\n- name: my.Importer\npolicies:\n- name: my.Policy", 1)
        or "recipe: my.recipe.v1\nimporters:\n- name: my.Importer\npolicies:\n- name: my.Policy\n"
    )
    for command in (["--plain"], ["train", "-o", str(bot / "out")], ["test"], ["data", "validate"]):
        name = [] if command == ["--plain"] else [command[0], *(command[1:2] if command[0] == "data" else [])]
        flags = command[len(name) :]
        assert main([*name, str(bot), *flags]) == 0
        said = "".join(capsys.readouterr())
        assert "the step 'entities' is unknown and left out" in said
        assert "the importer 'my.Importer' is not run here" in said
        if command != ["data", "validate"]:
            assert "my.Policy" in said
    assert main(["data", "validate", str(bot), "--fail-on-warnings"]) == 1
