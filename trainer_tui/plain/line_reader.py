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

    _TAKEN = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self._received: asyncio.Queue[int] = asyncio.Queue()

    def __enter__(self) -> Signals:
        loop = asyncio.get_running_loop()
        for number in self._TAKEN:
            loop.add_signal_handler(number, self._received.put_nowait, int(number))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in self._TAKEN:
            loop.remove_signal_handler(number)

    async def next(self) -> int:
        """The number of the next signal."""
        return await self._received.get()
