"""What a command prints, and the only place that does: no line steers the terminal, whatever a file's name holds."""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO

from trainer_tui.errors import Place, Problem
from trainer_tui.words import STEERING, near, unobeyed

_WARNINGS_SHOWN = 5
_MOMENT = 0.5
"""Seconds."""


def say(line: str, to: TextIO | None = None) -> None:
    """A line, or several, of a command's result; written at once, so that whoever reads it line by line can go on."""
    print(unobeyed(line), file=to or sys.stdout, flush=True)


def say_json(found: Any, indent: int | None = None) -> None:
    """The result as JSON, which a program may read and a person may look at: what would steer is written `\\u001b`."""
    text = json.dumps(found, ensure_ascii=False, indent=indent)
    print(STEERING.sub(_escape, text), flush=True)


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
def telling(what: str) -> Iterator[None]:
    """Tell what is being done, where it takes longer than a moment."""
    timer = threading.Timer(_MOMENT, tell, (f"{what} ...",))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


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
