"""Conversations in files. Their events may lie mixed and be more than memory holds, so they are put by conversation
first, in a table like Rasa's in a temporary file that goes with the process.

The numbers of rows are those of events in the files: where these only grew, what is new is what has a higher one.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from os.path import isdir, isfile
from pathlib import Path
from typing import NamedTuple

from trainer_tui.errors import TrainerError
from trainer_tui.formats.conversation_file import reader_of
from trainer_tui.formats.json.event_rows import Row
from trainer_tui.formats.report import Report
from trainer_tui.runtime.files import reason
from trainer_tui.runtime.stores.sql import SqlStore
from trainer_tui.runtime.stores.sqlite import SqliteDatabase, is_sqlite
from trainer_tui.runtime.stores.store import StoredConversation, Unreadable

_HEAD = 65_536
"""So many characters say what a file is."""
_CHUNK = 1 << 20
_TABLE = """
CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT NOT NULL, data TEXT, digest TEXT, file INTEGER);
CREATE INDEX by_sender ON events (sender_id);
CREATE INDEX by_digest ON events (digest);
"""
_TIMESTAMP = re.compile(r'"timestamp"\s*:\s*([\d.]+)')


class _File(NamedTuple):
    """A file as it is now: its first `size` bytes are these."""

    name: str
    size: int
    digest: str


class FileStore:
    """A file, or those of a folder. TrainerError where it cannot be read or is none of conversations."""

    def __init__(self, path: Path, label: str) -> None:
        self.label = label
        self._path = path
        self._mark = ""
        self._sorted: tuple[list[_File], SqlStore, list[Unreadable]] | None = None
        if isfile(path) and reader_of(_head(path)) is None:
            raise TrainerError(
                f"no conversation is recognised in {label}",
                hint="Expected a tracker's JSON, events or trackers a line, lines that begin with user: or bot:, or a "
                "table with columns such as sender, time, who and text.",
            )

    def mark(self) -> str:
        return self._mark

    @property
    def share(self) -> float:
        return self._sorted[1].share if self._sorted is not None else 0.0

    def close(self) -> None:
        if self._sorted is not None:
            self._sorted[1].close()

    def conversation(self, sender_id: str) -> StoredConversation:
        return self._read()[1].conversation(sender_id)

    def conversations(self, since: str = "") -> Iterator[StoredConversation | Unreadable]:
        known, rows = _parsed(since)
        if known and self._is_as(known):
            self._mark = since
            return
        files, store, unreadable = self._read()
        yield from unreadable
        yield from store.conversations(rows if known and self._begins_with(known) else "")
        self._mark = json.dumps([files, store.mark()])

    def _paths(self) -> list[Path]:
        """The oldest first, by what they say themselves."""
        if not isdir(self._path):
            return [self._path]
        paths = [path for path in self._path.iterdir() if isfile(path) and not path.name.startswith(".")]
        return sorted(paths, key=lambda path: (_began(_head(path)), path.name))

    def _is_as(self, known: Sequence[_File]) -> bool:
        return self._begins_with(known) and [file.size for file in known] == [
            path.stat().st_size for path in self._paths()
        ]

    def _begins_with(self, known: Sequence[_File]) -> bool:
        """Whether nothing but behind the last of these files has changed."""
        paths = self._paths()[: len(known)]
        sizes = [path.stat().st_size for path in paths]
        if [path.name for path in paths] != [file.name for file in known]:
            return False
        grew = [size > file.size for size, file in zip(sizes, known, strict=True)]
        return not any(grew[:-1]) and all(
            file == _file(path, file.size) for path, file in zip(paths, known, strict=True)
        )

    def _read(self) -> tuple[list[_File], SqlStore, list[Unreadable]]:
        """The files as they are now and their events by conversation; what was read stays so while they stay."""
        try:
            if self._sorted is not None:
                if self._is_as(self._sorted[0]):
                    return self._sorted
                self._sorted[1].close()
            paths = self._paths()
            files = [_file(path, path.stat().st_size) for path in paths]
            connection = sqlite3.connect("", check_same_thread=False)
            unreadable: list[Unreadable] = []
            with connection:
                connection.executescript(_TABLE)
                for number, path in enumerate(paths):
                    unreadable += _put(connection, number, path, is_one_of_many=len(paths) > 1)
        except OSError as error:
            raise TrainerError(f"{self.label} cannot be read", f"{reason(error)}.") from None
        self._sorted = files, SqlStore(SqliteDatabase(lambda: connection, self.label)), unreadable
        return self._sorted


def _put(connection: sqlite3.Connection, number: int, path: Path, is_one_of_many: bool) -> Iterator[Unreadable]:
    """Put the events of a file into the table. One that a file before it has too, to the very time, is the same."""
    reader = reader_of(_head(path))
    if reader is None:
        what = (
            "it is a database: name that itself (--from)" if is_sqlite(path) else "no conversation is recognised in it"
        )
        yield Unreadable(path.name, f"{what}: it is left out")
        return
    report = Report(path.name)
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for row in reader(lines, path.stem, report):
            digest = _digest(row) if is_one_of_many else None
            connection.execute(
                "INSERT INTO events (sender_id, data, digest, file) SELECT :sender, :data, :digest, :file "
                "WHERE NOT EXISTS (SELECT 1 FROM events WHERE digest = :digest AND file < :file)",
                {"sender": row.sender_id, "data": json.dumps(row.source), "digest": digest, "file": number},
            )
    for problem in report.problems:
        line = problem.place.line if problem.place else None
        yield Unreadable(f"line {line} of {path.name}" if line else path.name, problem.message)


def _digest(row: Row) -> str | None:
    """What tells an event from others; None where it has no time."""
    if not isinstance(row.source.get("timestamp"), float):
        return None
    told = {name: value for name, value in row.source.items() if name != "sender_id"}
    text = json.dumps([row.sender_id, told], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _head(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.read(_HEAD)


def _began(head: str) -> float:
    found = _TIMESTAMP.search(head)
    return float(found[1]) if found else 0.0


def _file(path: Path, size: int) -> _File:
    found = hashlib.blake2b(digest_size=16)
    left = size
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            found.update(chunk)
            left -= len(chunk)
    return _File(path.name, size, found.hexdigest())


def _parsed(mark: str) -> tuple[list[_File], str]:
    if not mark:
        return [], ""
    files, rows = json.loads(mark)
    return [_File(*file) for file in files], rows
