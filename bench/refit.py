"""A refit of the dialogue model after one correction, with very many stories: CPU seconds.

Where BENCH_BASE names the folder of another build, it does the same by turns.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.large_bot import write_large_bot
from bench.measuring import builds, done_by, spread

NAME = "refit"

STORIES = (1_000, 10_000)
_TURNS = 2


def run() -> None:
    print("CPU seconds. Aim: a refit after a correction at 10,000 stories, 1/4 of what it took before")
    print(f"{'stories':>8}  {'build':<6}{'':<32}{'least':>9}{'median':>9}{'most':>9}")
    for number in STORIES:
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            bot = write_large_bot(Path(folder, "bot"), number)
            found = {build.name: [done_by(build, "refit", bot)] for build in builds()}
            for _ in range(_TURNS - 1):
                for build in builds():
                    found[build.name].append(done_by(build, "refit", bot))
        for name, times in found.items():
            label = f"{number:>8,}  {name:<6}"
            print(f"{label}{'fit to the stories':<32}{spread([each['fit'] for each in times], 2)}")
            refits = [seconds for each in times for seconds in each["refits"]]
            print(f"{label}{'refit after a correction':<32}{spread(refits, 2)}", flush=True)
