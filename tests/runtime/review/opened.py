"""A review of a sample bot over a store in SQLite."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

from trainer_tui.runtime.review.opening import Opened, Reviewed
from trainer_tui.runtime.review.reviewing import Reviewer
from trainer_tui.runtime.review.scoring import Told
from trainer_tui.runtime.workers import Workers

SAMPLE_BOTS = Path(__file__).resolve().parents[3] / "sample_bots"


def bot_at(folder: Path, name: str = "moodbot") -> Path:
    ignored = shutil.ignore_patterns(".trainer", "__pycache__")
    return Path(shutil.copytree(SAMPLE_BOTS / name, folder / name, ignore=ignored))


def reviewed(bot: Path, *stores: Path) -> Reviewed:
    return Reviewed(bot, tuple(map(str, stores)))


def opened(bot: Path, *stores: Path) -> Opened:
    return reviewed(bot, *stores).open(os.environ)


def score(found: Opened, workers: Workers | None = None) -> tuple[int, list[str]]:
    """How many conversations were read that had something new, and what could not be."""
    told: list[Told] = []
    found.score(told.append, workers or Workers())
    return sum(item.read for item in told), [line for item in told for line in item.problems]


def reviewer(bot: Path, *stores: Path, by: str = "ada") -> Reviewer:
    ticks = itertools.count(1_800_000_000)
    return Reviewer(reviewed(bot, *stores), opened(bot, *stores), by, lambda: float(next(ticks)))
