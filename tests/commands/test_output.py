"""What commands say beside their result."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from tests.walks.walking import copy_of
from trainer_tui.cli import main
from trainer_tui.commands import output


def test_what_takes_longer_than_a_moment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: Queue[str] = Queue()
    monkeypatch.setattr(output, "_MOMENT", 0.0)
    monkeypatch.setattr(output, "tell", told.put)
    with output.telling("reading the bot"):
        assert told.get(timeout=60) == "reading the bot ..."
    assert told.empty()


def test_how_far_it_is_is_told_now_and_then_where_no_line_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told: Queue[str] = Queue()
    monkeypatch.setattr(output, "_MOMENT", 0.0)
    monkeypatch.setattr(output, "_AGAIN", 0.0)
    monkeypatch.setattr(output, "tell", told.put)
    with output.telling("reading the bot") as tell_how_far:
        assert told.get(timeout=60) == "reading the bot ..."
        tell_how_far("reading stories.yml", 0.4)
        while not (line := told.get(timeout=60)).startswith("reading stories.yml: 40 %, about "):
            assert line.startswith("reading "), line


def test_what_is_done_at_once_is_not(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_MOMENT", 3600.0)
    with output.telling("reading the bot"):
        pass
    assert capsys.readouterr().err == ""


class AtOnce:
    """A timer whose moment is over when it starts; longer ones never end."""

    def __init__(self, seconds: float, function: Callable[..., None], arguments: tuple[str, ...]) -> None:
        self.start = lambda: function(*arguments) if seconds <= output._MOMENT else None


@pytest.mark.parametrize(
    "command",
    [
        ("--plain", "--no-actions", "BOT"),
        ("train", "BOT", "-o", "BOT/models"),
        ("test", "BOT"),
        ("data", "validate", "BOT"),
        ("data", "stats", "BOT"),
        ("data", "examples", "BOT"),
        ("sessions", "BOT"),
        ("sessions", "BOT", "--show", "none"),
        ("sessions", "BOT", "--export", "monday"),
        ("actions", "BOT", "--sketch"),
        ("review", "BOT", "--list", "--from", "BOT/talks.jsonl"),
    ],
    ids=" ".join,
)
def test_each_command_says_that_it_reads_a_bot(
    command: tuple[str, ...],
    sample_bots: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    (bot / "talks.jsonl").touch()
    sessions = bot / ".trainer" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "monday.jsonl").write_text('{"session": "monday", "at": 1.0, "version": 1}\n')
    monkeypatch.setattr("threading.Timer", AtOnce)
    monkeypatch.setattr("sys.stdin", io.StringIO(":quit\n"))
    main([argument.replace("BOT", str(bot)) for argument in command])
    assert f"reading {bot} ..." in capsys.readouterr().err
