"""The process that fits, seen from the session: what a fit imports and takes is never the session's own.

scikit-learn and SciPy are as large as all else of a session together, and take a second to import. So a process stays
once it was needed, and later fits cost no more than themselves.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any

from trainer_tui.errors import TrainerError
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import end_at_once
from trainer_tui.runtime.fits.messages import receive, send

Answers = SimpleQueue[tuple[dict[str, Any], bytes]]


class FitFailed(TrainerError):
    """There is no solution."""


class FittingProcess:
    """Started by its first fit, and anew where it has ended; takes fits from any number of threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[int, Answers] = {}
        self._is_over = False

    def solution(self, kind: str, problem: bytes, progress: Progress) -> tuple[bytes, float]:
        """The parts of the solution, in bytes, of the parts of a problem of this class (`MODULE:CLASS`), and the
        seconds that it took to find.

        FitFailed says why there is none.
        """
        answers = self._ask(kind, problem)
        while True:
            header, data = answers.get()
            if "fault" in header:
                raise FitFailed(*header["fault"])
            if "seconds" in header:
                return data, header["seconds"]
            progress(header["doing"], header["share"])

    def end(self) -> None:
        """At once, with all that is fitted in it; nothing is fitted here any more."""
        self._is_over = True
        if process := self._process:
            end_at_once(process)

    def _ask(self, kind: str, problem: bytes) -> Answers:
        """Where its answers will be: how far it is, then a solution or a fault."""
        with self._lock:
            process = self._process or self._start()
            if self._is_over:
                process.kill()
            number, answers = next(self._numbers), Answers()
            self._waiting[number] = answers
            assert process.stdin
            with suppress(OSError):  # it has ended, as everybody who waits will be told
                send(process.stdin, {"number": number, "kind": kind}, problem)
        return answers

    def _start(self) -> subprocess.Popen[bytes]:
        # What it complains of goes to a file, not to a pipe, which somebody would have to empty.
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who listens
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", "trainer_tui.runtime.fits.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            process_group=0,  # Ctrl-C is for the session
        )
        self._waiting = {}
        Thread(target=self._listen, args=(process, self._waiting, complaints), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[bytes], waiting: dict[int, Answers], complaints: IO[bytes]) -> None:
        assert process.stdin and process.stdout
        with complaints, process.stdout:
            while (answer := receive(process.stdout)) is not None:
                header, _ = answer
                number = header["number"]
                answers = waiting[number] if "doing" in header else waiting.pop(number)
                answers.put(answer)
            code = process.wait()
            complaints.seek(0)
            *_, said = (b"", *complaints.read().splitlines())
        with self._lock:
            self._process = None
            with suppress(OSError):  # what it was still given goes nowhere
                process.stdin.close()
        told = f"{said.decode(errors='replace').rstrip('.') or f'exit code {code}':.300}."
        for answers in waiting.values():
            answers.put(({"fault": ["the model could not be fitted", told, ""]}, b""))
