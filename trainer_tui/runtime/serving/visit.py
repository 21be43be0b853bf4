"""The program as a page shows it: a process of its own, which speaks in packets instead of to a terminal.

Textual's web driver, which `TEXTUAL_DRIVER` asks for, writes a line when it begins, then packets: a letter, four bytes
of length, and as many bytes. `D` is what a terminal would show, `M` is about the program. It reads the same.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress

from trainer_tui.runtime.serving import DRIVER

_BEGIN = b"__GANGLION__\n"
_SHOWN, _ABOUT = b"D", b"M"
_PATIENCE = 3.0
"""Seconds that the program has to take its leave. What was answered is on disk."""
_SAID = 4000
"""Bytes of what it says on standard error that are kept."""
_LARGEST = 1000
"""Columns or rows."""


class Visit:
    """One visitor's session."""

    def __init__(self, process: Process, heard: Callable[[str], object]) -> None:
        self._process = process
        self._heard = heard
        self._said = b""
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def begin(
        cls,
        command: Sequence[str],
        columns: int,
        rows: int,
        environ: Mapping[str, str],
        heard: Callable[[str], object],
    ) -> Visit:
        """`heard` is given each line that the program says beside the screen, such as how far reading is."""
        surrounding = {
            **environ,
            "TEXTUAL_DRIVER": DRIVER,
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": str(_bounded(columns)),
            "ROWS": str(_bounded(rows)),
        }
        # In a session of its own: Ctrl-C in the terminal that serves ends it by way of the server.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=surrounding, start_new_session=True
        )
        return cls(process, heard)

    async def shown(self) -> AsyncIterator[bytes]:
        """What a terminal would show, until the program ends."""
        output = self._process.stdout
        assert output is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await output.readuntil(_BEGIN)
            while True:
                kind = await output.readexactly(1)
                payload = await output.readexactly(int.from_bytes(await output.readexactly(4), "big"))
                if kind == _SHOWN:
                    yield payload

    async def takes(self, typed: str) -> None:
        await self._send(_SHOWN, typed.encode("utf-8", "replace"))

    async def resizes(self, columns: int, rows: int) -> None:
        await self._tell(type="resize", width=_bounded(columns), height=_bounded(rows))

    async def has_focus(self, is_focused: bool) -> None:
        await self._tell(type="focus" if is_focused else "blur")

    async def end(self) -> str:
        """Have it take its leave; what it said beside the screen, at last how to come back."""
        await self._tell(type="quit")
        await self._ends_within_patience()
        for number in ("terminate", "kill"):
            if self._process.returncode is None:
                getattr(self._process, number)()
                await self._ends_within_patience()
        self._hearing.cancel()
        return self._said.decode("utf-8", "replace")

    async def _ends_within_patience(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(self._process.wait(), asyncio.shield(self._hearing)), _PATIENCE)

    async def _hear(self) -> None:
        errors = self._process.stderr
        assert errors is not None
        while found := await errors.read(_SAID):
            self._said = (self._said + found)[-_SAID:]
            # The end of a line may come by itself.
            if line := found.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]:
                self._heard(line)

    async def _tell(self, **about: str | int) -> None:
        await self._send(_ABOUT, json.dumps(about).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        # It may have ended meanwhile, which `shown` tells.
        with suppress(ConnectionError, RuntimeError):
            pipe.write(kind + len(payload).to_bytes(4, "big") + payload)
            await pipe.drain()


def _bounded(size: int) -> int:
    return max(1, min(size, _LARGEST))
