"""`trainer-tui --plain` as a program of its own, spoken to through pipes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

QUESTION = "Your message:"


class Program:
    """A session in another process. What it says is read as far as it is waited for."""

    def __init__(self, *arguments: str | Path, environ: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "trainer_tui", "--plain", "--actions", *map(str, arguments)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            bufsize=1,
            env={**os.environ, **(environ or {})},
        )
        self.said: list[str] = []

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def hears(self, words: str) -> str:
        """Read on until a line has these words; that line."""
        return self._reads(self.process.stdout, words)

    def is_told(self, words: str) -> str:
        """The same of what is said beside the session, on standard error."""
        return self._reads(self.process.stderr, words)

    def _reads(self, stream: IO[str] | None, words: str) -> str:
        assert stream is not None
        for line in stream:
            self.said.append(line.rstrip("\n"))
            if words in line:
                return self.said[-1]
        raise AssertionError(f"{words!r} was not said, but {self.said}; {self.process.communicate()[1]}")

    def says(self, *lines: str) -> Program:
        assert self.process.stdin is not None
        for line in lines:
            self.process.stdin.write(line + "\n")
        return self

    def is_signalled(self, number: signal.Signals) -> Program:
        self.process.send_signal(number)
        return self

    def ends(self) -> tuple[int, str, str]:
        """End the input and wait: exit code, what was said since, and the complaints."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def run(*arguments: str | Path, typed: str = "", environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """A whole session with its input known beforehand."""
    with Program(*arguments, environ=environ) as program:
        out, err = program.process.communicate(typed, timeout=120)
        return program.process.returncode, out, err
