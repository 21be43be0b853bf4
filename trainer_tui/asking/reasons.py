"""Why something cannot be done, in one sentence for the place where it was tried."""

from __future__ import annotations

from trainer_tui.errors import TrainerError


def reason(error: TrainerError) -> str:
    """The error's message; a place in what was typed is a character or line of it, one in a file is the file's."""
    place = error.place
    if place is None or place.path:
        return str(error)
    where = f" (character {place.column})" if place.column else f" (line {place.line})" if place.line else ""
    return " ".join(part for part in (f"{error.title}{where}.", error.message, error.hint) if part)
