"""Whatever a project names its things, no command prints what would steer the terminal: escapes are shown as text."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest

from trainer_tui.cli import main
from trainer_tui.words import STEERING

TITLE = "\x1b]0;mine\x07"
C1 = "\x9b31m"
TURNED = "\u202egnp.exe"


def _yaml(text: str) -> str:
    """As a double-quoted scalar, which may hold any character as an escape."""
    return json.dumps(text)


FILES = {
    "domain.yml": f"""
version: "3.1"
intents: [{_yaml("greet" + C1)}, hi]
responses:
  utter_a: [{{text: {_yaml("hello" + TITLE)}}}]
  {_yaml("utter_b" + TITLE)}: [{{text: b}}]
actions: [{_yaml("action_x" + TURNED)}]
""",
    f"data/stories{TITLE}.yml": f"""
stories:
- story: {_yaml("one" + TITLE)}
  steps:
  - intent: {_yaml("greet" + C1)}
  - action: utter_a
- story: {_yaml("two" + TURNED)}
  steps:
  - intent: {_yaml("greet" + C1)}
  - action: {_yaml("action_x" + TURNED)}
- story: {_yaml("three" + C1)}
  steps:
  - intent: {_yaml("unknown" + TITLE)}
  - action: {_yaml("utter_none" + C1)}
""",
    "data/nlu.yml": f"""
nlu:
- intent: {_yaml("greet" + C1)}
  examples: |
    - hi
    - hello
- intent: hi
  examples: |
    - hi
    - good morning
""",
}


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / f"bot{TITLE}{C1}"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("/hi\n"))
    return root


def printed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """What the command prints on both streams, in which nothing steers."""
    with suppress(SystemExit):
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert STEERING.findall(out + err) == []
    return out + err


EVERY_COMMAND = (
    ["data", "validate", "BOT"],
    ["data", "validate", "BOT", "--json"],
    ["data", "examples", "BOT"],
    ["data", "examples", "BOT", "--json"],
    ["data", "stats", "BOT"],
    ["data", "nlu", "BOT/data/nlu.yml"],
    ["data", "nlu", "BOT/data/nlu.yml", "--json"],
    ["data", "convert", "BOT", "--to", "yaml", "--out", "BOT/converted"],
    ["train", "BOT", "--out", "BOT/models"],
    ["test", "BOT"],
    ["test", "BOT", "--json"],
    ["BOT", "--plain"],
)


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_a_command_prints_names_that_steer_as_text(
    bot: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    said = printed(capsys, *(word.replace("BOT", str(bot)) for word in command))
    assert "\\x1b]0;mine" in said or "\\u001b]0;mine" in said or "stats" in command, said


def test_json_that_holds_such_names_is_json_with_these_names(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["data", "validate", str(bot), "--json"])
    conflicts = json.loads(capsys.readouterr().out)["conflicts"]
    assert {side["story"] for side in conflicts[0]["sides"]} == {f"one{TITLE}", f"two{TURNED}"}


@pytest.mark.parametrize(
    "arguments",
    [
        [TITLE],
        [f"--no-such{TITLE}"],
        ["--accept-above", TITLE],
        ["--plain", "--resume", f"extra{C1}", f"more{TITLE}"],
        ["data", TITLE],
        ["data", "convert", "--to", TITLE, TITLE],
        ["actions", TITLE],
        ["actions", "--port", TITLE],
        ["train", TITLE],
        ["test", TITLE],
        [f"run{TITLE}"],
    ],
    ids=ascii,
)
def test_a_command_line_that_will_not_do_is_told_as_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert printed(capsys, *arguments)


@pytest.mark.parametrize("broken", ["domain.yml", f"data/stories{TITLE}.yml"], ids=ascii)
@pytest.mark.parametrize(
    "command", [["BOT", "--plain"], ["data", "validate", "BOT"], ["train", "BOT"], ["test", "BOT"]]
)
def test_an_error_while_opening_is_told_as_text(
    bot: Path, capsys: pytest.CaptureFixture[str], broken: str, command: list[str]
) -> None:
    (bot / broken).write_text(f"version: '3.1'\nstories: [{{story: {_yaml(TITLE)}, steps: [{{{_yaml(C1)}: x}}]}}, [\n")
    assert printed(capsys, *(word.replace("BOT", str(bot)) for word in command))
