"""Lines and signals, awaited: the event loop goes on while nothing is typed, so that models are fitted meanwhile."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from types import TracebackType
from typing import TextIO

from trainer_tui.errors import IllegalInput

_CHUNK = 65_536


class LineReader:
    """Reads a stream line by line. A stream without a file behind it (a StringIO) is read as it is."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._descriptor = _descriptor(source)
        self._pending = b""
        self._is_at_end = False

    async def read(self) -> str | None:
        """The next line without its end, None at the end of the input; IllegalInput where it is not UTF-8."""
        if self._descriptor is None:
            await asyncio.sleep(0)
            text = self._source.readline()
            return text.rstrip("\r\n") if text else None
        while b"\n" not in self._pending and not self._is_at_end:
            await _readable(self._descriptor)
            chunk = os.read(self._descriptor, _CHUNK)
            self._is_at_end = not chunk
            self._pending += chunk
        if not self._pending:
            return None
        line, _, self._pending = self._pending.partition(b"\n")
        try:
            return line.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError as error:
            raise IllegalInput("that line is not UTF-8", hint="Type it again, or set the terminal to UTF-8.") from error


def _descriptor(source: TextIO) -> int | None:
    try:
        return source.fileno()
    except (OSError, io.UnsupportedOperation):
        return None


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(descriptor, _settle, future)
    except PermissionError:
        # A file on disk cannot be waited for; it is always readable.
        return
    try:
        await future
    finally:
        loop.remove_reader(descriptor)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class Signals:
    """SIGINT, SIGTERM and SIGHUP as they come, while this is entered."""

    def __init__(self) -> None:
        self._interrupts: asyncio.Queue[int] = asyncio.Queue()
        self._ends: asyncio.Queue[int] = asyncio.Queue()
        self._taken = {signal.SIGINT: self._interrupts, signal.SIGTERM: self._ends, signal.SIGHUP: self._ends}

    def __enter__(self) -> Signals:
        loop = asyncio.get_running_loop()
        for number, queue in self._taken.items():
            loop.add_signal_handler(number, queue.put_nowait, int(number))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in self._taken:
            loop.remove_signal_handler(number)

    async def interrupt(self) -> None:
        """Returns at the next Ctrl-C."""
        await self._interrupts.get()

    async def end(self) -> int:
        """The number of the next signal that ends the program."""
        return await self._ends.get()
