"""What a store holds of one sender, cut into sessions: the events of Rasa's JSON, read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer_tui.core.events import Event, UserUttered, from_dict
from trainer_tui.core.sessions import sessions_of
from trainer_tui.errors import FormatError

_MODELS = ("model_id", "assistant_id")


@dataclass(frozen=True, slots=True, eq=False)
class ReadEvent:
    """An event of Rasa's JSON, with what its message says of where it came from."""

    event: Event
    channel: str = ""
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """Session `number` (from 1) of a sender: the events from `start` on. `begun` of them are Rasa's own beginning.
    `channel` is that of its first message, `models` are those that answered, as far as Rasa notes them."""

    number: int
    start: int
    events: tuple[Event, ...]
    begun: int = 0
    channel: str = ""
    models: tuple[str, ...] = ()

    @property
    def messages(self) -> Iterator[UserUttered]:
        return (event for event in self.events if isinstance(event, UserUttered))


def read_event(source: Mapping[str, Any]) -> ReadEvent:
    """FormatError where it is none that is known here."""
    event = from_dict(source)
    if not isinstance(event, UserUttered):
        return ReadEvent(event)
    named = ((source.get("metadata") or {}).get(name) for name in _MODELS)
    return ReadEvent(event, str(source.get("input_channel") or ""), tuple(str(name) for name in named if name))


def left_out(error: FormatError) -> str:
    """What is said of an event that cannot be read."""
    return f"{error.title}: it is left out. {error.message}".rstrip()


def sessions(sources: Iterable[Mapping[str, Any]]) -> tuple[list[Session], list[str]]:
    """The sessions in which anything was said, in order, and a line on each event that cannot be read."""
    read: list[ReadEvent] = []
    problems: list[str] = []
    for source in sources:
        try:
            read.append(read_event(source))
        except FormatError as error:
            problems.append(left_out(error))
    return cut(read), problems


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
