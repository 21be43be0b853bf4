"""Events as Rasa and those around it write them, each with its line: a tracker's JSON, or several; an event a line
(`rasa export`, an event broker's file); a tracker a line (`mongoexport`).

Order is that of the file: timestamps of events that were posted over HTTP may be any. What cannot be read is named with
its line, and the rest is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, TextIO

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.pieces import Pieces, cleaned, no_json, number
from trainer_tui.formats.report import Report

LONGEST_EVENT = 1_000_000
"""An event of more characters is left where it is."""

_WANTED = 'Expected a tracker\'s JSON (with "events"), or one event a line (with "sender_id" and "event").'
_NO_EVENT = "no event"


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it lies in a store or a file: JSON that was read already."""

    sender_id: str
    source: Any
    line: int | None = None


def looks_like_events(text: str) -> bool:
    """Whether a text holds a tracker or events of Rasa; it need not be whole."""
    begins = text.lstrip()[:1]
    return begins in ("{", "[") and '"event"' in text and ('"events"' in text or '"sender_id"' in text)


def json_rows(file: TextIO, name: str, report: Report) -> Iterator[Row]:
    """Every event of a file, one value behind the other, whether each has a line of its own or all are one document.
    Events that name no sender are `name`'s."""
    pieces = Pieces(file)
    while not pieces.is_at_end():
        first, begins = pieces.line, pieces.rest_of_line()
        try:
            if pieces.peek() == "[":
                for _ in pieces.elements():
                    yield from _next_rows(pieces, name, report)
            else:
                yield from _next_rows(pieces, name, report)
            pieces.has_a_line = pieces.line == first
        except FormatError as error:
            is_next = pieces.line > first and '"event"' in begins and pieces.peek() == "{"
            if pieces.line > first and not is_next:
                # What a document goes on with is nothing without its beginning.
                report.warning(pieces.line, f"this is {error.title}: it is left out, with all behind it", _WANTED)
                return
            report.warning(first, f"the line is {error.title}: it is left out", _WANTED)
            pieces.has_a_line = True
            if not is_next:
                pieces.leave_line()


def _next_rows(pieces: Pieces, name: str, report: Report) -> Iterator[Row]:
    """The events of the tracker that comes next, or the one that it is."""
    pieces.peek()
    line, begun = pieces.line, pieces.offset
    source = pieces.on_this_line()
    if source is not None:
        yield from _rows_of(source, name, lambda: line, report, pieces.offset - begun)
        return
    if pieces.peek() != "{":
        pieces.value()
        report.warning(line, f"this is {_NO_EVENT}: it is left out", _WANTED)
        return
    members: dict[str, Any] = {}
    early: list[Row] | None = None
    for member in pieces.members():
        if member == "events" and pieces.peek() == "[":
            early = early or []
            for row in _elements(pieces, report):
                if sender := _sender(members):
                    yield replace(row, sender_id=sender)
                else:
                    early.append(row)
        else:
            members[member] = pieces.value()
    if early is None:
        yield from _rows_of(members, name, lambda: line, report, pieces.offset - begun)
    for row in early or ():
        # Those that stand before the tracker says whose they are.
        yield replace(row, sender_id=_owner(members, name))


def _elements(pieces: Pieces, report: Report) -> Iterator[Row]:
    """The events of a tracker's list, which are nobody's yet."""
    for _ in pieces.elements():
        pieces.peek()
        line, begun = pieces.line, pieces.offset
        source = pieces.value()
        try:
            yield Row("", _event(source, pieces.offset - begun), line)
        except FormatError as error:
            report.warning(line, f"this is {error.title}: it is left out", _WANTED)


def tracker_rows(text: str, name: str, report: Report) -> Iterator[Row]:
    """The events of one tracker's JSON, whose lines are their numbers, from 1; FormatError where it is none."""
    source = _parsed(text)
    if not isinstance(source, dict) or not isinstance(source.get("events"), list):
        raise FormatError("no conversation")
    numbers = count(1)
    return _rows_of(source, name, lambda: next(numbers), report, len(text))


def read_event(text: str) -> Mapping[str, Any]:
    """The JSON of one event, as it can be written again; FormatError says what it is instead.

    >>> read_event('{"event": "restart", "timestamp": NaN}')
    {'event': 'restart', 'timestamp': nan}
    """
    return _event(_parsed(text), 0)


def too_long(length: int) -> FormatError:
    return FormatError(f"an event of {length:,} characters, which is too long")


def _rows_of(source: Any, name: str, line: Callable[[], int | None], report: Report, length: int) -> Iterator[Row]:
    """The events of a tracker, of several, or the one that it is; `line` gives that of the next."""
    if isinstance(source, list):
        for item in source:
            yield from _rows_of(item, name, line, report, length)
        return
    sender, events = name, [source]
    if isinstance(source, dict):
        sender = _sender(source) or name
        if isinstance(source.get("events"), list):
            sender, events = _owner(source, name), source["events"]
    for event in events:
        place = line()
        try:
            yield Row(sender, _event(event, length), place)
        except FormatError as error:
            report.warning(place, f"this is {error.title}: it is left out", _WANTED)


def _sender(source: Mapping[str, Any]) -> str:
    return str(source.get("sender_id") or "")


def _owner(tracker: Mapping[str, Any], name: str) -> str:
    """Whose a tracker is; one in Redis calls its sender `name`, as an event does what it is about."""
    return _sender(tracker) or str(tracker.get("name") or name)


def _event(source: Any, length: int) -> Mapping[str, Any]:
    """`length` is how many characters it has at most."""
    if not isinstance(source, dict) or "event" not in source:
        raise FormatError(_NO_EVENT)
    if length > LONGEST_EVENT and (length := len(json.dumps(source))) > LONGEST_EVENT:
        raise too_long(length)
    return source


def _parsed(text: str) -> Any:
    """The JSON as it can be written again; FormatError where it is none."""
    try:
        source = json.loads(text, object_hook=number if '"$number' in text else None)
    except (ValueError, RecursionError):
        raise no_json(text) from None
    # Halves of characters come of escapes alone.
    return cleaned(source) if "\\u" in text else source
