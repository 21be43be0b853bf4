"""Sessions that are killed or left at any moment: what was acknowledged is on disk, and nothing stays behind."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from tests.plain.program import run
from tests.storm.sessions import PlainSession, ScreenSession, Session
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.session.records import Record

LEAVING = 2.0
"""Seconds within which a session that is told to end has ended, where the machine has nothing else to do: what the
first question takes comes on top, which tells how busy it is."""
SETTLING = 60.0
"""Seconds after which what a session had started never will end by itself: a server takes its leave in its own time,
and on a busy machine that of a session which ended in the middle of it came after three seconds already."""

Ending = Callable[[Path, str, float], "Counter[str]"]
"""Ends a session on that bot, of that name, so many seconds after its start: what went wrong, and how often."""


def kill_plain(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(PlainSession(bot, name), bot, name, moment, signal.SIGKILL)


def kill_screen(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(ScreenSession(bot, name), bot, name, moment, signal.SIGKILL)


def quit_plain(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(PlainSession(bot, name), bot, name, moment, None)


def quit_screen(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(ScreenSession(bot, name), bot, name, moment, None)


def terminate_plain(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(PlainSession(bot, name), bot, name, moment, signal.SIGTERM)


def terminate_screen(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(ScreenSession(bot, name), bot, name, moment, signal.SIGTERM)


def hang_up_plain(bot: Path, name: str, moment: float) -> Counter[str]:
    return _ended(PlainSession(bot, name), bot, name, moment, signal.SIGHUP)


def hang_up_screen(bot: Path, name: str, moment: float) -> Counter[str]:
    """The terminal goes, which sends SIGHUP, too."""
    return _ended(ScreenSession(bot, name), bot, name, moment, signal.SIGHUP)


KILLS: tuple[Ending, ...] = (kill_plain, kill_screen)
LEAVES: tuple[Ending, ...] = (
    quit_plain,
    quit_screen,
    terminate_plain,
    terminate_screen,
    hang_up_plain,
    hang_up_screen,
)


def _ended(session: Session, bot: Path, name: str, moment: float, by: signal.Signals | None) -> Counter[str]:
    """By that signal; None: by its own command."""
    counts: Counter[str] = Counter({"ended": 1})
    try:
        session.teach(moment)
        told = time.monotonic()
        if by is None:
            session.quits()
        elif by is signal.SIGHUP and isinstance(session, ScreenSession):
            session.hangs_up()
        else:
            session.signals(by)
        code = session.ends()
        lasted = time.monotonic() - told
    finally:
        session.close()
    counts["never ended"] += code is None
    # Before it takes signals itself, a program ends by them.
    wanted = [0] if by is None else [128 + by, -by]
    if by is signal.SIGHUP and not session.first_question:
        # Python itself gives up where its terminal is gone before it runs.
        wanted.append(1)
    counts["wrong exit codes"] += code is not None and code not in wanted
    if by is not signal.SIGKILL and by is not None:
        counts["slow ends"] += lasted > LEAVING + max(session.first_question, moment * (not session.first_question))
    return counts + _aftermath(bot, name, session.lost)


def _aftermath(bot: Path, name: str, lost: Callable[[Iterable[Record]], int]) -> Counter[str]:
    """What is wrong after the end of a session of which `lost` tells what it had acknowledged."""
    counts: Counter[str] = Counter()
    path = bot / ".trainer" / "sessions" / f"{name}.jsonl"
    records: tuple[Record, ...] = ()
    if path.exists():
        try:
            journal, kept = Journal.resume(path)
            journal.close()
        except Exception:
            counts["locks"] += 1
            kept = read_journal(path)
        records = kept.records
        counts["damaged journals"] += bool(kept.damage) and bool(records)
    counts["answers lost"] += lost(records)
    until = time.monotonic() + SETTLING
    while (left := orphans(bot)) and time.monotonic() < until:
        time.sleep(0.1)
    counts["orphans"] += len(left)
    for process in left:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    return counts


def sound_journal(bot: Path) -> bytes:
    """The journal of a session that was left in peace."""
    run(bot, "--conversation-id", "sound", typed="/goodbye\n\naction_listen\n:undo\n:fresh\n/hello\n\n" * 4)
    return (bot / ".trainer" / "sessions" / "sound.jsonl").read_bytes()


def orphans(bot: Path) -> list[int]:
    """Processes of sessions on that bot: those that work in its folder, and fits that have lost their parent."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            command = (entry / "cmdline").read_bytes()
            is_at_work = b"action_launcher.py" in command or b"trainer_tui" in command
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if is_at_work and (
                (entry / "cwd").resolve() == bot.resolve() or (b"fits.process" in command and parent == 1)
            ):
                found.append(int(entry.name))
    return found


def moments(count: int, longest: float, seed: int) -> list[float]:
    """Half of them swept evenly, half at random."""
    chance = random.Random(seed)
    swept = [longest * number / max(count // 2, 1) for number in range(count // 2)]
    return [*swept, *(chance.uniform(0, longest) for _ in range(count - len(swept)))]
