"""Many pieces of work at once: in this process, in several, or on a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from trainer_tui.errors import TrainerError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Workers:
    """`jobs` processes of this machine (-1: one a core), or, with `scheduler`, those of that Dask cluster."""

    jobs: int = 1
    scheduler: str | None = None

    @property
    def pieces(self) -> int:
        """In how many pieces work that can be cut anywhere is best given out."""
        if self.scheduler is None and self.jobs == 1:
            return 1
        cores = os.cpu_count() or 1
        return 4 * (cores if self.scheduler is not None or self.jobs == -1 else self.jobs)

    def map(self, work: Callable[..., Result], tasks: Iterable[Sequence[Any]]) -> list[Result]:
        """The results of `work(*task)`, in the order of the tasks."""
        known = list(tasks)
        if self.scheduler is not None:
            return _on_cluster(self.scheduler, work, known)
        if self.jobs == 1 or len(known) < 2:
            return [work(*task) for task in known]
        import joblib

        found: list[Result] = joblib.Parallel(n_jobs=self.jobs)(joblib.delayed(work)(*task) for task in known)
        return found


def _on_cluster(scheduler: str, work: Callable[..., Result], tasks: list[Sequence[Any]]) -> list[Result]:
    try:
        import distributed
    except ImportError as error:
        raise TrainerError(
            "--backend dask needs Dask", "It is not installed.", "pip install 'trainer-tui[dask]'"
        ) from error
    import joblib

    try:
        client = distributed.Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise TrainerError(
            f"no Dask scheduler answers at {scheduler}",
            f"{error!s:.200}.",
            "Start one with `dask scheduler`, and give its address: --scheduler tcp://HOST:8786.",
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        found: list[Result] = joblib.Parallel()(joblib.delayed(work)(*task) for task in tasks)
        return found


def dealt(items: Sequence[Result], hands: int) -> list[list[Result]]:
    """The items in so many runs of about the same length, in order; none is empty."""
    size = -(-len(items) // max(hands, 1))
    return [list(items[start : start + size]) for start in range(0, len(items), max(size, 1))]
