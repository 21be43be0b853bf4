"""Sessions that are killed or left at any moment: what was acknowledged is on disk, and nothing stays behind."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.plain.program import run
from tests.terminal.terminal import Terminal
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.session.protocol import MessageTyped
from trainer_tui.session.timeline import Answered

LEAVING = 2.0
"""Seconds within which a session that is told to end has ended, where the machine has nothing else to do: what the
first question took comes on top, which tells how busy it is."""
SETTLING = 3.0
"""Seconds within which everything that a killed session had started has ended."""
READY = "Say something"
Ending = Callable[[subprocess.Popen[bytes]], None]


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)


def tell(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    with suppress(OSError):
        process.stdin.write(b":quit\n")
        process.stdin.flush()


def terminate(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)


def end_plain(bot: Path, name: str, moment: float, end: Ending) -> Counter[str]:
    """A session line by line that says a message a turn, and is ended `moment` seconds after its start."""
    command = [sys.executable, "-m", "trainer_tui", "--plain", str(bot), "--conversation-id", name]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert process.stdin and process.stdout
    begun = time.monotonic()
    until, said, sent = begun + moment, b"", 0
    first_question: float | None = None
    while (left := until - time.monotonic()) > 0:
        if select.select([process.stdout], [], [], left)[0]:
            found = os.read(process.stdout.fileno(), 65536)
            if not found:
                break
            said += found
            if first_question is None and b"Your message:" in said:
                first_question = time.monotonic() - begun
            if said.count(b"Your message:") > sent < 50:
                sent += 1
                # What comes back to the message field was answered, the last of it with a yes.
                process.stdin.write(b"/goodbye\n:list\naction_listen\naction_listen\n:fresh\n")
                process.stdin.flush()
    end(process)
    counts: Counter[str] = Counter({"ended": 1})
    # Whatever is on its way out of the program was acknowledged, too.
    started = time.monotonic()
    with suppress(subprocess.TimeoutExpired):
        rest, _ = process.communicate(timeout=20)
        said += rest
    if process.returncode is None:
        process.kill()
        process.communicate()
    if end is tell:
        counts["wrong exit codes"] += process.returncode != 0
    if end is terminate:
        # Before it takes signals itself, a program ends by them.
        counts["wrong exit codes"] += process.returncode not in (128 + signal.SIGTERM, -signal.SIGTERM)
        counts["slow ends"] += time.monotonic() - started > LEAVING + (first_question or 0.0)
    acknowledged = said.count(b"you say: /goodbye")
    return counts + aftermath(bot, name, acknowledged)


def sound_journal(bot: Path) -> bytes:
    """The journal of a session that was left in peace."""
    run(bot, "--conversation-id", "sound", typed="/goodbye\n\naction_listen\n:undo\n:fresh\n/hello\n\n" * 4)
    return (bot / ".trainer" / "sessions" / "sound.jsonl").read_bytes()


def kill_screen(bot: Path, name: str, moment: float) -> Counter[str]:
    """A session on the full screen, killed `moment` seconds after its first question."""
    terminal = Terminal([str(bot), "--conversation-id", name], bot, (100, 40))
    terminal.waits_for(lambda it: READY in it.text, "its first question")
    until, sent = time.monotonic() + moment, 0
    while time.monotonic() < until:
        terminal._read()
        if sent < 40:
            terminal.presses(b"/goodbye\r" if sent % 3 == 0 else b"\r")
            sent += 1
    acknowledged = terminal.text.count("/goodbye")
    terminal.signals(signal.SIGKILL)
    terminal.close()
    return Counter({"ended": 1}) + aftermath(bot, name, min(acknowledged, 1))


def aftermath(bot: Path, name: str, acknowledged: int) -> Counter[str]:
    """What is wrong after the end of a session that had acknowledged so many messages."""
    counts: Counter[str] = Counter()
    path = bot / ".trainer" / "sessions" / f"{name}.jsonl"
    if path.exists():
        try:
            journal, kept = Journal.resume(path)
            journal.close()
        except Exception:
            counts["locks"] += 1
            kept = read_journal(path)
        given = [record.given for record in kept.records if isinstance(record, Answered)]
        counts["answers lost"] += max(0, acknowledged - sum(isinstance(item, MessageTyped) for item in given))
        counts["damaged journals"] += bool(kept.damage) and bool(kept.records)
    else:
        counts["answers lost"] += acknowledged
    until = time.monotonic() + SETTLING
    while (left := orphans(bot)) and time.monotonic() < until:
        time.sleep(0.1)
    counts["orphans"] += len(left)
    for process in left:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    return counts


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
