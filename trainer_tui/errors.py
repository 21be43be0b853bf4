"""The only exceptions that are raised on purpose; everything else is a bug."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a user's file: `line` and `column` count from 1; None = the file as a whole."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.path]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input: what was found, what was expected, what to do.

    `is_error` tells what cannot be read (exit code 1) from a warning (undefined or unused names, conflicts).
    """

    message: str
    place: Place | None = None
    hint: str = ""
    is_error: bool = True

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head} {self.hint}".rstrip()


class TrainerError(Exception):
    """A failure that a person can act on: one title, one message, one hint."""

    def __init__(self, title: str, message: str = "", hint: str = "", place: Place | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        head = f"{self.place}: {self.title}" if self.place else self.title
        return " ".join(part for part in (head, self.message, self.hint) if part)


class InvalidInput(TrainerError):
    """Some of a project's files cannot be read; `problems` lists every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FormatError(TrainerError):
    """One text (file, notation, shorthand) does not follow its format."""


class IllegalInput(TrainerError):
    """The session does not take this input now; nothing has happened."""
