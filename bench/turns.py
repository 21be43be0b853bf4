"""Line by line, on one core: what a turn costs early and late."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measuring import TALKS, Build, builds, concertbot, one_core, spread
from bench.typist import typist_at

NAME = "turns"

_LENGTHS = (20, 100, 1_000, 2_000)
_SAMPLE = 40
"""So many turns from there on are measured, each by itself."""


def run() -> None:
    one_core()
    print("CPU ms. Aim: a turn at 2,000 as at 20, ±15 %")
    print(f"{'build':<6}{'talk':<9}{'':<32}{'least':>9}{'median':>9}{'most':>9}")
    for name, talk in TALKS.items():
        for build in builds():
            with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
                _measure(build, concertbot(Path(folder) / "concertbot"), talk, f"{build.name:<6}{name:<9}")


def _measure(build: Build, bot: Path, talk: tuple[str, ...], label: str) -> None:
    """`label` begins each line."""
    typist = typist_at(build, bot)
    turns = 0
    for length in _LENGTHS:
        costs = []
        while turns < length + _SAMPLE:
            before = typist.cpu
            typist.takes_turn(talk[turns % len(talk)])
            turns += 1
            if turns > length:
                costs.append(1000 * (typist.cpu - before))
        print(f"{label}{f'a turn at {length}':<32}{spread(costs)}", flush=True)
    typist.ends()
