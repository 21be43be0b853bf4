"""What was said as a table (CSV): a row a message, its columns found by their names.

>>> lines = ["when;who;conversation;message", "2026-01-31T12:00:00+01:00;customer;7;Hi!"]
>>> [row] = table_rows(lines, "chats", Report("chats.csv"))
>>> row.sender_id, row.source["text"], row.source["timestamp"], row.line
('7', 'Hi!', 1769857200.0, 2)
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from trainer_tui.core.events import ActionExecuted, AgentUttered, Event, UserUttered, as_dict
from trainer_tui.formats.json.event_rows import Row
from trainer_tui.formats.report import Report
from trainer_tui.words import quoted

_COLUMNS = {
    "sender": ("sender_id", "sender", "conversation_id", "conversation", "session_id", "session", "user_id", "chat_id"),
    "time": ("timestamp", "time", "when", "date", "datetime", "created_at", "sent_at"),
    "who": ("who", "role", "author", "speaker", "from", "direction"),
    "text": ("text", "message", "content", "body", "utterance"),
}
_USER = frozenset(("user", "customer", "human", "client", "visitor", "in", "incoming", "inbound"))
_BOT = frozenset(("bot", "assistant", "system", "out", "outgoing", "outbound"))
_AGENT = frozenset(("agent", "operator"))
_WANTED = "Expected columns such as sender, time, who and text; who is user, bot or agent."
_MILLISECONDS = 1e11
"""A time beyond the year 5000 is none in seconds."""


def looks_like_chat_table(text: str) -> bool:
    """Whether the first line names the columns that are needed: who said what."""
    return _header(text.lstrip().partition("\n")[0]) is not None


def table_rows(lines: Iterable[str], name: str, report: Report) -> Iterator[Row]:
    """Every message; those of a table without senders are `name`'s. A time without a zone is in UTC."""
    lines = iter(lines)
    header = next(lines, "")
    found = _header(header)
    if found is None:
        report.error(1, "the first line names no columns that are known", _WANTED)
        return
    delimiter, columns = found
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.warning(line, "the line is no row of a table: it is left out", _WANTED)
            continue
        if any(cells):
            values = {key: cells[place].strip() for key, place in columns.items() if place < len(cells)}
            event = _event(values, line, report)
            if event is not None:
                yield Row(values.get("sender") or name, as_dict(event), line)


def _event(values: Mapping[str, str], line: int, report: Report) -> Event | None:
    who, text = values.get("who", "").casefold(), values.get("text", "")
    timestamp = _timestamp(values.get("time", ""), line, report)
    if not text:
        report.warning(line, "nothing is said here: it is left out")
    elif who in _USER:
        return UserUttered(text, timestamp=timestamp)
    elif who in _BOT:
        return ActionExecuted(None, text=text, timestamp=timestamp)
    elif who in _AGENT:
        return AgentUttered(text, timestamp=timestamp)
    else:
        report.warning(line, f"{quoted(who, 40)} is neither user nor bot: the line is left out", _WANTED)
    return None


def _timestamp(text: str, line: int, report: Report) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
        return seconds / 1000 if seconds > _MILLISECONDS else seconds
    except ValueError:
        pass
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        report.warning(
            line, f"{quoted(text, 40)} is no time", "Expected seconds since 1970, or 2026-01-31T12:00:00+01:00."
        )
        return None


def _header(line: str) -> tuple[str, Mapping[str, int]] | None:
    """The delimiter, and the place of each column that is known."""
    for delimiter in ",;\t|":
        try:
            named = next(csv.reader([line.strip()], delimiter=delimiter), [])
        except csv.Error:
            continue
        columns = _places([name.strip().casefold().replace(" ", "_") for name in named])
        if "who" in columns and "text" in columns:
            return delimiter, columns
    return None


def _places(named: Sequence[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for key, names in _COLUMNS.items():
        place = next((named.index(name) for name in names if name in named), None)
        if place is not None:
            found[key] = place
    return found
