"""A review of as many conversations as a busy bot has: whether mistakes come first, how soon there is something to look
at, how fast all is scored, and what a key costs then.

Beside it stands the rate of predicting each step one by one, by the build whose folder BENCH_BASE names, or this one.
BENCH_CONVERSATIONS is how many there are. CPU is told beside the clock, since others may use the machine.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.stores import BOT, CONVERSATIONS, make_store
from trainer_tui.asking.reviewing import EVERYTHING, Filters, Order
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.review.listing import Listing
from trainer_tui.runtime.review.opening import Reviewed
from trainer_tui.runtime.review.reviewing import Reviewer
from trainer_tui.runtime.review.scoring import Told
from trainer_tui.runtime.workers import Workers

NAME = "review"

RANKED_BOTS = ("sample_bots/moodbot", "sample_bots/concertbot", "sample_bots/formbot", "sample_bots/formbot_core")
RANKED, MISTAKES, SEEDS = 2_000, 60, (1, 2, 3)
WORKERS = (1, 2, 4)
PORTION = 20_000
"""Conversations that are spread over workers."""


def run() -> None:
    _tell_ranking()
    conversations = int(os.environ.get("BENCH_CONVERSATIONS", CONVERSATIONS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tracker.db")
        make_store(path, load_project(Sources(Path(BOT)), {}), conversations, mistakes=60)
        Reviewed(Path(BOT), (str(path),), Path(folder, "state")).open({}).close()  # the model is there from before
        found = _measured("whole", path, Path(folder, "state"))
        base = _measured("one_by_one", path, Path(BOT))
        _tell(conversations, found, base)
        _tell_keys(path, Path(folder, "state"))
        small = Path(folder, "small.db")
        make_store(small, load_project(Sources(Path(BOT)), {}), min(conversations, PORTION), mistakes=60)
        _tell_workers(small, Path(folder))


def _tell_ranking() -> None:
    print(f"mistakes among the first {2 * MISTAKES}, of {MISTAKES} in {RANKED:,} conversations (to reach: 54)")
    for bot in RANKED_BOTS:
        found = sorted(_ranked(Path(bot), seed) for seed in SEEDS)
        print(f"{bot:<24}{found[0]:4} to {found[-1]}, {len(found)} stores", flush=True)


def _ranked(bot: Path, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tracker.db")
        mistakes = make_store(path, load_project(Sources(bot), {}), RANKED, MISTAKES, seed)
        opened = Reviewed(bot, (str(path),), Path(folder, "state")).open({})
        opened.score(lambda told: None, Workers())
        first = {row.id for row in Listing(opened.file).page("worth", EVERYTHING, 0, 2 * MISTAKES).rows}
        shapes = dict(opened.file.rows("SELECT sender, shape FROM conversation"))
        opened.close()
    return sum(shapes[mistake.sender_id] in first for mistake in mistakes)


def _tell(conversations: int, found: dict[str, Any], base: dict[str, Any]) -> None:
    build = "the build of BENCH_BASE" if "BENCH_BASE" in os.environ else "this build"
    rate, rate_before = found["steps"] / found["cpu"], base["steps"] / base["cpu"]
    print(f"{conversations:,} conversations, {found['events']:,} events, {found['steps']:,} messages and actions")
    print(f"first page           {found['first']:8.2f} s    (to reach: under 2)")
    print(f"whole, with reading  {found['wall']:8.1f} s    {found['cpu']:.1f} s CPU, {rate:,.0f} steps a second of CPU")
    print(f"one by one           {'':10}    {rate_before:,.0f} steps a second of CPU, {build}")
    print(f"ratio                {rate / rate_before:8.1f}      (to reach: 10)")
    print(f"peak memory          {found['mib']:8.0f} MiB  (to reach: 500)")
    print(f"a second run         {found['again']:8.2f} s    {found['read_again']} conversations read", flush=True)


def _measured(what: str, *arguments: object) -> dict[str, Any]:
    """In a process of its own: what it takes is its alone. One by one it is that of the build before, if named."""
    base = os.environ.get("BENCH_BASE") if what == "one_by_one" else None
    here = Path(__file__).resolve()
    script = here.with_name("one_by_one.py") if what == "one_by_one" else here
    folder = base or str(here.parents[1])
    command = [f"{base}/.venv/bin/python" if base else sys.executable, str(script), *map(str, arguments)]
    surrounding = {**os.environ, "PYTHONPATH": folder}
    found: dict[str, Any] = json.loads(subprocess.check_output(command, text=True, cwd=folder, env=surrounding))
    return found


def whole(path: Path, state: Path) -> dict[str, Any]:
    began, cpu = time.perf_counter(), time.process_time()
    first: list[float] = []
    opened = Reviewed(Path(BOT), (str(path),), state).open({})

    def tell(told: Told) -> None:
        if not first:
            rows = Listing(opened.file).page("worth", EVERYTHING, 0, 20).rows
            first.append(time.perf_counter() - began if rows else 0.0)

    opened.score(tell, Workers())
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    again, read = time.perf_counter(), list[int]()
    opened.score(lambda told: read.append(told.read), Workers())
    again = time.perf_counter() - again
    opened.close()
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with closing(sqlite3.connect(path)) as store:
        counts = dict(store.execute("SELECT type_name, COUNT(*) FROM events GROUP BY type_name"))
    steps = counts["user"] + counts["action"]
    seconds = {"first": first[0], "wall": wall, "cpu": cpu, "again": again}
    return {**seconds, "mib": mib, "events": sum(counts.values()), "steps": steps, "read_again": sum(read)}


def _tell_keys(path: Path, state: Path) -> None:
    reviewed = Reviewed(Path(BOT), (str(path),), state)
    reviewer = Reviewer(reviewed, reviewed.open({}), "bench", time.time)
    print("\nCPU of what a key asks for, the worst of five (to reach: 30 ms to the screen)")
    orders: tuple[Order, ...] = ("worth", "newest", "count")
    for order in orders:
        _tell_cpu(f"a page by {order}", lambda order=order: reviewer.conversations(order, first=5_000))  # type: ignore[misc]
    for name, filters in (
        ("text", Filters(text="morning")),
        ("common text", Filters(text="o")),
        ("rare text", Filters(text="zq")),
        ("intent", Filters(intent="goodbye")),
        ("action", Filters(action="utter_cheer_up")),
        ("day", Filters(since=1_770_000_000.0)),
        ("not yet seen", Filters(is_unseen=True)),
    ):
        _tell_cpu(f"filtered by {name}", lambda filters=filters: reviewer.conversations("worth", filters))  # type: ignore[misc]
    row = reviewer.conversations().rows[0].id
    _tell_cpu("a decision", lambda: reviewer.decide([row], "later"))
    reviewer.close()


def _tell_cpu(what: str, work: Callable[[], object]) -> None:
    times = []
    for _ in range(5):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    print(f"{what:<24}{1000 * max(times):8.1f} ms", flush=True)


def _tell_workers(path: Path, folder: Path) -> None:
    """In CPU, which others on the machine change little. What is more than in one process is lost to moving data."""
    from distributed import LocalCluster

    alone, _ = _scored_by(path, folder / "state-0", Workers(), ())
    print(f"\nspread over a Dask cluster on this machine; in one process {alone:.1f} s CPU")
    for number in WORKERS:
        with LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
            processes = [worker.pid for worker in cluster.workers.values()]
            spread = Workers(scheduler=cluster.scheduler_address)
            here, there = _scored_by(path, folder / f"state-{number}", spread, processes)
            print(
                f"{number} workers   {here:6.1f} s CPU here, {there:6.1f} s in the workers, "
                f"{1 - min(1.0, alone / (here + there)):5.0%} of it lost",
                flush=True,
            )


def _scored_by(path: Path, state: Path, workers: Workers, processes: Sequence[int]) -> tuple[float, float]:
    """CPU of scoring a store into a new review: here, and in those processes."""
    Reviewed(Path(BOT), (str(path),), state).open({}).close()  # the model is there from before
    fresh = Reviewed(Path(BOT), (str(path),), state).open({})
    here, there = time.process_time(), sum(map(_cpu_of, processes))
    fresh.score(lambda told: None, workers)
    fresh.close()
    return time.process_time() - here, sum(map(_cpu_of, processes)) - there


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(whole(*map(Path, sys.argv[1:]))))
