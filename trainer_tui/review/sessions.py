"""What a store holds of one sender, cut into sessions: the events of Rasa's JSON, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer_tui.core.events import Event, UserUttered, from_dict
from trainer_tui.core.sessions import sessions_of
from trainer_tui.errors import FormatError

_MODELS = ("model_id", "assistant_id")


@dataclass(frozen=True, slots=True)
class Session:
    """Session `number` (from 1) of a sender; `begun` events are Rasa's own beginning. `channel` is that of its first
    message, `models` are those that answered, as far as Rasa notes them."""

    number: int
    events: tuple[Event, ...]
    begun: int = 0
    channel: str = ""
    models: tuple[str, ...] = ()

    @property
    def messages(self) -> Iterator[UserUttered]:
        return (event for event in self.events if isinstance(event, UserUttered))

    @property
    def times(self) -> tuple[float | None, float | None]:
        """When it began and was last active. Events that were posted over HTTP may carry any time, so it is the
        earliest and the latest one."""
        known = [event.timestamp for event in self.events if event.timestamp is not None]
        return min(known, default=None), max(known, default=None)


def sessions(sources: Sequence[Mapping[str, Any]]) -> tuple[list[Session], list[str]]:
    """The sessions in which anything was said, in order, and a line on each event that cannot be read: it is left
    out."""
    events: list[Event] = []
    sent: list[Mapping[str, Any]] = []
    problems: list[str] = []
    for source in sources:
        try:
            events.append(from_dict(source))
            sent.append(source)
        except FormatError as error:
            problems.append(f"{error.title}: it is left out. {error.message}".rstrip())
    found = []
    for number, cut in enumerate(sessions_of(events), 1):
        inside = range(cut.start, cut.stop)
        messages = [sent[place] for place in inside if isinstance(events[place], UserUttered)]
        if messages:
            named = ((message.get("metadata") or {}).get(name) for message in messages for name in _MODELS)
            part, begun = tuple(events[cut.start : cut.stop]), cut.begun - cut.start
            channel, models = messages[0].get("input_channel"), sorted({str(name) for name in named if name})
            found.append(Session(number, part, begun, str(channel or ""), tuple(models)))
    return found, problems
