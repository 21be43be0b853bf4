"""From launch to the first prompt: CPU, wall clock and peak memory, line by line and on the full screen.

Each figure is of a few starts, each in a process of its own that is killed as soon as it asks: its CPU (user + system)
and its memory are those of all it did until then. BENCH_BASE names the folder of another build to start beside.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from pathlib import Path

from bench.launch import ASKS, Start, command, start
from bench.measuring import Build, builds, sample_bot, spread

NAME = "start"

BOTS = ("concertbot", "formbot", "formbot_core", "moodbot")
STARTS = 3
AIM = "aim: with a model from before, 1.00 s of CPU and 200 MiB at most"
TO_BEAT = """\
to beat, to the first prompt with a trained model of the bot that `rasa init` makes (2 cores, nothing else running):
  rasa 3.6.21          50-56 s CPU   50.6 s wall   1,120 MB
  rasa_core 0.12.3        14 s CPU    9.2 s wall     298 MB"""


def run() -> None:
    print(AIM)
    print(TO_BEAT)
    print(
        f"{'bot':<14}{'build':<6}{'front end':<11}{'model':<8}{'CPU s: least, median, most':>27}{'wall s':>8}{'MiB':>6}"
    )
    for name in BOTS:
        for build in builds():
            with tempfile.TemporaryDirectory() as folder:
                bot = sample_bot(name, Path(folder) / name)
                label = f"{name:<14}{build.name:<6}"
                _report(label, "plain", "none", [start(build, "plain", bot, is_fresh=True) for _ in range(STARTS)])
                _learn(build, bot)
                for front in ASKS:
                    _report(label, front, "kept", [start(build, front, bot) for _ in range(STARTS)])


def _report(label: str, front: str, model: str, starts: list[Start]) -> None:
    cpu, wall, mebibytes = ([getattr(start, field) for start in starts] for field in ("cpu", "wall", "mebibytes"))
    rest = f"{statistics.median(wall):>8.2f}{statistics.median(mebibytes):>6.0f}"
    print(f"{label}{front:<11}{model:<8}{spread(cpu, 2)}{rest}", flush=True)


def _learn(build: Build, bot: Path) -> None:
    """One message, so that the models are fitted and kept."""
    arguments = [*command(build, "plain"), str(bot)]
    subprocess.run(arguments, input=b"/greet\n", capture_output=True, check=True, env=build.environ())
