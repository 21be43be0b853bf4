"""A file of conversations, whatever wrote it: JSON of Rasa, a chat log or a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TextIO

from trainer_tui.formats.chat_log import chat_log_rows, looks_like_chat_log
from trainer_tui.formats.chat_table import looks_like_chat_table, table_rows
from trainer_tui.formats.json.event_rows import Row, json_rows, looks_like_events
from trainer_tui.formats.report import Report

Reader = Callable[[TextIO, str, Report], Iterator[Row]]
"""Every event of a file; those that name no sender are those of the name."""


def reader_of(head: str) -> Reader | None:
    """What reads a file that begins so; None where it holds no conversations."""
    if looks_like_events(head):
        return json_rows
    if looks_like_chat_log(head):
        return chat_log_rows
    return table_rows if looks_like_chat_table(head) else None
