"""The review desk in a real terminal: what is corrected there is right ever after, a kill loses nothing, whoever leaves
has left, and the store stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.stores import make_store
from tests.runtime.review.opened import bot_at, reviewer
from tests.runtime.review.test_scoring import begin
from tests.runtime.stores.tracker_table import action, database, user
from tests.terminal.terminal import Terminal
from trainer_tui.runtime.project import Sources, load_project

ENTER, F12, CTRL_S, CTRL_Q, BACKSPACE = b"\r", b"\x1b[24~", b"\x13", b"\x11", b"\x7f"

Open = Callable[..., Terminal]


@pytest.fixture
def bot(tmp_path: Path, kept_models: Callable[[Path], None]) -> Path:
    bot = bot_at(tmp_path)
    kept_models(bot)
    return bot


@pytest.fixture
def review(bot: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def open_review(store: Path, *flags: str) -> Terminal:
        opened.append(Terminal(["review", ".", "--from", str(store), *flags], bot, (120, 40)))
        return opened[-1]

    yield open_review
    for one in opened:
        one.close()


def talk(at: float, text: str, intent: str, did: str) -> list[dict[str, object]]:
    return [*begin(at), user(text, intent, at + 1), action(did), action("action_listen")]


def opens(at: Terminal, text: str, before: int = 0) -> None:
    """The one conversation where this was said is played."""
    at.presses(b"/")
    at.sees("show those alone")
    at.presses(BACKSPACE * before + text.encode() + ENTER)
    at.sees(f"shown: {text}")
    at.presses(b"o")


async def test_corrected_killed_gone_on_with_exported_and_right_ever_after(
    bot: Path, tmp_path: Path, review: Open
) -> None:
    store = database(
        tmp_path / "tracker.db",
        ("ada", talk(10.0, "hello", "greet", "utter_goodbye")),
        ("bob", talk(20.0, "cheerio old chap", "greet", "utter_greet")),
        ("eve", talk(30.0, "toodle-oo my dear", "nlu_fallback", "action_default_fallback")),
        ("joe", talk(40.0, "toodle-oo my dears", "nlu_fallback", "action_default_fallback")),
    )
    before = store.read_bytes()
    at = review(store)
    at.sees("4 conversations")
    opens(at, "hello")
    at.sees("run utter_greet (1.00), correct?")
    at.presses(b"y")
    at.sees("corrected: 1 turn")
    at.signals(signal.SIGKILL)
    assert at.ends() == -signal.SIGKILL
    at = review(store)
    at.sees("3 conversations · shown: new")
    opens(at, "cheerio")
    at.sees("as the script: intent greet")
    at.presses(b"i")
    at.no_longer_sees("as the script: intent greet")
    at.presses(b"goodbye" + ENTER)
    at.sees("correct?")
    at.presses(F12)
    at.sees("conversations of real users")
    at.presses(b"m")
    at.sees("toodle-oo my dears")
    at.presses(b" ")
    at.sees("2 messages marked")
    at.presses(b"i")
    at.sees("2 messages means")
    at.presses(b"goodbye" + ENTER)
    at.sees("0 messages in 0 groups")
    at.presses(CTRL_S)
    at.sees("3 examples of goodbye")
    at.presses(ENTER)
    at.sees("Wrote")
    at.presses(CTRL_Q)
    assert at.ends() == 0
    assert store.read_bytes() == before
    # Trained anew on the project's files, by whoever opens them next.
    again = reviewer(bot, store)
    found = {row.sender: row.id for row in again.conversations().rows}
    said = {name: (await again.judged(await again.open(row))).steps for name, row in found.items()}
    assert [step.today for step in said["ada"] if step.did == "utter_goodbye"] == ["utter_greet"]
    read = {step.today for name in ("bob", "eve", "joe") for step in said.get(name, ()) if step.kind == "message"}
    assert read == {"goodbye"}
    again.close()


@pytest.fixture(scope="module")
def large_store(sample_bots: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many conversations that their scores take a while."""
    store = tmp_path_factory.mktemp("store") / "tracker.db"
    make_store(store, load_project(Sources(sample_bots / "moodbot"), {}), 2_000, mistakes=6)
    return store


@pytest.mark.parametrize(("flags", "leave"), [((), CTRL_Q), (("--plain",), b":quit\r"), ((), None)])
def test_whoever_leaves_while_scores_are_made_has_left_with_all_that_ran(
    large_store: Path, review: Open, flags: tuple[str, ...], leave: bytes | None
) -> None:
    at = review(large_store, *flags)
    if flags:
        at.sees(":conversations lists")
        at.presses(b":conversations\r")
    at.sees("more is read (" if flags else "reading: ")
    beside = processes_of(at.pid)
    if leave is None:
        at.signals(signal.SIGTERM)
    else:
        at.presses(leave)
    assert at.ends() == (0 if leave else 128 + signal.SIGTERM)
    for process in beside:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def processes_of(pid: int) -> list[int]:
    return [int(line) for line in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True).stdout.split()]
