"""Fits beside the session: short ones in a thread, long ones in a process that can be ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from trainer_tui.errors import TrainerError
from trainer_tui.policies.linear_model import LinearProblem, LinearSolution, Progress, solve
from trainer_tui.runtime.fits.dialogue_process import problem_as_bytes, solution_from_bytes

Result = TypeVar("Result")

LONG_FIT = 50_000_000
"""Non-zero features × labels from which a fit takes so long (about 5 s) that it gets a process of its own."""


class FitFailed(TrainerError):
    """The process of a fit ended without a solution."""


def is_long(problem: LinearProblem) -> bool:
    return len(problem.rows.indices) * problem.classes > LONG_FIT


async def fit_beside(problem: LinearProblem, progress: Progress) -> LinearSolution:
    """Solve the problem without holding up the event loop; `progress` is called in the loop's own thread.

    Cancelling ends a process at once; a thread cannot be ended, so its result is dropped.
    """
    loop = asyncio.get_running_loop()

    def tell(doing: str, share: float) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(progress, doing, share)

    if is_long(problem):
        answer, said = await in_process(
            "trainer_tui.runtime.fits.dialogue_process", problem_as_bytes(problem), progress
        )
        try:
            return solution_from_bytes(answer)
        except ValueError as error:
            raise FitFailed("the dialogue model could not be fitted", said) from error
    return await in_thread(lambda: solve(problem, tell))


async def in_thread(work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a thread that does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="fit", daemon=True).start()
    return await future


async def in_process(module: str, data: bytes, progress: Progress) -> tuple[bytes, str]:
    """What `module`, run in a process of its own, answers to `data`, and in one line what else it said.

    Cancelling ends the process at once.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert process.stdin and process.stdout and process.stderr
    try:
        answer, complaints, _ = await asyncio.gather(
            process.stdout.read(), _listen(process.stderr, progress), _give(process.stdin, data)
        )
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    said = complaints.strip().rsplit("\n", 1)[-1] or f"exit code {process.returncode}"
    return answer, f"{said.rstrip('.'):.300}."


async def _give(stream: asyncio.StreamWriter, data: bytes) -> None:
    try:
        stream.write(data)
        await stream.drain()
    except ConnectionError:
        pass  # it ended early, and what it said tells why
    finally:
        stream.close()


async def _listen(stream: asyncio.StreamReader, progress: Progress) -> str:
    """Pass progress on; whatever else the process says is returned."""
    others = []
    async for line in stream:
        text = line.decode(errors="replace")
        try:
            doing, share = json.loads(text)
            progress(str(doing), float(share))
        except (ValueError, TypeError):
            others.append(text)
    return "".join(others)
