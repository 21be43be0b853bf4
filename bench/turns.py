"""Line by line, on one core: what a turn costs early and late."""

from __future__ import annotations

from pathlib import Path

from bench.measuring import Build, spread
from bench.typist import each_talk, typist_at

NAME = "turns"

_LENGTHS = (20, 100, 1_000, 2_000)
_SAMPLE = 40
"""So many turns from there on are measured, each by itself."""


def run() -> None:
    aims = "CPU ms. Aim: a turn at 2,000 as at 20, ±15 %"
    for build, bot, talk, label in each_talk(aims):
        _measure(build, bot, talk, label)


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
