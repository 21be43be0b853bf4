"""What a reader found wrong in one file, collected while the rest of it is read."""

from __future__ import annotations

from dataclasses import field

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, Place, Problem


@dataclass(slots=True)
class Report:
    """Problems of the file `path`; lines count from 1, None = the file as a whole."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def place(self, line: int | None = None, column: int | None = None) -> Place:
        return Place(self.path, line, column)

    def error(self, line: int | None, message: str, hint: str = "", *, column: int | None = None) -> None:
        """Something that cannot be read and is left out."""
        self.problems.append(Problem(message, self.place(line, column), hint))

    def warning(self, line: int | None, message: str, hint: str = "") -> None:
        """Something that is read otherwise than it may have been meant, or that Rasa reads and this does not need."""
        self.problems.append(Problem(message, self.place(line), hint, is_error=False))

    def failure(self, error: FormatError, line: int | None) -> None:
        """A FormatError of a part of the file, at its line."""
        message = ": ".join(part.rstrip(".") for part in (error.title, error.message) if part)
        self.problems.append(Problem(message, error.place or self.place(line), error.hint))
