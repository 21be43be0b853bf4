"""One sender's conversation cut into its sessions, as Rasa 3 cuts them.

A session begins where `session_started` stands, with the `action_session_start` before it; a restart begins one as
well, whether or not Rasa says so behind it (up to 1.x it does not). What Rasa carries over from the session before,
every slot that was ever set and in its order, are no changes: it is counted apart.

>>> from trainer_tui.core.events import SlotSet
>>> before, listens = [UserUttered(text="hi"), SlotSet("city", "Oslo")], ActionExecuted(ACTION_LISTEN)
>>> sessions_of([*before, SessionStarted(), SlotSet("city", "Oslo"), listens, UserUttered(text="more")])
(Session(start=0, stop=2, begun=0), Session(start=2, stop=6, begun=5))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainer_tui.core.domain import ACTION_SESSION_START
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    UserUttered,
)
from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """The events from `start` to `stop`; those before `begun` are Rasa's own beginning, with what was carried over."""

    start: int
    stop: int
    begun: int


def sessions_of(events: Sequence[Event]) -> tuple[Session, ...]:
    """The sessions in order; together they hold every event."""
    starts = sorted({0, *_starts(events)})
    stops = [*starts[1:], len(events)]
    return tuple(
        Session(start, stop, _begun(events, start, stop))
        for start, stop in zip(starts, stops, strict=True)
        if start < stop
    )


def _starts(events: Sequence[Event]) -> Iterator[int]:
    """Where a session starts; one that a restart began is not begun again by what Rasa does after it."""
    is_new = False
    for place, kind in enumerate(map(type, events)):
        if kind is UserUttered:
            is_new = False
        elif kind is Restarted:
            is_new = True
            yield place + 1
        elif kind is SessionStarted and not is_new:
            yield _first_of_beginning(events, place)


def _first_of_beginning(events: Sequence[Event], place: int) -> int:
    """The action that began the session; one of the project's own may have said something meanwhile."""
    before = place
    while before and isinstance(events[before - 1], BotUttered):
        before -= 1
    return before - 1 if before and _begins(events[before - 1]) else place


def _begins(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.name == ACTION_SESSION_START


def _begun(events: Sequence[Event], start: int, stop: int) -> int:
    """Rasa listens once it has begun."""
    for place in range(start, stop):
        event = events[place]
        if isinstance(event, UserUttered):
            return place
        if isinstance(event, ActionExecuted) and not _begins(event):
            return place + (event.name == ACTION_LISTEN)
    return stop
