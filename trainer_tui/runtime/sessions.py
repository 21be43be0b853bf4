"""The sessions of a project: their names, and the one that a person may want to go on with."""

from __future__ import annotations

import re
from contextlib import suppress
from os.path import exists
from pathlib import Path

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.journal import is_open, sessions
from trainer_tui.session.records import DomainChanged

_NAME = re.compile(r"[\w][\w.\- ]{0,99}")
_RECORD = re.compile(rb'\{"is":"(\w+)"(?:,"given":\{"is":"(\w+)")?')
_MESSAGE = b'\n{"is":"Answered","given":{"is":"MessageTyped"'


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
    """The folder of sessions, models and logs. A new one is kept out of the project's git by an ignore file of its own,
    and is nobody else's to read: it holds transcripts. One that was there before and has no such file is the person's.
    What cannot be written is said by those who write there."""
    ignored = folder / ".gitignore"
    with suppress(OSError):
        if not exists(folder):
            folder.mkdir(parents=True)
            ignored.write_text("*\n", encoding="utf-8")
        if ignored.read_bytes() == b"*\n":
            folder.chmod(0o700)


def session_name(given: str) -> str:
    """A name that can be a file's; TrainerError otherwise."""
    if not _NAME.fullmatch(given):
        raise TrainerError(
            f"{given!r} cannot name a session", hint="Letters, digits, blanks and . - _ only, 100 of them at most."
        )
    return given


def next_name(folder: Path, kind: str = "session") -> str:
    """`session-N`, the next number."""
    names = (path.stem.removeprefix(f"{kind}-") for path in sessions(folder) if path.stem.startswith(f"{kind}-"))
    return f"{kind}-{max((int(name) for name in names if name.isdecimal()), default=0) + 1}"


def unfinished(folder: Path) -> Unfinished | None:
    """The latest session that is open nowhere, if it has answers and its last word is not an export."""
    for path in sessions(folder):
        if is_open(path):
            continue
        try:
            content = path.read_bytes()
        except OSError:
            continue
        answers = content.count(_MESSAGE)
        if not answers:
            continue
        return None if _last_record(content) == "Exported" else Unfinished(path, answers, path.stat().st_mtime)
    return None


def _last_record(journal: bytes) -> str:
    """What it is, by how its line begins, as messages are counted too: nothing is built, and damage does no harm."""
    found = (_RECORD.match(line) for line in reversed(journal.split(b"\n")))
    kinds = ((match[2] or match[1]).decode() for match in found if match)
    return next((kind for kind in kinds if kind != DomainChanged.__name__), "")
