"""Conversations as Rasa writes them: a tracker's JSON, and events a line each (`rasa export`, an event broker's file).

A tracker holds all its sessions; whoever wants one cuts at `session_started`. Order is that of the file: timestamps
of events that were posted over HTTP may be any. Policies are called `policy_1_RulePolicy` in Rasa 2 and `RulePolicy`
in 3. What cannot be read is named with its line, and the rest is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer_tui.core.events import Event, from_dict
from trainer_tui.errors import FormatError
from trainer_tui.formats.report import Report

_EVENTS = re.compile(r'"events"\s*:\s*\[')
_POLICY = re.compile(r"policy_\d+_(?=\w)")
_WANTED = 'Expected a tracker\'s JSON (with "events"), or one event a line (with "sender_id" and "event").'


LONGEST_EVENT = 1_000_000
"""An event of more characters is left where it is."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said with one sender, every session of it; `lines[i]` is the line of `events[i]`, from 1."""

    sender_id: str
    events: tuple[Event, ...]
    lines: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it lies in a store or a file: JSON that was read already."""

    sender_id: str
    source: Any
    line: int | None = None


def looks_like_conversations(text: str) -> bool:
    """Whether a text holds a tracker or events of Rasa; it need not be whole."""
    begins = text.lstrip()[:1]
    return begins in ("{", "[") and '"event"' in text and ('"events"' in text or '"sender_id"' in text)


def read_conversations(text: str, report: Report) -> tuple[Conversation, ...]:
    """The conversations of a file in the order in which they began; never raises."""
    return conversations_of(_rows(text, report), report)


def conversations_of(rows: Iterator[Row], report: Report) -> tuple[Conversation, ...]:
    """The conversations of events, which may lie mixed; those that cannot be read are reported."""
    found: dict[str, tuple[list[Event], list[int | None]]] = {}
    for row in rows:
        try:
            event = from_dict(row.source)
        except FormatError as error:
            report.warning(row.line, f"{error.title}: it is left out", error.message)
            continue
        events, lines = found.setdefault(row.sender_id, ([], []))
        events.append(event)
        lines.append(row.line)
    return tuple(Conversation(sender, tuple(events), tuple(lines)) for sender, (events, lines) in found.items())


def conversation_of(sender_id: str, sources: Sequence[Mapping[str, Any]], report: Report) -> Conversation:
    """The conversation of events that were read as JSON; what `lines` tells is the number of an event, from 1."""
    found = conversations_of((Row(sender_id, source, number) for number, source in enumerate(sources, 1)), report)
    return found[0] if found else Conversation(sender_id, (), ())


def policy_name(name: str) -> str:
    """A policy's name without the place that Rasa 2 writes before it."""
    return _POLICY.sub("", name, count=1)


def _rows(text: str, report: Report) -> Iterator[Row]:
    try:
        whole = json.loads(text)
    except ValueError:
        yield from _lines(text, report)
        return
    except RecursionError:
        report.error(1, "the JSON is nested too deeply", _WANTED)
        return
    if isinstance(whole, Mapping) and "events" not in whole and "event" in whole:
        # A file of one event.
        whole = [whole]
    trackers = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(item, Mapping) and ("events" in item or "event" in item) for item in trackers):
        report.error(1, "this is no conversation", _WANTED)
        return
    places = _places(text)
    for item in trackers:
        if "events" not in item:
            yield Row(str(item.get("sender_id", "default")), cleaned(item), None)
            continue
        sender = str(item.get("sender_id") or item.get("name") or "default")
        for event in item["events"] if isinstance(item["events"], list) else ():
            yield Row(sender, cleaned(event), next(places, None))


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


def _lines(text: str, report: Report) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            source = read_event(line)
        except FormatError as error:
            report.warning(number, f"the line is {error.title}: it is left out", _WANTED)
            continue
        yield Row(str(source.get("sender_id", "default")), source, number)


def read_event(text: str) -> Mapping[str, Any]:
    """The JSON of one event, as it can be written again; FormatError says what it is instead.

    >>> read_event('{"event": "restart", "timestamp": NaN}')
    {'event': 'restart', 'timestamp': nan}
    """
    if len(text) > LONGEST_EVENT:
        raise too_long(len(text))
    source = _parsed(text)
    if not isinstance(source, dict) or "event" not in source:
        raise FormatError("no event")
    return source


def read_tracker(text: str) -> tuple[tuple[Mapping[str, Any], ...], tuple[tuple[int, str], ...]]:
    """The events of a tracker's JSON, and by its number from 1 what the others are instead; FormatError where it is
    none."""
    source = _parsed(text)
    if not isinstance(source, dict) or not isinstance(source.get("events"), list):
        raise FormatError("no conversation")
    events: list[Mapping[str, Any]] = []
    left_out = []
    for number, event in enumerate(source["events"], 1):
        if not isinstance(event, dict) or "event" not in event:
            left_out.append((number, "no event"))
        elif len(text) > LONGEST_EVENT and (length := len(json.dumps(event))) > LONGEST_EVENT:
            left_out.append((number, too_long(length).title))
        else:
            events.append(event)
    return tuple(events), tuple(left_out)


def too_long(length: int) -> FormatError:
    return FormatError(f"an event of {length:,} characters, which is too long")


def _parsed(text: str) -> Any:
    try:
        source = json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError(f"no JSON ({text.strip()[:40]!r})") from None
    # Halves of characters come of escapes alone.
    return cleaned(source) if "\\u" in text else source


def cleaned(value: Any) -> Any:
    """JSON as it can be written again: Rasa's may hold halves of characters, which no file can."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value
