"""One fit beside the session: a short one in a thread, a long one in a process that can be ended.

What is fitted differs in a few functions; `Fit` names them, and the modules `dialogue` and `nlu` have one each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.beside import Progress, in_process, in_thread
from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays

Assignment = TypeVar("Assignment")
Solution = TypeVar("Solution")

Arrays = Mapping[str, NDArray[Any]]
Parts = tuple[Mapping[str, Any], Arrays]
"""Plain JSON, and arrays by name: what goes through the pipes of a process."""


class FitFailed(TrainerError):
    """The process of a fit ended without a solution."""


@dataclass(frozen=True, slots=True)
class Fit(Generic[Assignment, Solution]):
    """How one kind of model is fitted.

    `module`: the one of this package whose FIT it is; `failure` says what could not be done. An assignment whose `size`
    is more than `long_from` takes about 5 s and longer, and gets a process of its own.
    """

    module: str
    failure: str
    long_from: int
    size: Callable[[Assignment], int]
    solve: Callable[[Assignment, Progress], Solution]
    parts_of: Callable[[Assignment], Parts]
    assignment_of: Callable[[Mapping[str, Any], Arrays], Assignment]
    parts_of_solution: Callable[[Solution], Parts]
    solution_of: Callable[[Assignment, Mapping[str, Any], Arrays], Solution]

    def is_long(self, assignment: Assignment) -> bool:
        return self.size(assignment) > self.long_from


async def fit_beside(fit: Fit[Assignment, Solution], assignment: Assignment, progress: Progress) -> Solution:
    """Solve without holding up the event loop; `progress` is called in the loop's own thread.

    Cancelling ends a process at once; a thread cannot be ended, so its result is dropped.
    """
    if not fit.is_long(assignment):
        loop = asyncio.get_running_loop()

        def tell(doing: str, share: float) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(progress, doing, share)

        return await in_thread(lambda: fit.solve(assignment, tell))
    data = await in_thread(lambda: in_bytes(*fit.parts_of(assignment)))
    answer, said = await in_process("trainer_tui.runtime.fits.process", fit.module, data, progress)
    try:
        return await in_thread(lambda: fit.solution_of(assignment, *as_parts(answer)))
    except ValueError as error:  # the process did not come to its end
        raise FitFailed(fit.failure, said) from error


def in_bytes(described: Mapping[str, Any], arrays: Arrays) -> bytes:
    """One line of JSON, then the arrays."""
    return json.dumps(described).encode() + b"\n" + pack_arrays(arrays)


def as_parts(data: bytes) -> Parts:
    """The parts that `in_bytes` wrote; ValueError where they are not whole."""
    described, _, arrays = data.partition(b"\n")
    return json.loads(described), unpack_arrays(arrays)
