"""The Python of a project's actions, as text: it is read, and never run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os.path import isfile
from pathlib import Path

from trainer_tui.formats.action_descriptions import descriptions


def texts_of_actions(root: Path) -> Iterator[str]:
    """Of `actions.py`, and of the package `actions`; a file that cannot be read is left out."""
    for file in (root / "actions.py", *sorted((root / "actions").rglob("*.py"))):
        if isfile(file):
            try:
                yield file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue


def described_actions(root: Path) -> Mapping[str, str]:
    """What the code says that each action does."""
    return {name: told for text in texts_of_actions(root) for name, told in descriptions(text).items()}
