"""Conversations in the table `events` of Rasa's SQLTrackerStore, whatever database has it.

Order is that of the ids: timestamps of events that were posted over HTTP may be any. Reading goes in pages whose
cursors are closed at once, since an open one would keep Rasa from writing to SQLite.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from trainer_tui.errors import FormatError, TrainerError
from trainer_tui.formats.json.event_rows import LONGEST_EVENT, too_long
from trainer_tui.formats.json.event_texts import EventReader, EventText
from trainer_tui.runtime.stores.store import EMPTY, StoredConversation, Unreadable

_NEEDED = ("id", "sender_id", "data")
_PAGE = 5_000
"""So many rows are read at once, or one conversation."""
_LATE = 1_000
"""Among so many ids before the last one, those that were not there yet may still be written: a transaction gets its
ids before it ends."""

Row = tuple[Any, ...]


class Database(Protocol):
    """What answers a SELECT, with `:name` in it for `parameters`; TrainerError where it does not."""

    label: str

    def rows(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Row]: ...

    def columns(self, statement: str) -> Sequence[str]: ...

    def close(self) -> None: ...


class SqlStore:
    """TrainerError where the database has no such table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = EventReader()
        self._mark = ""
        self.share = 0.0
        columns = database.columns("SELECT * FROM events WHERE 1 = 0")
        if missing := [name for name in _NEEDED if name not in columns]:
            raise self._no_store_of_rasa(f"It lacks {', '.join(missing)}, and has {', '.join(columns)}.")

    def _no_store_of_rasa(self, why: str) -> TrainerError:
        hint = "Name the database that is 'db:' of the bot's tracker_store."
        return TrainerError(f"the table 'events' of {self.label} is none of Rasa's", why, hint)

    @property
    def label(self) -> str:
        return self._database.label

    def mark(self) -> str:
        return self._mark

    def close(self) -> None:
        self._database.close()

    def conversation(self, sender_id: str) -> StoredConversation:
        events, _ = self._events_of([sender_id], self._newest())
        if not events[sender_id]:
            raise TrainerError(f"no conversation {sender_id!r} is in {self.label}", hint="Look at the list again.")
        return StoredConversation(sender_id, tuple(events[sender_id]))

    def conversations(self, since: str = "") -> Iterator[StoredConversation | Unreadable]:
        newest = self._newest()
        read, late, last = json.loads(since) if since else (0, [], None)
        if last != self._row(read):
            # Another table has taken its place.
            read, late = 0, []
        self._mark = json.dumps([newest, self._missing(newest), self._row(newest)])
        if not newest:
            yield Unreadable(self.label, EMPTY)
        self.share, below = 0.0, newest + 1
        whole = max(newest - read, 1)
        while page := self._senders(read, late, below):
            lowest, senders = min(page), set(page.values())
            began, part = newest + 1 - below, below - lowest
            behind = 0
            for portion in self._portions(senders, below, newest):
                yield from self._read(portion, newest)
                # By the numbers of the rows, from the newest back to those that were read before.
                behind += len(portion)
                self.share = min((began + part * behind / len(senders)) / whole, 1.0)
            below = lowest

    def _newest(self) -> int:
        newest = self._database.rows("SELECT MAX(id) FROM events", {})[0][0] or 0
        if not isinstance(newest, int):
            raise self._no_store_of_rasa("Its ids are no numbers.")
        return newest

    def _row(self, number: int) -> list[Any] | None:
        """What tells the row of that number from one of another table."""
        statement = "SELECT sender_id, LENGTH(data) FROM events WHERE id = :number"
        return next((list(row) for row in self._database.rows(statement, {"number": number})), None)

    def _missing(self, newest: int) -> list[int]:
        first = max(1, newest - _LATE)
        rows = self._database.rows("SELECT id FROM events WHERE id >= :first", {"first": first})
        return sorted(set(range(first, newest)) - {row[0] for row in rows})

    def _senders(self, read: int, late: list[int], below: int) -> dict[int, str]:
        """Whose the newest rows before `below` are that were not read yet, by id."""
        among, parameters = _among("id", late)
        statement = (
            f"SELECT id, sender_id FROM events WHERE id > :oldest AND id < :below AND (id > :read OR {among}) "
            f"ORDER BY id DESC LIMIT {_PAGE}"
        )
        oldest = min([read + 1, *late]) - 1
        return dict(self._database.rows(statement, {"oldest": oldest, "read": read, "below": below, **parameters}))

    def _portions(self, senders: Iterable[str], below: int, newest: int) -> Iterator[list[str]]:
        """Those senders in portions of about a page, the newest first; not those who had something newer."""
        among, parameters = _among("sender_id", list(senders))
        statement = (
            f"SELECT sender_id, MAX(id), COUNT(*) FROM events WHERE {among} AND id <= :newest "
            "GROUP BY sender_id ORDER BY MAX(id) DESC"
        )
        portion: list[str] = []
        size = 0
        for sender, latest, count in self._database.rows(statement, {"newest": newest, **parameters}):
            if latest >= below:
                continue
            if portion and size + count > _PAGE:
                yield portion
                portion, size = [], 0
            portion.append(sender)
            size += count
        if portion:
            yield portion

    def _read(self, senders: list[str], newest: int) -> Iterator[StoredConversation | Unreadable]:
        """Those conversations, in that order."""
        events, unreadable = self._events_of(senders, newest)
        yield from unreadable
        for sender, texts in events.items():
            if texts:
                yield StoredConversation(sender, tuple(texts))

    def _events_of(self, senders: list[str], newest: int) -> tuple[dict[str, list[EventText]], list[Unreadable]]:
        among, parameters = _among("sender_id", senders)
        statement = (
            f"SELECT id, sender_id, CASE WHEN LENGTH(data) <= {LONGEST_EVENT} THEN data END FROM events "
            f"WHERE {among} AND id <= :newest ORDER BY id"
        )
        # A database may take other names for the same: theirs come last.
        events: defaultdict[str, list[EventText]] = defaultdict(list, {sender: [] for sender in senders})
        unreadable = []
        read = self._reader.read
        for number, sender, data in self._database.rows(statement, {"newest": newest, **parameters}):
            try:
                events[sender].append(read(data if isinstance(data, str) else self._odd(number, data)))
            except FormatError as error:
                unreadable.append(Unreadable(f"row {number} of events", f"it is {error.title}: it is left out"))
        return events, unreadable

    def _odd(self, number: int, data: object) -> str:
        """What is no JSON; FormatError where it is no text, or too long."""
        if data is not None:
            raise FormatError("no text")
        (length,) = self._database.rows("SELECT LENGTH(data) FROM events WHERE id = :number", {"number": number})[0]
        if length:
            raise too_long(length)
        return ""


def _among(column: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The condition that a column has one of these values, with its parameters."""
    if not values:
        return "1 = 0", {}
    names = [f"{column}_{number}" for number in range(len(values))]
    return f"{column} IN (:{', :'.join(names)})", dict(zip(names, values, strict=True))
