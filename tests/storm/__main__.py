"""`make storm`: kills, ends and damage by the hundred, and what went wrong.

python -m tests.storm [KILLS] [ENDS] [DAMAGES] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.storm.big_bot import forget_fits, grow
from tests.storm.journals import weather
from tests.storm.kills import KILLS, LEAVES, moments, sound_journal
from tests.walks.walking import copy_of

SAMPLE_BOTS = Path(__file__).parents[2] / "sample_bots"
HARMLESS = ("ended", "damaged")
FAULTS = (
    "answers lost",
    "silent changes",
    "later records destroyed",
    "tracebacks",
    "orphans",
    "locks",
    "damaged journals",
    "never ended",
    "slow ends",
    "wrong exit codes",
)
LONGEST = 4.0
"""Seconds: from before the program runs to some turns of a conversation."""


def storm(kills: int, ends: int, damages: int, seed: int) -> Counter[str]:
    """So many kills of each front end, so many ends of every other kind while a fit's process is created or at work,
    and so many damaged journals."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        bot = copy_of(SAMPLE_BOTS / "concertbot", Path(folder))
        for number, moment in enumerate(moments(kills, LONGEST, seed)):
            for kill in KILLS:
                counts += _told(kill(bot, f"{kill.__name__}-{number}", moment), f"{kill.__name__} {moment:.3f}")
        grown = grow(copy_of(SAMPLE_BOTS / "concertbot", Path(folder, "grown")))
        for number, moment in enumerate(moments(ends, LONGEST, seed)):
            end = LEAVES[number % len(LEAVES)]
            forget_fits(grown)
            counts += _told(end(grown, f"{end.__name__}-{number}", moment), f"{end.__name__} {moment:.3f}")
        sound = sound_journal(bot)
        damaged = Path(folder) / "damaged"
        damaged.mkdir()
        counts += weather(sound, damaged, range(seed, seed + damages))
    return counts


def _told(counts: Counter[str], what: str) -> Counter[str]:
    """Faults as they come."""
    faults = {name: counts[name] for name in FAULTS if counts[name]}
    if faults:
        print(what, faults, file=sys.stderr, flush=True)
    return counts


def main() -> int:
    counts = storm(*(int(value) for value in sys.argv[1:]))
    for name in (*HARMLESS, *FAULTS):
        print(f"{name:24} {counts[name]}")
    return int(any(counts[name] for name in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
