"""Work beside the session: in a thread, or in a process that can be ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""


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


async def in_process(module: str, argument: str, data: bytes, progress: Progress) -> tuple[bytes, str]:
    """What `module`, run with the argument in a process of its own, answers to `data`, and in one line what else it
    said. Cancelling ends the process at once.

    `data` is its standard input, the answer its standard output; `[doing, share]` as JSON on a line of standard error
    is progress.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, argument, stdin=pipe, stdout=pipe, stderr=pipe
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
