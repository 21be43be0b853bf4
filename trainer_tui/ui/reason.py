"""Why something cannot be done, in one sentence for the place where it was tried."""

from __future__ import annotations

from trainer_tui.errors import TrainerError


def reason(error: TrainerError) -> str:
    """The error's message; a place in what was typed is "line 2" or "at character 7", one in a file is the file's."""
    place = error.place
    if place is None or place.path:
        return str(error)
    where = f"Line {place.line}: " if place.line is not None else ""
    column = f" at character {place.column}" if place.line is None and place.column is not None else ""
    return f"{where}{error.title}{column}. {error.message} {error.hint}".replace("  ", " ").strip()
