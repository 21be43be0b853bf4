"""The flags of commands that share their work out: among processes of this machine, or over a Dask cluster."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trainer_tui.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.runtime.workers import Workers


def add_worker_flags(add: Any) -> None:
    """`add` is `add_argument` of a parser, or of a group of one."""
    add("--jobs", type=_jobs, default=1, metavar="N", help="processes at once (-1: one a core)")
    add("--backend", choices=["local", "dask"], default="local", help="where they run (default: local)")
    add("--scheduler", metavar="ADDRESS", help="the Dask scheduler (tcp://HOST:8786)")


def workers_of(arguments: argparse.Namespace) -> Workers:
    """Those that were asked for; TrainerError where the flags do not go together."""
    from trainer_tui.runtime.workers import Workers

    if (arguments.backend == "dask") != (arguments.scheduler is not None):
        raise TrainerError("--backend dask and --scheduler ADDRESS go together")
    return Workers(arguments.jobs, arguments.scheduler)


def _jobs(text: str) -> int:
    if text != "-1" and (not text.isdecimal() or int(text) < 1):
        raise argparse.ArgumentTypeError(f"{text} is no number of processes: 1, 2, …, or -1 for one a core")
    return int(text)
