"""JSON of which parts are written already: every action is sent its whole conversation and the domain."""

from __future__ import annotations

import json
import threading
from typing import Any

from trainer_tui.core.events import Era, Event, as_dict
from trainer_tui.core.tracker import DialogueStateTracker


class Written(bytes):
    """A part that is JSON already."""


def as_json(value: Any) -> bytes:
    """`json.dumps`, whose objects may hold parts that are written."""
    if isinstance(value, Written):
        return value
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return b"{" + b", ".join(json.dumps(key).encode() + b": " + as_json(part) for key, part in value.items()) + b"}"
    return json.dumps(value, default=str).encode()


class WrittenEvents:
    """The events of one conversation after the other. Of one that goes on where the last one stood, or was taken back,
    only what is new is written, however long it is."""

    def __init__(self) -> None:
        # One that was cancelled may still be at it in its thread.
        self._lock = threading.Lock()
        self._era: Era | None = None
        self._known: list[DialogueStateTracker] = []
        self._ends: list[int] = []
        self._text = bytearray()

    def of(self, tracker: DialogueStateTracker, era: Era) -> Written:
        """All of them as a JSON array."""
        with self._lock:
            if era is not self._era:
                self._era = era
                self._keep(0)
            new: list[tuple[DialogueStateTracker, Event]] = []
            at: DialogueStateTracker | None = tracker
            while at is not None and at.event is not None and not self._knows(at):
                new.append((at, at.event))
                at = at.parent
            self._keep(at.length if at is not None else 0)
            for reached, event in reversed(new):
                self._text += b", " * bool(self._known) + as_json(as_dict(event, era))
                self._known.append(reached)
                self._ends.append(len(self._text))
            return Written(b"[" + self._text + b"]")

    def _knows(self, tracker: DialogueStateTracker) -> bool:
        return tracker.length <= len(self._known) and self._known[tracker.length - 1] is tracker

    def _keep(self, count: int) -> None:
        """Only the first so many."""
        del self._known[count:], self._ends[count:]
        del self._text[self._ends[-1] if self._ends else 0 :]
