"""Conversations of events as Rasa writes them: those of one sender in their order, every session of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.core.events import ActionExecuted, ActionExecutionRejected, Event, from_dict
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.event_rows import Row
from trainer_tui.formats.report import Report

_POLICY = re.compile(r"policy_\d+_(?=\w)")


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said with one sender, every session of it; `lines[i]` is the line of `events[i]`, from 1."""

    sender_id: str
    events: tuple[Event, ...]
    lines: tuple[int | None, ...]


def conversations_of(rows: Iterator[Row], report: Report) -> tuple[Conversation, ...]:
    """The conversations of events, which may lie mixed; those that cannot be read are reported."""
    found: dict[str, tuple[list[Event], list[int | None]]] = {}
    for row in rows:
        try:
            event = _of_any_version(from_dict(row.source))
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


def _of_any_version(event: Event) -> Event:
    """The policy by its name alone, without the place that Rasa 2 writes before it."""
    if isinstance(event, (ActionExecuted, ActionExecutionRejected)) and event.policy:
        return replace(event, policy=_POLICY.sub("", event.policy, count=1))
    return event
