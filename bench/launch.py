"""From launch to the first prompt in a pseudo-terminal: what that took of this build or another."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Build

ASKS = {"plain": b"Your message:", "screen": b"Say something"}
"""What says that the program waits for the first message, by front end."""
_PATIENCE = 60.0


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
    child, descriptor = pty.fork()
    if child == 0:
        arguments = [*command(build, front), str(bot)]
        os.execve(arguments[0], arguments, {**build.environ(), "TERM": "xterm-256color"})
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    said = b""
    for chunk in _output(descriptor):
        said += chunk
        if ASKS[front] in said or time.monotonic() - begun > _PATIENCE:
            break
    wall = time.monotonic() - begun
    os.kill(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    os.close(descriptor)
    if ASKS[front] not in said:
        raise RuntimeError(f"{bot.name} did not ask anything: {said[-300:]!r}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Start(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 2**20)


def _output(descriptor: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # how a terminal says that its program has ended
        while chunk := os.read(descriptor, 65_536):
            yield chunk
