"""From launch to the first prompt: CPU, wall clock and peak memory, line by line and on the full screen.

Each figure is the median of a few starts, each in a process of its own that is killed as soon as it asks: its CPU
(user + system) and its memory are those of all it did until then.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = "start"

BOTS = ("concertbot", "formbot", "formbot_core", "moodbot")
STARTS = 3
AIM = "aim: with a model from before, 1.00 s of CPU and 200 MiB at most"
TO_BEAT = """\
to beat, to the first prompt with a trained model of the bot that `rasa init` makes (2 cores, nothing else running):
  rasa 3.6.21          50-56 s CPU   50.6 s wall   1,120 MB
  rasa_core 0.12.3        14 s CPU    9.2 s wall     298 MB"""
_ASKS = {"plain": b"Your message:", "screen": b"Say something"}
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    cpu: float
    wall: float
    mebibytes: float


def run() -> None:
    print(AIM)
    print(TO_BEAT)
    print(f"{'bot':<14}{'front end':<11}{'model':<8}{'CPU s':>7}{'wall s':>8}{'MiB':>6}")
    bots = Path(__file__).resolve().parent.parent / "sample_bots"
    for name in BOTS:
        with tempfile.TemporaryDirectory() as folder:
            bot = shutil.copytree(bots / name, Path(folder) / name)
            _report(name, "plain", "none", [_start("plain", bot, is_fresh=True) for _ in range(STARTS)])
            _learn(bot)
            for front in _ASKS:
                _report(name, front, "kept", [_start(front, bot) for _ in range(STARTS)])


def _report(name: str, front: str, model: str, starts: list[Start]) -> None:
    cpu, wall, mebibytes = (
        statistics.median(getattr(start, field) for start in starts) for field in ("cpu", "wall", "mebibytes")
    )
    print(f"{name:<14}{front:<11}{model:<8}{cpu:>7.2f}{wall:>8.2f}{mebibytes:>6.0f}", flush=True)


def _learn(bot: Path) -> None:
    """One message, so that the models are fitted and kept."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # where Python keeps what it compiled, as it does for users
    command = [*_command("plain"), str(bot)]
    subprocess.run(command, input=b"/greet\n", capture_output=True, check=True)


def _command(front: str) -> list[str]:
    return [sys.executable, "-m", "trainer_tui", "--actions", *(["--plain"] if front == "plain" else [])]


def _start(front: str, bot: Path, *, is_fresh: bool = False) -> Start:
    shutil.rmtree(bot / ".trainer" / ("" if is_fresh else "sessions"), ignore_errors=True)
    begun = time.monotonic()
    child, descriptor = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [*_command(front), str(bot)])
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    said = b""
    for chunk in _output(descriptor):
        said += chunk
        if _ASKS[front] in said or time.monotonic() - begun > _PATIENCE:
            break
    wall = time.monotonic() - begun
    os.kill(child, signal.SIGKILL)
    _, _, usage = os.wait4(child, 0)
    os.close(descriptor)
    if _ASKS[front] not in said:
        raise RuntimeError(f"{bot.name} did not ask anything: {said[-300:]!r}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Start(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 2**20)


def _output(descriptor: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # how a terminal says that its program has ended
        while chunk := os.read(descriptor, 65_536):
            yield chunk
