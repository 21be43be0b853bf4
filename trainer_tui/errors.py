"""The only exceptions that are raised on purpose; everything else is a bug."""

from __future__ import annotations

from collections.abc import Iterable

from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a user's file, or, without a path, in what was typed: `line` and `column` count from 1;
    None = the file as a whole."""

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
        return _told(self.place, self.message, self.hint)


def _told(place: Place | None, *parts: str) -> str:
    """`place: one thing. Another.`, a full stop between them where there is none."""
    said = [part for part in parts if part]
    ended = [part if part.endswith((".", "!", "?", "…", ":")) else f"{part}." for part in said[:-1]]
    text = " ".join((*ended, *said[-1:]))
    return f"{place}: {text}" if place and place.path else text


class TrainerError(Exception):
    """A failure that a person can act on: one title, one message, one hint."""

    def __init__(self, title: str, message: str = "", hint: str = "", place: Place | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        return _told(self.place, self.title, self.message, self.hint)


class InvalidInput(TrainerError):
    """Some of a project's files cannot be read; `problems` lists every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FormatError(TrainerError):
    """One text (file, notation, shorthand) does not follow its format."""


class IllegalInput(TrainerError):
    """The session does not take this input now; nothing has happened."""
