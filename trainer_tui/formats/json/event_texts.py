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

from trainer_tui.formats.json.event_rows import read_event

_TIME = '"timestamp": '
_OWN = re.compile(r'("timestamp": (?:0|[1-9]\d*)(?:\.\d+)?(?=[,}])|"message_id": "[\w-]*")')
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
        self._alike: dict[str, tuple[str, int]] = {}
        self._characters = 0

    def read(self, text: str) -> EventText:
        """FormatError says what it is instead."""
        parts = _OWN.split(text)
        own = tuple(parts[1::2])
        known = self._alike.get(_HOLE.join(parts[::2]))
        if known is not None:
            what, place = known
            if own[place].startswith(_TIME):
                return EventText(what, own, float(own[place][len(_TIME) :]))
        source = read_event(text)
        time = source.get("timestamp")
        at = float(time) if isinstance(time, (int, float)) else None
        times = [place for place, part in enumerate(own) if part.startswith(_TIME)]
        # Within the values of slots and the like they would not be the event's own.
        is_own = len(times) == 1 and at is not None and own[times[0]] == f"{_TIME}{time}"
        if not is_own or (len(own) > 1 and source["event"] != "user"):
            return EventText(text, (), at)
        return EventText(self._remembered(_HOLE.join(parts[::2]), times[0]), own, at)

    def _remembered(self, what: str, place: int) -> str:
        if self._characters > _MOST_CHARACTERS:
            self._alike.clear()
            self._characters = 0
        self._characters += len(what)
        self._alike[what] = what, place
        return what
