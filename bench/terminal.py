"""A program in a pseudo-terminal of 80 x 24: what it draws is read as it comes, keys are typed, and it is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import resource
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from pathlib import Path

_PATIENCE = 240.0


class Terminal:
    def __init__(self, command: list[str], environ: Mapping[str, str], folder: Path | None = None) -> None:
        self.process, self._descriptor = pty.fork()
        if self.process == 0:
            os.chdir(folder or ".")
            os.execve(command[0], command, {**environ, "TERM": "xterm-256color"})
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def hears(self, words: bytes) -> None:
        """Read until it draws these."""
        said, until = b"", time.monotonic() + _PATIENCE
        while words not in said:
            chunk = self._read(until - time.monotonic())
            if not chunk:
                raise RuntimeError(f"{words!r} is not drawn: {said[-300:]!r}")
            said += chunk

    def draws(self, seconds: float) -> None:
        """Let it draw for so long, so that it need not wait for a reader."""
        until = time.monotonic() + seconds
        while self._read(until - time.monotonic()):
            pass

    def types(self, keys: bytes) -> None:
        os.write(self._descriptor, keys)

    def ends(self) -> resource.struct_rusage:
        """Killed: what it has used."""
        os.kill(self.process, signal.SIGKILL)
        _, _, usage = os.wait4(self.process, 0)
        os.close(self._descriptor)
        return usage

    def _read(self, patience: float) -> bytes:
        """What comes next; nothing where nothing comes in time, or no more."""
        if patience > 0 and select.select([self._descriptor], [], [], patience)[0]:
            with contextlib.suppress(OSError):  # how a terminal says that its program has ended
                return os.read(self._descriptor, 65_536)
        return b""
