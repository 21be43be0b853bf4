"""What a session on the full screen holds in memory after its first message, and the process that fits for it.

`session` is what is resident of the session's own process, as tools show it; `peak` the most that it was. `fitting` is
the other process's, where there is one. Pages that both use are counted in each; in `together` (Linux's proportional
set size) every page is counted once. The action server is left out.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.launch import ASKS, command
from bench.measuring import Build, builds, concertbot, spread
from bench.terminal import Terminal

NAME = "memory"

TIMES = 3
AIM = "aim: 110 MiB"
_MESSAGE = b"hello\r"


def run() -> None:
    if not sys.platform.startswith("linux"):
        print("it is read from /proc, which only Linux has")
        return
    print(f"MiB after the first message, concertbot, 80x24, {TIMES} times ({AIM})")
    head = f"{'session: least, median, most':>30}{'peak':>7}{'fitting':>9}{'together':>10}"
    print(f"{'build':<7}{'model':<7}{head}")
    for build in builds():
        for model in ("none", "kept"):
            with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
                bot = concertbot(Path(folder) / "concertbot")
                if model == "kept":
                    _held(build, bot)
                found = [_held(build, bot, is_fresh=model == "none") for _ in range(TIMES)]
            session, *others = zip(*found, strict=True)
            peak, fitting, together = map(median, others)
            print(
                f"{build.name:<7}{model:<7}{spread(session):>30}{peak:>7.0f}{fitting:>9.0f}{together:>10.0f}",
                flush=True,
            )


def _held(build: Build, bot: Path, *, is_fresh: bool = False) -> tuple[float, float, float, float]:
    """MiB: the session's, the most it was, the fitting process's, both together."""
    shutil.rmtree(bot / ".trainer" / ("" if is_fresh else "sessions"), ignore_errors=True)
    terminal = Terminal([*command(build, "screen"), str(bot)], build.environ())
    try:
        terminal.hears(ASKS["screen"])
        terminal.types(_MESSAGE)
        _rest(terminal)
        own, fitting = _memory(terminal.process), [_memory(child) for child in _fitting(terminal.process)]
        together = own["Pss"] + sum(memory["Pss"] for memory in fitting)
        return own["VmRSS"], own["VmHWM"], sum(memory["VmRSS"] for memory in fitting), together
    finally:
        terminal.ends()


def _rest(terminal: Terminal) -> None:
    """Until neither is at work any more."""
    before = -1.0
    while (spent := sum(map(_cpu, (terminal.process, *_fitting(terminal.process))))) - before > 0.05:
        before = spent
        terminal.draws(1.0)


def _fitting(session: int) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        number = int(process.name)
        if _stat(number)[1:2] == [str(session)] and b"fits.process" in (process / "cmdline").read_bytes():
            yield number


def _cpu(process: int) -> float:
    return sum(map(int, _stat(process)[11:13])) / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """What stands behind the name: state, parent, …; nothing of a process that is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _memory(process: int) -> dict[str, float]:
    """What Linux says of it in kB, in MiB."""
    lines = [
        line.split()
        for name in ("status", "smaps_rollup")
        for line in Path(f"/proc/{process}/{name}").read_text().splitlines()
    ]
    return {name.rstrip(":"): int(rest[0]) / 1024 for name, *rest in lines if rest[1:] == ["kB"]}
