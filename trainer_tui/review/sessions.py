"""What a store holds of one sender, cut into sessions: the events of Rasa's JSON, read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.core.events import Event, UserUttered, from_dict
from trainer_tui.core.sessions import sessions_of
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.event_texts import EventText

_MODELS = ("model_id", "assistant_id")
_MOST_KNOWN = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class ReadEvent:
    """An event of Rasa's JSON, with what its message says of where it came from."""

    event: Event
    channel: str = ""
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """Session `number` (from 1) of a sender: the events from `start` on. `begun` of them are Rasa's own beginning.
    `channel` is that of its first message, `models` are those that answered, as far as Rasa notes them. `times` are
    when the events happened: events that are alike are one."""

    number: int
    start: int
    events: tuple[Event, ...]
    begun: int = 0
    channel: str = ""
    models: tuple[str, ...] = ()
    times: tuple[float | None, ...] = ()

    @property
    def messages(self) -> Iterator[UserUttered]:
        return (event for event in self.events if isinstance(event, UserUttered))


class EventsRead:
    """Events of stores, of which those that are alike are read once."""

    def __init__(self) -> None:
        self._known: dict[str, ReadEvent | str] = {}

    def read(self, texts: Iterable[EventText]) -> tuple[list[ReadEvent], list[float | None], list[str]]:
        """The events, when each happened, and a line on each that cannot be read."""
        read: list[ReadEvent] = []
        times: list[float | None] = []
        problems: list[str] = []
        for text in texts:
            found = self._known.get(text.what) or self._read_anew(text)
            if isinstance(found, str):
                problems.append(found)
            else:
                read.append(found)
                times.append(text.at)
        return read, times, problems

    def _read_anew(self, text: EventText) -> ReadEvent | str:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        try:
            found: ReadEvent | str = _read_event(text.source)
        except FormatError as error:
            found = f"{error.title}: it is left out. {error.message}".rstrip()
        self._known[text.what] = found
        return found


def _read_event(source: Mapping[str, Any]) -> ReadEvent:
    event = from_dict(source)
    if not isinstance(event, UserUttered):
        return ReadEvent(event)
    named = (event.metadata.get(name) for name in _MODELS)
    return ReadEvent(event, str(source.get("input_channel") or ""), tuple(str(name) for name in named if name))


def sessions(texts: Iterable[EventText]) -> tuple[list[Session], list[str]]:
    """The sessions in which anything was said, in order, and a line on each event that cannot be read."""
    read, times, problems = EventsRead().read(texts)
    return [
        replace(session, times=tuple(times[session.start : session.start + len(session.events)]))
        for session in cut(read)
    ], problems


def cut(read: Sequence[ReadEvent]) -> list[Session]:
    """The sessions in which anything was said, in order."""
    events = tuple(item.event for item in read)
    found = []
    for number, part in enumerate(sessions_of(events), 1):
        messages = [item for item in read[part.start : part.stop] if isinstance(item.event, UserUttered)]
        if messages:
            models = tuple(sorted({name for message in messages for name in message.models}))
            inside, begun = events[part.start : part.stop], part.begun - part.start
            found.append(Session(number, part.start, inside, begun, messages[0].channel, models))
    return found


def span(times: Iterable[float | None]) -> tuple[float | None, float | None]:
    """When a session began and was last active. Events that were posted over HTTP may carry any time, so it is the
    earliest and the latest one."""
    known = [time for time in times if time is not None]
    return min(known, default=None), max(known, default=None)
