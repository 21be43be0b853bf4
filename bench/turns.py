"""Line by line, on one core: what a turn costs early and late, undo, the review of an export, and going on again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measuring import TALKS, Build, builds, concertbot, one_core, spread
from bench.typist import Typist

NAME = "turns"

_LENGTHS = (20, 100, 1_000, 2_000)
_SAMPLE = 40
"""So many turns from there on are measured, each by itself."""
_UNDONE = 50
_TIMES = 5
_AIMS = (
    "CPU ms. Aims: a turn at 2,000 as at 20, ±15 %; after 2,000: undo of 50 turns 300, export review 300, resume 500"
)


def run() -> None:
    one_core()
    print(_AIMS)
    print(f"{'build':<6}{'talk':<9}{'':<32}{'least':>9}{'median':>9}{'most':>9}")
    for name, talk in TALKS.items():
        for build in builds():
            with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
                measure(build, concertbot(Path(folder) / "concertbot"), talk, f"{build.name:<6}{name:<9}")


def measure(build: Build, bot: Path, talk: tuple[str, ...], label: str, lengths: tuple[int, ...] = _LENGTHS) -> None:
    """`label` begins each line."""
    typist = _typist(build, bot)
    turns = 0
    for length in lengths:
        costs = []
        while turns < length + _SAMPLE:
            before = typist.cpu
            typist.takes_turn(talk[turns % len(talk)])
            turns += 1
            if turns > length:
                costs.append(1000 * (typist.cpu - before))
        _tell(label, f"a turn at {length}", costs)
    reviews = [_cost(typist, ":export") for _ in range(_TIMES)]
    undone = 0
    begun = typist.cpu
    while undone < _UNDONE:
        undone += typist.says(":undo").startswith("Your message:")
    _tell(label, f"undo of {_UNDONE} turns after {turns}", [1000 * (typist.cpu - begun)])
    typist.ends()
    _tell(label, f"export review after {turns}", reviews)
    resumed = [_start(build, bot, "--resume") for _ in range(_TIMES)]
    begun_anew = min(_start(build, bot, "--conversation-id", f"new-{number}") for number in range(_TIMES))
    _tell(label, f"resume of {turns - _UNDONE}, beside a start", [cost - begun_anew for cost in resumed])


def _typist(build: Build, bot: Path, *flags: str) -> Typist:
    """Whatever code of the bot's is run; a build of before this was asked about runs it anyhow."""
    try:
        return Typist(build, bot, "--actions", *flags)
    except RuntimeError:
        return Typist(build, bot, *flags)


def _cost(typist: Typist, command: str) -> float:
    before = typist.cpu
    typist.says(command)
    cost = 1000 * (typist.cpu - before)
    typist.hears()  # the question again
    return cost


def _start(build: Build, bot: Path, *flags: str) -> float:
    typist = _typist(build, bot, *flags)
    cost = 1000 * typist.cpu
    typist.ends()
    return cost


def _tell(label: str, what: str, costs: list[float]) -> None:
    print(f"{label}{what:<32}{spread(costs)}", flush=True)
