"""Line by line, on one core, after 2,000 turns: undo, the review of an export, and going on again."""

from __future__ import annotations

from pathlib import Path

from bench.measuring import Build, spread
from bench.typist import Typist, each_talk, typist_at

NAME = "long"

_TURNS = 2_000
_UNDONE = 50
_TIMES = 5


def run() -> None:
    aims = f"CPU ms after {_TURNS:,} turns. Aims: undo of {_UNDONE} turns 300, export review 300, resume 500"
    for build, bot, talk, label in each_talk(aims):
        _measure(build, bot, talk, label)


def _measure(build: Build, bot: Path, talk: tuple[str, ...], label: str) -> None:
    """`label` begins each line."""
    typist = typist_at(build, bot)
    for turn in range(_TURNS):
        typist.takes_turn(talk[turn % len(talk)])
    reviews = [_cost(typist, ":export") for _ in range(_TIMES)]
    undone = 0
    begun = typist.cpu
    while undone < _UNDONE:
        undone += typist.says(":undo").startswith("Your message:")
    _tell(label, f"undo of {_UNDONE} turns", [1000 * (typist.cpu - begun)])
    typist.ends()
    _tell(label, "export review", reviews)
    resumed = [_start(build, bot, "--resume") for _ in range(_TIMES)]
    begun_anew = min(_start(build, bot, "--conversation-id", f"new-{number}") for number in range(_TIMES))
    _tell(label, f"resume of {_TURNS - _UNDONE:,}, beside a start", [cost - begun_anew for cost in resumed])


def _cost(typist: Typist, command: str) -> float:
    before = typist.cpu
    typist.says(command)
    cost = 1000 * (typist.cpu - before)
    typist.hears()  # the question again
    return cost


def _start(build: Build, bot: Path, *flags: str) -> float:
    typist = typist_at(build, bot, *flags)
    cost = 1000 * typist.cpu
    typist.ends()
    return cost


def _tell(label: str, what: str, costs: list[float]) -> None:
    print(f"{label}{what:<32}{spread(costs)}", flush=True)
