"""A plain chat log: lines that begin with `user:` or `bot:`; others go on with the line before."""

from __future__ import annotations

import re

from trainer_tui.core.events import ActionExecuted, Event, UserUttered
from trainer_tui.formats.report import Report

_LINE = re.compile(r"\s*(?P<who>user|bot)\s*:\s?(?P<text>.*)", re.IGNORECASE)


def looks_like_chat_log(text: str) -> bool:
    """Whether the first line that says anything is one of the two."""
    return next((bool(_LINE.fullmatch(line)) for line in text.splitlines() if line.strip()), False)


def read_chat_log(text: str, report: Report) -> tuple[tuple[Event, ...], tuple[int, ...]]:
    """What was said, and the line of each: messages without meaning, and what the bot said without its action."""
    said: list[tuple[str, int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match:
            said.append((match["who"].lower(), number, [match["text"]]))
        elif said:
            said[-1][2].append(line)
        elif line.strip():
            report.warning(number, "the line is said by nobody: it is left out", 'Begin it with "user:" or "bot:".')
    events: list[Event] = []
    lines = []
    for who, number, parts in said:
        text = "\n".join(parts).strip()
        if not text:
            report.warning(number, "nothing is said here: it is left out")
            continue
        events.append(UserUttered(text) if who == "user" else ActionExecuted(None, text=text))
        lines.append(number)
    return tuple(events), tuple(lines)
