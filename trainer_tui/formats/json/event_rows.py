"""Events as Rasa and those around it write them, each with its line: a tracker's JSON, or several; an event a line
(`rasa export`, an event broker's file); a tracker a line (`mongoexport`).

Order is that of the file: timestamps of events that were posted over HTTP may be any. What cannot be read is named with
its line, and the rest is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.report import Report

LONGEST_EVENT = 1_000_000
"""An event of more characters is left where it is."""

_EVENTS = re.compile(r'"events"\s*:\s*\[')
_WANTED = 'Expected a tracker\'s JSON (with "events"), or one event a line (with "sender_id" and "event").'
_NUMBERS = {"$numberDouble": float, "$numberInt": int, "$numberLong": int}
"""How MongoDB writes numbers that JSON cannot tell apart."""


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


def json_rows(lines: Iterable[str], name: str, report: Report) -> Iterator[Row]:
    """Every event of a file: line by line where each is whole, else of the JSON that the lines are together. Events
    that name no sender are `name`'s."""
    begins = []
    lines = iter(lines)
    for line in lines:
        begins.append(line)
        if line.strip():
            break
    if begins and isinstance(_parsed_or_none(begins[-1]), dict):
        yield from _rows_of_lines(chain(begins, lines), name, report)
        return
    text = "".join(chain(begins, lines))
    whole = _parsed_or_none(text)
    if whole is None:
        yield from _rows_of_lines(text.split("\n"), name, report)
        return
    places = _places(text)
    for item in whole if isinstance(whole, list) else [whole]:
        yield from _rows_of(item, name, lambda: next(places, None), report, _may_be_long(text))


def tracker_rows(text: str, name: str, report: Report) -> Iterator[Row]:
    """The events of one tracker's JSON, whose lines are their numbers, from 1; FormatError where it is none."""
    source = _parsed(text)
    if not isinstance(source, dict) or not isinstance(source.get("events"), list):
        raise FormatError("no conversation")
    numbers = count(1)
    return _rows_of(source, name, lambda: next(numbers), report, _may_be_long(text))


def read_event(text: str) -> Mapping[str, Any]:
    """The JSON of one event, as it can be written again; FormatError says what it is instead.

    >>> read_event('{"event": "restart", "timestamp": NaN}')
    {'event': 'restart', 'timestamp': nan}
    """
    return _event(_parsed(text), False)


def too_long(length: int) -> FormatError:
    return FormatError(f"an event of {length:,} characters, which is too long")


def _rows_of_lines(lines: Iterable[str], name: str, report: Report) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            source = _parsed(line)
        except FormatError as error:
            report.warning(number, f"the line is {error.title}: it is left out", _WANTED)
            continue
        yield from _rows_of(source, name, lambda number=number: number, report, _may_be_long(line))  # type: ignore[misc]


def _rows_of(
    source: Any, name: str, line: Callable[[], int | None], report: Report, may_be_long: bool
) -> Iterator[Row]:
    """The events of a tracker, or the one that it is; `line` gives that of the next."""
    sender, events = name, [source]
    if isinstance(source, dict):
        # A tracker in Redis calls its sender so, an event what it is about.
        sender = str(source.get("sender_id") or ("events" in source and source.get("name")) or name)
        if isinstance(source.get("events"), list):
            events = source["events"]
    for event in events:
        place = line()
        try:
            yield Row(sender, _event(event, may_be_long), place)
        except FormatError as error:
            report.warning(place, f"this is {error.title}: it is left out", _WANTED)


def _event(source: Any, may_be_long: bool) -> Mapping[str, Any]:
    if not isinstance(source, dict) or "event" not in source:
        raise FormatError("no event")
    if may_be_long and (length := len(json.dumps(source))) > LONGEST_EVENT:
        raise too_long(length)
    return source


def _may_be_long(text: str) -> bool:
    return len(text) > LONGEST_EVENT


def _parsed(text: str) -> Any:
    """The JSON as it can be written again; FormatError where it is none."""
    try:
        source = json.loads(text, object_hook=_number if '"$number' in text else None)
    except (ValueError, RecursionError):
        raise FormatError(f"no JSON ({text.strip()[:40]!r})") from None
    # Halves of characters come of escapes alone.
    return cleaned(source) if "\\u" in text else source


def _parsed_or_none(text: str) -> Any:
    try:
        return _parsed(text)
    except FormatError:
        return None


def _number(source: dict[str, Any]) -> Any:
    for name, value in source.items():
        if len(source) == 1 and name in _NUMBERS:
            return _NUMBERS[name](value)
    return source


def _places(text: str) -> Iterator[int]:
    """The line of each event of each tracker, in order."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while match := _EVENTS.search(text, at):
        at = match.end()
        while True:
            at = _past_blanks(text, at)
            if text[at : at + 1] not in ("{", "["):
                break
            line += text.count("\n", counted, at)
            counted = at
            yield line
            _, at = decoder.raw_decode(text, at)
            at = _past_blanks(text, at)
            if text[at : at + 1] != ",":
                break
            at += 1


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at


def cleaned(value: Any) -> Any:
    """JSON as it can be written again: Rasa's may hold halves of characters, which no file can."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value
