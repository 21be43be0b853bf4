"""Events that differ in nothing but when they happened are read once.

Most rows of a store are like thousands of others but for their time, and a message's for its number. So a row is taken
as `what` all of these have in common and what is its `own`; what they have in common is read the first time only.

>>> reader = EventReader()
>>> one, other = (reader.read('{"event": "restart", "timestamp": %s}' % at) for at in (7.5, 8.5))
>>> one.what is other.what, one.at, other.at
(True, 7.5, 8.5)
>>> other.source
{'event': 'restart', 'timestamp': 8.5}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from trainer_tui.core.events import moment
from trainer_tui.formats.json.event_rows import read_event

_TIME = '"timestamp": '
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,10})(?:\.\d+)?")
"""A time that every calendar knows."""
_USER = '{"event": "user"'
_MESSAGE = re.compile(r'("message_id": "[\w-]*")')
_HOLE = "\0"
"""Stands for what is own; it is in no JSON."""
_MOST_CHARACTERS = 4_000_000
"""So much is remembered of what was read."""


class EventText(NamedTuple):
    """An event's JSON: `what` is the same object for all that one reader finds alike, `at` is when it happened."""

    what: str
    own: tuple[str, ...] = ()
    at: float | None = None

    @property
    def source(self) -> Mapping[str, Any]:
        return read_event("".join(chain.from_iterable(zip_longest(self.what.split(_HOLE), self.own, fillvalue=""))))


class EventReader:
    def __init__(self) -> None:
        self._alike: dict[str, str] = {}
        self._characters = 0

    def read(self, text: str) -> EventText:
        """FormatError says what it is instead."""
        # Rasa writes the time second. An event that holds another one before its own is none that is remembered.
        start = text.find(_TIME) + len(_TIME)
        stop = text.find(",", start)
        if stop < 0:
            stop = len(text) - 1
        if start < len(_TIME) or stop < start:
            return self._read_whole(text)
        time, rest = text[start:stop], text[stop:]
        own: tuple[str, ...] = (time,)
        if text.startswith(_USER):
            parts = _MESSAGE.split(rest)
            own += tuple(parts[1::2])
            rest = _HOLE.join(parts[::2])
        what = f"{text[:start]}{_HOLE}{rest}"
        known = self._alike.get(what)
        if known is None:
            return self._read_anew(text, what, own)
        if not _NUMBER.fullmatch(time):
            return self._read_whole(text)
        # What EventText(...) does, without the function of Python that it calls: each row of a store comes here.
        return tuple.__new__(EventText, (known, own, float(time)))

    def _read_whole(self, text: str) -> EventText:
        return EventText(text, (), moment(read_event(text).get("timestamp")))

    def _read_anew(self, text: str, what: str, own: tuple[str, ...]) -> EventText:
        read = self._read_whole(text)
        # Within the values of slots and the like they would not be the event's own.
        is_own = _NUMBER.fullmatch(own[0]) and read.at == float(own[0]) and what.count(_TIME) == 1
        return EventText(self._remembered(what), own, read.at) if is_own else read

    def _remembered(self, what: str) -> str:
        if self._characters > _MOST_CHARACTERS:
            self._alike.clear()
            self._characters = 0
        self._characters += len(what)
        self._alike[what] = what
        return what
