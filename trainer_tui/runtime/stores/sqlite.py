"""SQLite, which needs nothing beside Python; opened so that nothing can be written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from os.path import isfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trainer_tui.errors import TrainerError

_MOMENT = 0.05
_SIGNATURE = b"SQLite format 3\x00"


def is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SIGNATURE)) == _SIGNATURE
    except (OSError, ValueError):
        return False


def read_only(path: Path, label: str) -> SqliteDatabase:
    """TrainerError where there is no such file."""
    if not isfile(path):
        raise TrainerError(
            f"there is no database {label}",
            hint="Name the file that is 'db:' of the bot's tracker_store, or start the bot so that it makes it.",
        )
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    return SqliteDatabase(lambda: sqlite3.connect(uri, uri=True, check_same_thread=False), label)


class SqliteDatabase:
    def __init__(self, connected: Callable[[], sqlite3.Connection], label: str) -> None:
        self.label = label
        self._lock = threading.Lock()
        self._is_closing = False
        try:
            self._connection = connected()
            # A page of rows, which is looked through more than once.
            self._connection.execute("PRAGMA cache_size = -16384").close()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def rows(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        try:
            return self._fetched(statement, parameters)
        except sqlite3.Error as error:
            if self._is_closing or self._connection.text_factory is not str:
                raise self._failed(error) from None
        # What is no text in the end is said of its row. All texts are read so only where one is.
        self._connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        return self.rows(statement, parameters)

    def _fetched(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        with self._lock, closing(self._connection.execute(statement, parameters)) as cursor:
            return cursor.fetchall()

    def columns(self, statement: str) -> Sequence[str]:
        try:
            with self._lock, closing(self._connection.execute(statement)) as cursor:
                return [column[0] for column in cursor.description]
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def close(self) -> None:
        # Closed under a thread that reads, the connection would take the interpreter with it. A query that is about to
        # begin is not interrupted yet.
        self._is_closing = True
        self._connection.interrupt()
        while not self._lock.acquire(timeout=_MOMENT):
            self._connection.interrupt()
        self._connection.close()
        self._lock.release()

    def _failed(self, error: sqlite3.Error) -> TrainerError:
        return TrainerError(
            f"{self.label} cannot be read as a tracker store",
            str(error),
            "Name the database that is 'db:' of the bot's tracker_store.",
        )
