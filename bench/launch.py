"""From launch to the first prompt in a pseudo-terminal: what that took of this build or another."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Build
from bench.terminal import Terminal

ASKS = {"plain": b"Your message:", "screen": b"Say something"}
"""What says that the program waits for the first message, by front end."""


@dataclass(frozen=True, slots=True)
class Start:
    """`cpu` is that of the process with all its threads, and `mebibytes` its peak, until it was killed."""

    cpu: float
    wall: float
    mebibytes: float


def command(build: Build, front: str) -> list[str]:
    # An earlier build did not ask whether actions may run.
    flags = [*(["--actions"] if build.is_this else []), *(["--plain"] if front == "plain" else [])]
    return build.command("-m", "trainer_tui", *flags)


def start(build: Build, front: str, bot: Path, *, is_fresh: bool = False) -> Start:
    """Start, and kill as soon as it asks. A start that is fresh finds nothing that an earlier one kept; any other finds
    no session to go on with."""
    shutil.rmtree(bot / ".trainer" / ("" if is_fresh else "sessions"), ignore_errors=True)
    begun = time.monotonic()
    terminal = Terminal([*command(build, front), str(bot)], build.environ())
    try:
        terminal.hears(ASKS[front])
        wall = time.monotonic() - begun
    finally:
        usage = terminal.ends()
    unit = 1 if sys.platform == "darwin" else 1024
    return Start(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 2**20)
