"""The sessions of a project: their names, and the one that a person may want to go on with."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.journal import is_open, sessions

_NAME = re.compile(r"[\w][\w.\- ]{0,99}")
_NUMBERED = re.compile(r"session-(\d+)")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A session that was left with answers that no export has written; `at` is its last change."""

    path: Path
    answers: int
    at: float

    @property
    def name(self) -> str:
        return self.path.stem


def make_state_folder(folder: Path) -> None:
    """The folder of sessions, models and logs. A new one is kept out of the project's git by an ignore file of its own;
    one that was there before is the person's. What cannot be written is said by those who write there."""
    with suppress(OSError):
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def session_name(given: str) -> str:
    """A name that can be a file's; TrainerError otherwise."""
    if not _NAME.fullmatch(given):
        raise TrainerError(
            f"{given!r} cannot name a session", hint="Letters, digits, blanks and . - _ only, 100 of them at most."
        )
    return given


def next_name(folder: Path) -> str:
    """`session-N`, the next number."""
    numbers = [int(match[1]) for path in sessions(folder) if (match := _NUMBERED.fullmatch(path.stem))]
    return f"session-{max(numbers, default=0) + 1}"


def unfinished(folder: Path) -> Unfinished | None:
    """The latest session that is open nowhere, if it has answers and its last word is not an export."""
    for path in sessions(folder):
        if is_open(path):
            continue
        kinds = _kinds(path)
        answers = sum(kind == "MessageTyped" for kind in kinds)
        if not answers:
            continue
        return None if kinds[-1] == "Exported" else Unfinished(path, answers, path.stat().st_mtime)
    return None


def _kinds(path: Path) -> list[str]:
    """What each line of a journal is, read without building anything."""
    kinds = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines):
                try:
                    record = json.loads(line)
                    given = record.get("given") or {}
                except (ValueError, AttributeError):
                    break
                if number:
                    kinds.append(str(given.get("is") or record.get("is")))
    except OSError:
        return []
    return kinds
