"""What a command prints, and the only place that does: no line steers the terminal, whatever a file's name holds."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TextIO

from trainer_tui.errors import Place, Problem
from trainer_tui.pace import Pace
from trainer_tui.progress import Progress, bar
from trainer_tui.words import STEERING, clean, near, unobeyed

_WARNINGS_SHOWN = 5
_MOMENT = 0.5
"""Seconds."""
_AGAIN = 5.0
"""Seconds between two lines on how far it is, where none is written over."""
_BAR = 20
_PRINTING = threading.RLock()
_lines_shown: list[_Line] = []
"""At most one: the line that is written over, as long as it stands there."""


class OutputRefused(Exception):
    """Standard output takes no more, as on a full disk; its words say why."""


def say(line: str, to: TextIO | None = None) -> None:
    """A line, or several, of a command's result; written at once, so that whoever reads it line by line can go on.
    BrokenPipeError where nobody does, OutputRefused where nothing can be written."""
    _print(unobeyed(line), to or sys.stdout)


def say_json(found: Any, indent: int | None = None) -> None:
    """The result as JSON, which a program may read and a person may look at: what would steer is written `\\u001b`."""
    text = json.dumps(found, ensure_ascii=False, indent=indent)
    _print(STEERING.sub(_escape, text), sys.stdout)


def _print(text: str, to: TextIO) -> None:
    try:
        with _beside_the_line():
            print(text, file=to, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        if to is not sys.stderr:  # what standard error does not take is lost: there is nowhere to complain of it
            raise OutputRefused(error.strerror or str(error)) from error


def let_go_of_output() -> None:
    """What is left of it goes nowhere, without a complaint when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def problem_as_dict(problem: Problem) -> dict[str, Any]:
    """As every list of problems has it in JSON."""
    return {"message": problem.message, **place_as_dict(problem.place), "hint": problem.hint}


def place_as_dict(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.path, "line": place.line, "column": place.column}


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def tell(line: str) -> None:
    """What is said beside the result, on standard error."""
    say(line, sys.stderr)


@contextmanager
def telling(what: str) -> Iterator[Progress]:
    """Tell what is being done, where it takes longer than a moment: on a terminal how far it is, too, which is told
    what this gives, in one line that is gone in the end; elsewhere in a line now and then."""
    line = _Line(what) if _is_terminal() else _Lines(what)
    _after(_MOMENT, line.show)
    try:
        yield line.take
    finally:
        line.end()


def _after(seconds: float, what: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, what, ())
    timer.daemon = True
    timer.start()


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") not in (None, "", "dumb")


class _Lines:
    """How far work is, where nothing is written over: in a file, a pipe, or under a voice that reads it."""

    def __init__(self, what: str) -> None:
        self._pace = Pace(what)
        self._is_over = threading.Event()

    @property
    def take(self) -> Progress:
        return self._pace.take

    def show(self) -> None:
        """What is done; then, until it ends, how far it is."""
        self._tell(f"{self._pace.doing} ...")

    def _tell(self, told: str) -> None:
        with _PRINTING:
            if not self._is_over.is_set():
                tell(told)
                _after(_AGAIN, lambda: self._tell(f"{self._pace.doing}: {self._pace.how_far()}"))

    def end(self) -> None:
        with _PRINTING:
            self._is_over.set()


class _Line(_Lines):
    """The same in a line of the terminal that is written over while the work goes on."""

    def show(self) -> None:
        """From now on, until it ends."""
        while not self._is_over.is_set():
            with _PRINTING:
                if not self._is_over.is_set():
                    _lines_shown[:] = [self]
                    self.draw()
            self._is_over.wait(_MOMENT)

    def end(self) -> None:
        self._is_over.set()
        with _PRINTING:
            if self in _lines_shown:
                _lines_shown.clear()
                self.erase()

    def draw(self) -> None:
        is_unicode = (sys.stderr.encoding or "").lower().startswith("utf")
        full, empty, between = ("━", "─", " · ") if is_unicode else ("=", "-", ", ")
        shown = f"{bar(self._pace.share, _BAR, full, empty)} " if self._pace.share else ""
        told = f"{shown}{self._pace.how_far()}{between}Ctrl-C stops"
        # Behind it the terminal writes ^C, in the same row.
        room = os.get_terminal_size(sys.stderr.fileno()).columns - 4
        what = clean(self._pace.doing)[: max(room - len(told) - 1, 0)]
        self._write(f"\r\x1b[K{f'{what} {told}'[:room]}")

    def erase(self) -> None:
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal may be gone: the work goes on
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def _beside_the_line() -> Iterator[None]:
    """What is printed meanwhile stands above the line."""
    with _PRINTING:
        for line in _lines_shown:
            line.erase()
        yield
        for line in _lines_shown:
            line.draw()


def tell_notes(notes: Sequence[str], warnings: Sequence[Problem]) -> None:
    """What stands in for what, and the first few warnings."""
    for note in notes:
        tell(note)
    for warning in warnings[:_WARNINGS_SHOWN]:
        tell(f"warning: {warning}")
    if len(warnings) > _WARNINGS_SHOWN:
        tell(f"… and {len(warnings) - _WARNINGS_SHOWN} warnings more: trainer-tui data validate")


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        unknown = message.partition("unrecognized arguments: ")[2]
        if unknown:
            known = [flag for action in self._actions for flag in action.option_strings if "_" not in flag]
            meant = near(unknown.split()[0], known)
            message = f"{unknown} is not known here" + (f" (did you mean {meant[0]}?)" if meant else "")
        tell(f"{self.prog}: {message}. {self.prog} --help lists the options.")
        sys.exit(2)
