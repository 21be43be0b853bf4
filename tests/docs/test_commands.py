"""Each command that README.md and docs/ name is run in a terminal as it is written there, on bots that `init` makes."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path
from socket import socket

import pytest

from tests.runtime.stores.tracker_table import database, turn
from tests.runtime.test_action_sketch import teach_an_action_that_does_not_exist
from tests.terminal.terminal import Terminal
from tests.walks.walking import opened, played
from trainer_tui.cli import COMMANDS, main

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")))
_COMMAND = re.compile(r"^    (?:\S*/)?(trainer-tui .+)$|`(?:\.venv/bin/)?(trainer-tui [^`]+)`", re.MULTILINE)
_REMARK = re.compile(r" {2,}|\s#")
_OPTIONAL, _SEVERAL = re.compile(r" \[.*?\]"), re.compile(r"\w\|\w+\|")
A_BOT = ("FOLDER|FILE...", "FOLDER", "library", "formbot", "sample_bots/concertbot", "path/to/your/bot")
"""What stands for the folder of a bot; it is the one of the moment here."""
CTRL_C, CTRL_D, CTRL_Q = b"\x03", b"\x04", b"\x11"


def named() -> Iterator[tuple[str, ...]]:
    """Without the remark behind two blanks and what may be left out; of `data examples|nlu` each is named elsewhere."""
    for page in PAGES:
        for match in _COMMAND.finditer(page.read_text(encoding="utf-8")):
            text = _OPTIONAL.sub("", _REMARK.split(match[1] or match[2])[0])
            if not _SEVERAL.search(text):
                yield tuple(shlex.split(text)[1:])


def as_run(words: tuple[str, ...]) -> tuple[str, ...]:
    """With what stands for something replaced: a bot is the folder of the moment, a new one goes beside it."""
    stands = dict.fromkeys(A_BOT, ".") | {"NAME": "session-1", "FOLDER/data/nlu.yml": "data/nlu.yml"}
    if words[0] == "init":
        return ("init", "new", *words[2:])
    return tuple(stands.get(word, word) for word in words)


ALL = sorted({as_run(words) for words in named()})


def test_every_command_that_there_is_is_named() -> None:
    assert len(ALL) > 30
    assert {words[0] for words in ALL} >= set(COMMANDS)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a session, a talk, a conversation of a real user, trained models and a session that is kept under git."""
    bot = tmp_path_factory.mktemp("library")
    assert main(["init", str(bot)]) == 0
    session = opened(bot)
    played(f"/greet\ny\ny\n:copy {bot / 'tests' / 'talk.jsonl'}\n", session)
    session.close()
    talks = bot / ".trainer" / "talks"
    talks.mkdir()
    shutil.copyfile(bot / ".trainer" / "sessions" / "session-1.jsonl", talks / "talk-1.jsonl")
    database(bot / "tracker.db", ("ada", turn("hello", 10.0)))
    (bot / "endpoints.yml").write_text("tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: tracker.db\n")
    assert main(["train", str(bot), "-o", str(bot / "models")]) == 0
    return bot


@pytest.fixture(scope="module")
def concertbot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With actions of its own, and a session in which a result was given by hand."""
    folder = tmp_path_factory.mktemp("sketch")
    asyncio.run(teach_an_action_that_does_not_exist(CHECKOUT / "sample_bots" / "concertbot", folder))
    bot = folder / "concertbot"
    shutil.copy(CHECKOUT / "sample_bots" / "concertbot" / "actions.py", bot)
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (bot / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{port}/webhook\n")
    return bot


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_it_does_what_it_is_named_for(
    words: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(request.getfixturevalue("concertbot" if words[0] == "actions" else "bot"))
    shutil.rmtree("new", ignore_errors=True)  # What is there is never written over.
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("EDITOR", "true")
    words = (*words, "--port", "0") if words[0] == "serve" else words
    given = [one for word in words for one in (sorted(glob(word)) if "*" in word else [word])]
    if words[0] in ("serve", "actions") and "--sketch" not in words:
        assert ended(given, by=CTRL_C, at="http://127.0.0.1:") == 130
    elif words[0] == "shell" or "--plain" in words:
        # An earlier session may be offered first.
        assert ended(given, by=CTRL_D, at=":help lists the commands") == 0
    elif is_on_the_screen(words):
        assert ended(given, by=CTRL_Q, at="real users" if words[0] == "review" else "ctrl+c menu") == 0
    else:
        assert main(given) == 0


def ended(given: Sequence[str], by: bytes, at: str) -> int:
    """The exit code, once the text is seen and the key is pressed."""
    terminal = Terminal(given, Path.cwd(), (120, 40))
    try:
        terminal.sees(at)
        terminal.presses(by)
        return terminal.ends()
    finally:
        terminal.close()


def is_on_the_screen(words: tuple[str, ...]) -> bool:
    is_session = words[0] in ("interactive", "tour", "review") or words[0] not in COMMANDS
    return is_session and "--list" not in words
