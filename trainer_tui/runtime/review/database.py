"""What a review knows of real conversations and what was decided about them, in `.trainer/review.db` (SQLite).

Theory of operation. Conversations of the same turns are one `shape`, and everything that is scored, shown and decided
is a shape's: so a decision holds for those that are still to come. A `conversation` is a session of a sender, and says
which shape it has now; when it went on it has another one. `decided` and `settled` are logs that only grow: what counts
is the last line of its kind that was not taken back. So two people at one folder never overwrite one another, and what
a commit has written is there after kill -9.

Rules of the room. Every write is one transaction that takes the lock at its start. What users said is kept as far as
it is shown in a list; the rest of a conversation is read from its store when it is opened. Nobody else may read the
file, and no URL is in it, only the label of a store.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.files import reason

_PATIENCE = 10.0
"""Seconds to wait for whoever else writes."""

_MOST_PARAMETERS = 500

_MIGRATIONS = (
    """
    CREATE TABLE source (
        id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE,
        mark TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE cast_list (
        id INTEGER PRIMARY KEY, intents TEXT NOT NULL, actions TEXT NOT NULL, slots TEXT NOT NULL,
        channels TEXT NOT NULL, models TEXT NOT NULL, UNIQUE (intents, actions, slots, channels, models)
    );
    CREATE TABLE shape (
        id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, model TEXT NOT NULL, turns INTEGER NOT NULL,
        opening TEXT NOT NULL, worth REAL NOT NULL, reasons TEXT NOT NULL, cast_list INTEGER NOT NULL,
        count INTEGER NOT NULL DEFAULT 0, last_at REAL, latest INTEGER, decision TEXT
    );
    CREATE INDEX shape_worth ON shape (worth DESC, id) WHERE count > 0;
    CREATE INDEX shape_newest ON shape (last_at DESC, id) WHERE count > 0;
    CREATE INDEX shape_count ON shape (count DESC, worth DESC, id) WHERE count > 0;
    CREATE INDEX shape_cast ON shape (cast_list, count);
    CREATE TABLE conversation (
        id INTEGER PRIMARY KEY, source INTEGER NOT NULL, sender TEXT NOT NULL, session INTEGER NOT NULL,
        first_at REAL, last_at REAL, channel TEXT NOT NULL, shape INTEGER NOT NULL, UNIQUE (source, sender, session)
    );
    CREATE TABLE pattern (
        model TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (model, name)
    ) WITHOUT ROWID;
    CREATE INDEX conversation_shape ON conversation (shape, last_at);
    CREATE TABLE message (
        id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, intent TEXT, confidence REAL NOT NULL
    );
    CREATE TABLE said (
        message INTEGER NOT NULL, shape INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (message, shape)
    ) WITHOUT ROWID;
    CREATE TABLE decided (
        id INTEGER PRIMARY KEY AUTOINCREMENT, shape INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
        is_on INTEGER NOT NULL, outcome TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL, undone INTEGER NOT NULL
    );
    CREATE INDEX decided_shape ON decided (shape, kind);
    CREATE TABLE settled (
        id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, known_as TEXT NOT NULL, intent TEXT,
        entities TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL, undone INTEGER NOT NULL
    );
    """,
    # Filters are held against what stands in the index of the order, without looking at the rows.
    """
    DROP INDEX shape_worth;
    DROP INDEX shape_newest;
    DROP INDEX shape_count;
    DROP INDEX shape_cast;
    CREATE INDEX shape_worth ON shape (worth DESC, id, cast_list, last_at, decision) WHERE count > 0;
    CREATE INDEX shape_newest ON shape (last_at DESC, id, cast_list, decision) WHERE count > 0;
    CREATE INDEX shape_count ON shape (count DESC, worth DESC, id, cast_list, last_at, decision) WHERE count > 0;
    CREATE INDEX said_shape ON said (shape, message);
    """,
    # `earliest` is when the first of a shape's conversations was last active.
    """
    ALTER TABLE shape ADD COLUMN earliest REAL;
    UPDATE shape SET earliest = (SELECT MIN(last_at) FROM conversation WHERE shape = shape.id);
    DROP INDEX shape_worth;
    DROP INDEX shape_newest;
    DROP INDEX shape_count;
    CREATE INDEX shape_worth ON shape (worth DESC, id, cast_list, earliest, last_at, decision) WHERE count > 0;
    CREATE INDEX shape_newest ON shape (last_at DESC, id, cast_list, earliest, decision) WHERE count > 0;
    CREATE INDEX shape_count ON shape (count DESC, worth DESC, id, cast_list, earliest, last_at, decision)
        WHERE count > 0;
    """,
    # Shapes have other digests since: when all is read again, what was decided is taken over (`ScoredRows`).
    """
    UPDATE source SET mark = '';
    """,
)


class ReviewFile:
    """One connection; it may be used by one thread at a time. TrainerError where the file is none, or of a later
    version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # The file is nobody else's to read from its first moment; SQLite gives its own beside it the same rights.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
        except OSError as error:
            raise TrainerError(f"{path} cannot be written", f"{reason(error)}.") from error
        with self.said():
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            # A large review's indexes would be read anew for each portion that is written.
            self._connection.execute("PRAGMA cache_size = -65536")
            self._migrate()

    def close(self) -> None:
        self._connection.close()

    def _migrate(self) -> None:
        with self.writing():
            (version,) = self.row("PRAGMA user_version") or (0,)
            if version > len(_MIGRATIONS):
                raise TrainerError(
                    f"{self.path} was written by a later version of this program",
                    hint="Use that version, or move the file away: the conversations are read again.",
                )
            for script in _MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    @contextmanager
    def said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            hint = "Move it away: the conversations are read again, what was decided is lost."
            raise TrainerError(f"{self.path} cannot be used", f"{error}.", hint) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.said():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.said(), closing(self._connection.execute(statement, parameters)) as cursor:
            return cursor.fetchall()

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        return next(iter(self.rows(statement, parameters)), None)

    def number(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """The one number that a statement gives."""
        found = self.row(statement, parameters)
        assert found is not None
        return int(found[0])

    def among(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement that ends in IN, for any number of values."""
        for start in range(0, len(values), _MOST_PARAMETERS):
            part = values[start : start + _MOST_PARAMETERS]
            yield from self.rows(f"{statement} ({', '.join('?' * len(part))})", part)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Perform a statement within `writing`; the number of the row that it wrote."""
        with closing(self._connection.execute(statement, parameters)) as cursor:
            return int(cursor.lastrowid or 0)

    def run_many(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Perform a statement within `writing` with each of these."""
        self._connection.executemany(statement, parameters).close()
