"""One fit beside the session: a short one in a thread, a long one in a process that can be ended.

What is fitted says by itself how long that takes, how it is solved, and as which parts it goes through the pipes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from trainer_tui.errors import TrainerError
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import from_a_thread, in_process, in_thread
from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays

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


class FitFailed(TrainerError):
    """The process of a fit ended without a solution."""


async def fit_beside(problem: Problem[Solution], progress: Progress) -> Solution:
    """Solve without holding up the event loop; `progress` is called in the loop's own thread.

    Cancelling ends a process at once; a thread cannot be ended, so its result is dropped.
    """
    if problem.seconds < LONG:
        tell = from_a_thread(progress)
        return await in_thread(lambda: problem.solve(tell))
    data = await in_thread(lambda: in_bytes(*problem.to_parts()))
    kind = f"{type(problem).__module__}:{type(problem).__name__}"
    answer, said = await in_process("trainer_tui.runtime.fits.process", kind, data, progress)
    try:
        return await in_thread(lambda: problem.solution_of(*as_parts(answer)))
    except ValueError as error:  # the process did not come to its end
        raise FitFailed("the model could not be fitted", said) from error


def in_bytes(described: Mapping[str, Any], arrays: Arrays) -> bytes:
    """One line of JSON, then the arrays."""
    return json.dumps(described).encode() + b"\n" + pack_arrays(arrays)


def as_parts(data: bytes) -> tuple[Mapping[str, Any], Arrays]:
    """The parts that `in_bytes` wrote; ValueError where they are not whole."""
    described, _, arrays = data.partition(b"\n")
    return json.loads(described), unpack_arrays(arrays)
