"""`make storm`: kills, quits and damage by the hundred, and what went wrong: everything but the first row should be 0.

python -m tests.storm [KILLS] [DAMAGES] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.storm.journals import weather
from tests.storm.kills import end_plain, kill, kill_screen, moments, sound_journal, tell, terminate
from tests.walks.walking import copy_of

SAMPLE_BOTS = Path(__file__).parents[2] / "sample_bots"
FAULTS = (
    "answers lost",
    "silent changes",
    "later records destroyed",
    "tracebacks",
    "orphans",
    "locks",
    "damaged journals",
    "slow ends",
    "wrong exit codes",
)
LONGEST = 4.0
"""Seconds: from before the program runs to some turns of a conversation."""


def storm(kills: int, damages: int, seed: int) -> Counter[str]:
    """Every kind of end `kills` times, and so many damaged journals."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        bot = copy_of(SAMPLE_BOTS / "concertbot", Path(folder))
        for number, moment in enumerate(moments(kills, LONGEST, seed)):
            counts += end_plain(bot, f"killed-{number}", moment, kill)
            counts += end_plain(bot, f"told-{number}", moment, tell)
            counts += end_plain(bot, f"terminated-{number}", moment, terminate)
            counts += kill_screen(bot, f"screen-{number}", moment / 2)
        sound = sound_journal(bot)
        damaged = Path(folder) / "damaged"
        damaged.mkdir()
        counts += weather(sound, damaged, range(seed, seed + damages))
    return counts


def main() -> int:
    kills, damages, seed = (int(value) for value in [*sys.argv[1:], "60", "3000", "1"][: max(3, len(sys.argv) - 1)])
    counts = storm(kills, damages, seed)
    harmless = ("ended", "damaged")
    for name in (
        *harmless,
        "answers lost",
        "silent changes",
        "later records destroyed",
        "tracebacks",
        "orphans",
        "locks",
        "damaged journals",
        "slow ends",
        "wrong exit codes",
    ):
        print(f"{name:24} {counts[name]}")
    return int(any(count for name, count in counts.items() if name not in harmless))


if __name__ == "__main__":
    sys.exit(main())
