"""One fit beside the session: a short one in a process that stays, a long one in a process that can be ended.

What is fitted says by itself how long that takes, how it is solved, and as which parts it goes through the pipes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import from_a_thread, in_thread
from trainer_tui.runtime.fits.fitting_process import FittingProcess
from trainer_tui.runtime.fits.messages import as_parts, in_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]

LONG = 5.0
"""Seconds from which a fit gets a process of its own."""

Solution = TypeVar("Solution", covariant=True)


class Problem(Protocol[Solution]):
    """What is to be fitted; its class has `from_parts`, and its solution `to_parts`: plain JSON, and arrays by name."""

    @property
    def seconds(self) -> float: ...

    def solve(self, progress: Progress) -> Solution: ...

    def to_parts(self) -> tuple[Mapping[str, Any], Arrays]: ...

    def solution_of(self, described: Mapping[str, Any], arrays: Arrays, /) -> Solution: ...


_stays = FittingProcess()
"""That of all short fits: one that nobody waits for any more comes to its end there, as others may be under way."""


async def fit_beside(problem: Problem[Solution], progress: Progress) -> tuple[Solution, float]:
    """The solution, and the seconds that it took to find: that the process had to start first is no part of them.

    The event loop is not held up; `progress` is called in its own thread.

    Cancelling ends a long fit at once; of a short one the result is dropped. FitFailed where there is none.
    """
    tell = from_a_thread(progress)
    process = _stays if problem.seconds < LONG else FittingProcess()
    try:
        return await in_thread(lambda: _solution(problem, process, tell))
    finally:
        if process is not _stays:
            process.end()


def _solution(problem: Problem[Solution], process: FittingProcess, progress: Progress) -> tuple[Solution, float]:
    kind = f"{type(problem).__module__}:{type(problem).__name__}"
    data, seconds = process.solution(kind, in_bytes(*problem.to_parts()), progress)
    return problem.solution_of(*as_parts(data)), seconds
