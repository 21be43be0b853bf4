"""From launch to the first prompt: CPU, wall clock and peak memory, line by line and on the full screen.

Each figure is of a few starts, each in a process of its own that is killed as soon as it asks: its CPU (user + system)
and its memory are those of all it did until then. BENCH_BASE names the folder of another build to start beside.
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

from bench.measuring import builds, spread

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
    print(
        f"{'bot':<14}{'build':<6}{'front end':<11}{'model':<8}{'CPU s: least, median, most':>27}{'wall s':>8}{'MiB':>6}"
    )
    bots = Path(__file__).resolve().parent.parent / "sample_bots"
    for name in BOTS:
        for build, python in builds().items():
            with tempfile.TemporaryDirectory() as folder:
                bot = shutil.copytree(bots / name, Path(folder) / name)
                label = f"{name:<14}{build:<6}"
                _report(label, "plain", "none", [_start(python, "plain", bot, is_fresh=True) for _ in range(STARTS)])
                _learn(python, bot)
                for front in _ASKS:
                    _report(label, front, "kept", [_start(python, front, bot) for _ in range(STARTS)])


def _report(label: str, front: str, model: str, starts: list[Start]) -> None:
    cpu, wall, mebibytes = ([getattr(start, field) for start in starts] for field in ("cpu", "wall", "mebibytes"))
    rest = f"{statistics.median(wall):>8.2f}{statistics.median(mebibytes):>6.0f}"
    print(f"{label}{front:<11}{model:<8}{spread(cpu, 2)}{rest}", flush=True)


def _learn(python: str, bot: Path) -> None:
    """One message, so that the models are fitted and kept."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # where Python keeps what it compiled, as it does for users
    command = [*_command(python, "plain"), str(bot)]
    subprocess.run(command, input=b"/greet\n", capture_output=True, check=True)


def _command(python: str, front: str) -> list[str]:
    # An earlier build did not ask whether actions may run.
    flags = [*(["--actions"] if python == sys.executable else []), *(["--plain"] if front == "plain" else [])]
    return [python, "-m", "trainer_tui", *flags]


def _start(python: str, front: str, bot: Path, *, is_fresh: bool = False) -> Start:
    shutil.rmtree(bot / ".trainer" / ("" if is_fresh else "sessions"), ignore_errors=True)
    begun = time.monotonic()
    child, descriptor = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(python, [*_command(python, front), str(bot)])
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
