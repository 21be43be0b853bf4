"""Scoring spread over a Dask cluster: the same as alone, and a worker that dies loses nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bench.stores import make_store
from tests.runtime.review.opened import bot_at, opened
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.review.opening import Opened
from trainer_tui.runtime.review.scoring import Told
from trainer_tui.runtime.workers import Workers

CONVERSATIONS = 1_500


def shapes(found: Opened) -> list[tuple[object, ...]]:
    return found.file.rows("SELECT digest, count, reasons FROM shape ORDER BY digest")


def test_a_worker_that_dies_loses_nothing(tmp_path: Path) -> None:
    from distributed import LocalCluster

    bot = bot_at(tmp_path)
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), CONVERSATIONS, mistakes=6)
    found = opened(bot, path)
    told: list[Told] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]

        def tell(portion: Told) -> None:
            if not told:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            told.append(portion)

        found.score(tell, Workers(scheduler=cluster.scheduler_address))
    assert [problem for portion in told for problem in portion.problems] == []
    assert sum(portion.read for portion in told) == CONVERSATIONS
    spread = shapes(found)
    found.close()
    for file in (bot / ".trainer").glob("review.db*"):
        file.unlink()
    alone = opened(bot, path)
    alone.score(lambda portion: None, Workers())
    assert shapes(alone) == spread
    alone.close()


def test_without_a_scheduler_nothing_is_scored_and_that_is_an_error(tmp_path: Path) -> None:
    bot = bot_at(tmp_path)
    path = tmp_path / "tracker.db"
    make_store(path, load_project(Sources(bot), {}), 3, mistakes=0)
    found = opened(bot, path)
    told: list[Told] = []
    with pytest.raises(TrainerError, match="no Dask scheduler answers"):
        found.score(told.append, Workers(scheduler="tcp://127.0.0.1:1"))
    assert told == []
    found.close()
