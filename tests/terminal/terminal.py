"""The program in a real pseudo-terminal: what is written to it, what stands on its screen, how it is left."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

PATIENCE = 60.0
"""Seconds after which a test that waits for the screen fails; nothing is asserted about how long it takes."""


class Terminal:
    """`python -m trainer_tui …` in a terminal of `columns` x `rows`; `by`: what starts it there, and how."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        by: Sequence[str] = (),
    ) -> None:
        self.screen = pyte.Screen(*size)
        self.written = b""
        self.code: int | None = None
        self._stream = pyte.ByteStream(self.screen)
        self._rows: dict[int, str] = {}
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            # Not execv: a library may have put LINES and COLUMNS into the C environment, behind os.environ.
            surrounding = {**os.environ, "TERM": "xterm-256color", **(env or {})}
            command = [*by, sys.executable, "-m", "trainer_tui", *arguments]
            os.execve(command[0], command, surrounding)
        self.resize(*size)
        self.flags_before = termios.tcgetattr(self.descriptor)[3]

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.signals(signal.SIGWINCH)

    def signals(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def presses(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    @property
    def rows(self) -> list[str]:
        """What stands on the screen. Who waits looks often: only what was drawn on is put together again."""
        for y in self.screen.dirty:
            line = self.screen.buffer[y]
            self._rows[y] = "".join(line[x].data for x in range(self.screen.columns))
        self.screen.dirty.clear()
        return [self._rows[y] for y in range(self.screen.lines)]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def is_marked(self, text: str) -> bool:
        """Whether the text stands there on another background than what is right of it."""
        for y, row in enumerate(self.rows):
            x = row.find(text)
            line = self.screen.buffer[y]
            if x >= 0 and {line[place].bg for place in range(x, x + len(text))} != {line[x + len(text) + 2].bg}:
                return True
        return False

    def _read(self) -> bool:
        """Take what was written; False once the program has closed its end."""
        if not select.select([self.descriptor], [], [], 0.05)[0]:
            return True
        try:
            found = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.written += found
        self._stream.feed(found)
        return bool(found)

    def waits_for(self, wanted: Callable[[Terminal], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not wanted(self):
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"{what} did not come; the screen is\n{self.text}")

    def sees(self, *texts: str) -> None:
        for text in texts:
            self.waits_for(lambda terminal, text=text: text in terminal.text, repr(text))  # type: ignore[misc]

    def no_longer_sees(self, text: str) -> None:
        self.waits_for(lambda terminal: text not in terminal.text, f"the end of {text!r}")

    def ends(self) -> int:
        """The exit code, or minus the signal that ended it."""
        end = time.monotonic() + PATIENCE
        while self.code is None:
            self._read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError(f"the program did not end; the screen is\n{self.text}")
        while self._read() and select.select([self.descriptor], [], [], 0)[0]:
            pass
        return self.code

    @property
    def is_as_before(self) -> bool:
        """Echo and line editing are on again, and the alternate screen and the mouse are left."""
        flags = termios.tcgetattr(self.descriptor)[3]
        wanted = termios.ECHO | termios.ICANON | termios.ISIG
        left = self.written.rfind(b"\x1b[?1049l") > self.written.rfind(b"\x1b[?1049h")
        mouse = self.written.rfind(b"\x1b[?1000l") >= self.written.rfind(b"\x1b[?1000h")
        return flags & wanted == wanted and left and mouse

    def hangs_up(self) -> int:
        """The terminal is gone; the exit code, or minus the signal."""
        os.close(self.descriptor)
        self.descriptor = -1
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code

    def close(self) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.descriptor >= 0:
            os.close(self.descriptor)
