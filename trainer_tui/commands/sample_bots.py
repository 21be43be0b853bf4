"""Bots to try it with, which come with the program."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import isdir
from pathlib import Path

from trainer_tui.errors import TrainerError

SAMPLE_BOTS = {
    "concertbot": "the dialect of 2018, whose stories leave one question open",
    "formbot": "a form of Rasa 3 that fills slots and is interrupted",
    "moodbot": "the smallest one, which asks how you are",
}
_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "sample_bots", _PACKAGE.parent / "sample_bots")
"""In what is installed, in a checkout."""
_PARTS = {".yml", ".md", ".py"}
_OTHERS = {".trainer", "walks", "__pycache__"}
"""What a session or the tests have beside them in a checkout."""


def files_of(name: str) -> Iterator[tuple[Path, Path]]:
    """The files of a sample bot: where each is, and where it goes, as seen from the bot's folder. TrainerError."""
    root = next((place / name for place in _PLACES if isdir(place / name)), None)
    if root is None:
        raise TrainerError(f"the sample bot {name} is not installed", hint="Install trainer-tui again.")
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in _PARTS and not _OTHERS & set(inside.parts):
            yield path, inside
