"""A plain chat log: lines that begin with `user:` or `bot:`; others go on with the line before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trainer_tui.core.events import ActionExecuted, UserUttered, as_dict
from trainer_tui.formats.json.event_rows import Row
from trainer_tui.formats.report import Report

_LINE = re.compile(r"\s*(?P<who>user|bot)\s*:\s?(?P<text>.*)", re.IGNORECASE)


def looks_like_chat_log(text: str) -> bool:
    """Whether the first line that says anything is one of the two."""
    return next((bool(_LINE.fullmatch(line)) for line in text.splitlines() if line.strip()), False)


def chat_log_rows(lines: Iterable[str], name: str, report: Report) -> Iterator[Row]:
    """What was said: messages without meaning, and what the bot said without its action. All of it is `name`'s."""
    said: list[tuple[str, int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.rstrip("\n"))
        if match:
            said.append((match["who"].lower(), number, [match["text"]]))
        elif said:
            said[-1][2].append(line.rstrip("\n"))
        elif line.strip():
            report.warning(number, "the line is said by nobody: it is left out", 'Begin it with "user:" or "bot:".')
    for who, number, parts in said:
        text = "\n".join(parts).strip()
        if text:
            event = UserUttered(text) if who == "user" else ActionExecuted(None, text=text)
            yield Row(name, as_dict(event), number)
        else:
            report.warning(number, "nothing is said here: it is left out")
