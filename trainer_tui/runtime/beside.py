"""Work beside the session: in a thread, or in a process that can be ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from time import monotonic
from typing import IO, Any, TypeVar

from trainer_tui.progress import Progress

Result = TypeVar("Result")

_NAME = "beside"
_PATIENCE = 0.5
"""Seconds that a process that was ended has to be gone."""
_TOLD_EVERY = 0.05
"""Seconds; work that tells of each of thousands of steps would have the loop do nothing else."""


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

    threading.Thread(target=run, name=_NAME, daemon=True).start()
    return await future


@contextlib.asynccontextmanager
async def each_second(show: Callable[[], None]) -> AsyncIterator[None]:
    """Show what is under way again and again: it may tell nothing new for long."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(1)
            show()

    clock = asyncio.create_task(go_on())
    try:
        yield
    finally:
        clock.cancel()


class _Stopped(Exception):
    """Nobody waits for the work any more."""


async def in_thread_telling(work: Callable[[Progress], Result], progress: Progress) -> Result:
    """The result of work that tells how far it is; cancelled, it stops where it would tell next."""
    tell, is_over = from_a_thread(progress), threading.Event()
    told_at, told_last = 0.0, ""

    def told(doing: str, share: float) -> None:
        nonlocal told_at, told_last
        if is_over.is_set():
            raise _Stopped
        if doing != told_last or monotonic() - told_at > _TOLD_EVERY:
            told_at, told_last = monotonic(), doing
            tell(doing, share)

    try:
        return await in_thread(lambda: work(told))
    finally:
        is_over.set()


def beside(work: Callable[[Progress], Result]) -> Callable[[Progress], Coroutine[Any, Any, Result]]:
    """The work, to be done by `in_thread_telling` when somebody waits for it."""
    return lambda progress: in_thread_telling(work, progress)


def from_a_thread(progress: Progress) -> Progress:
    """The same for another thread to call: it happens in the loop that runs here."""
    loop = asyncio.get_running_loop()

    def tell(doing: str, share: float) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(progress, doing, share)

    return tell


def is_busy() -> bool:
    """Whether a thread is at work that nobody can end: the interpreter must not be taken down around it."""
    return any(thread.name == _NAME for thread in threading.enumerate())


async def in_process(module: str, argument: str, data: bytes, progress: Progress) -> tuple[bytes, str]:
    """What `module`, run with the argument and our process id in a process of its own, answers to `data`, and in one
    line what else it said. Cancelling ends the process at once.

    `data` is its standard input, the answer its standard output; `[doing, share]` as JSON on a line of standard error
    is progress. The process is not asyncio's: one that is cancelled while it is created is waited for for ever there.
    """
    tell = from_a_thread(progress)
    command = [sys.executable, "-P", "-m", module, argument, str(os.getpid())]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        return await in_thread(lambda: _conversation(process, data, tell))
    finally:
        end_at_once(process)


def end_at_once(process: subprocess.Popen[bytes]) -> None:
    """Gone before we are, so that nobody finds it at work on the files that we left."""
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)


def _conversation(process: subprocess.Popen[bytes], data: bytes, progress: Progress) -> tuple[bytes, str]:
    """Give, listen and read at once: either side may have to wait for the other."""
    assert process.stdin and process.stdout and process.stderr
    complaints: list[str] = []
    others = [
        threading.Thread(target=_give, args=(process.stdin, data), daemon=True),
        threading.Thread(target=_listen, args=(process.stderr, progress, complaints), daemon=True),
    ]
    for thread in others:
        thread.start()
    answer = process.stdout.read()
    for thread in others:
        thread.join()
    code = process.wait()
    said = "".join(complaints).strip().rsplit("\n", 1)[-1] or f"exit code {code}"
    for stream in (process.stdout, process.stderr):
        stream.close()
    return answer, f"{said.rstrip('.'):.300}."


def _give(stream: IO[bytes], data: bytes) -> None:
    # A process that ended early says on its standard error why.
    with contextlib.suppress(OSError), stream:
        stream.write(data)


def _listen(stream: IO[bytes], progress: Progress, others: list[str]) -> None:
    """Pass progress on; whatever else the process says is kept."""
    for line in stream:
        text = line.decode(errors="replace")
        try:
            doing, share = json.loads(text)
            progress(str(doing), float(share))
        except (ValueError, TypeError):
            others.append(text)
