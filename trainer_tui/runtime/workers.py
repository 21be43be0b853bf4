"""Many pieces of work at once: in this process, in several, or on a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.progress import Progress, each, unheard

Result = TypeVar("Result")
Shared = TypeVar("Shared")
Task = TypeVar("Task")

_TRIES = 5
"""A task is done again where its worker dies, so often; by then it is the task that kills."""


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

    def map(
        self, work: Callable[..., Result], tasks: Iterable[Sequence[Any]], doing: str = "", tell: Progress = unheard
    ) -> list[Result]:
        """The results of `work(*task)`, in the order of the tasks; `tell` hears how far `doing` them is."""
        known = list(tasks)
        if self.scheduler is not None:
            return _on_cluster(self.scheduler, work, known)
        if self.jobs == 1 or len(known) < 2:
            return [work(*task) for task in each(known, doing, tell)]
        import joblib

        parallel = joblib.Parallel(n_jobs=self.jobs, return_as="generator")
        results = parallel(joblib.delayed(work)(*task) for task in known)
        return [next(results) for _ in each(known, doing, tell)]

    def check(self) -> None:
        """TrainerError where nobody would do any work."""
        if self.scheduler is not None:
            with _client(self.scheduler):
                pass

    def stream(self, work: Callable[[Shared, Task], Result], shared: Shared, tasks: Iterable[Task]) -> Iterator[Result]:
        """The results of `work(shared, task)` as they come, in any order. Tasks are made as they are needed, so there
        may be any number of them; `shared` goes to each worker once."""
        if self.scheduler is not None:
            yield from _streamed_on_cluster(self.scheduler, work, shared, tasks)
        elif self.jobs == 1:
            yield from (work(shared, task) for task in tasks)
        else:
            import joblib

            calls = (joblib.delayed(work)(shared, task) for task in tasks)
            yield from joblib.Parallel(n_jobs=self.jobs, return_as="generator_unordered")(calls)


def _streamed_on_cluster(
    scheduler: str, work: Callable[[Shared, Task], Result], shared: Shared, tasks: Iterable[Task]
) -> Iterator[Result]:
    with _client(scheduler) as client:
        from distributed import as_completed

        # The result of a task, unlike scattered data, is made again where the worker that holds it dies.
        kept = client.submit(_itself, shared, retries=_TRIES)
        ahead = 2 * max(1, sum(client.ncores().values()))
        following = iter(tasks)
        running = as_completed(_submitted(client, work, kept, islice(following, ahead)))  # type: ignore[no-untyped-call]
        for future in running:
            yield future.result()
            for another in _submitted(client, work, kept, islice(following, 1)):
                running.add(another)  # type: ignore[no-untyped-call]


def _submitted(client: Any, work: Callable[..., Any], kept: Any, tasks: Iterable[Any]) -> list[Any]:
    return [client.submit(_opened, work, kept, _Sealed(task), retries=_TRIES, pure=False) for task in tasks]


class _Sealed:
    """A task as one thing: Dask looks through all that lists and dictionaries hold for what it is to replace."""

    __slots__ = ("content",)

    def __init__(self, content: Any) -> None:
        self.content = content


def _opened(work: Callable[..., Result], shared: Any, task: _Sealed) -> Result:
    return work(shared, task.content)


def _itself(shared: Shared) -> Shared:
    return shared


def _on_cluster(scheduler: str, work: Callable[..., Result], tasks: list[Sequence[Any]]) -> list[Result]:
    import joblib

    with _client(scheduler), joblib.parallel_config(backend="dask"):
        found: list[Result] = joblib.Parallel()(joblib.delayed(work)(*task) for task in tasks)
        return found


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise TrainerError(
            "--backend dask needs Dask", "It is not installed.", "pip install 'trainer-tui[dask]'"
        ) from error
    try:
        client = distributed.Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise TrainerError(
            f"no Dask scheduler answers at {scheduler}",
            f"{error!s:.200}.",
            "Start one with `dask scheduler`, and give its address: --scheduler tcp://HOST:8786.",
        ) from error
    with client:
        yield client


def dealt(items: Sequence[Result], hands: int) -> list[list[Result]]:
    """The items in so many runs of about the same length, in order; none is empty."""
    size = -(-len(items) // max(hands, 1))
    return [list(items[start : start + size]) for start in range(0, len(items), max(size, 1))]
