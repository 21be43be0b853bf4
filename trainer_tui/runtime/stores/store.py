"""What a store of conversations gives, whatever keeps them. Nothing in a store is ever written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from trainer_tui.dataclass import dataclass
from trainer_tui.formats.json.event_texts import EventText

EMPTY = (
    "no conversation is in it. That need not mean that nobody spoke: where Rasa cannot write to its store (the table, "
    "a right, a sender's id of more than 255 characters) it answers all the same, and only its log says so"
)


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """All that was said with one sender, every session of it, in the store's order."""

    sender_id: str
    texts: tuple[EventText, ...]

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """As the store's JSON has them."""
        return tuple(text.source for text in self.texts)

    def __reduce__(self) -> tuple[Any, ...]:
        """By columns, which go to another process in a fraction of the time that as many objects take."""
        return _of_columns, (self.sender_id, *zip(*self.texts, strict=True))


def _of_columns(sender_id: str, *columns: Iterable[Any]) -> StoredConversation:
    return StoredConversation(sender_id, tuple(map(EventText, *columns)) if columns else ())


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row, line or value that cannot be read; the rest goes on. `place` says which: `row 17 of events`."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Store(Protocol):
    """May be asked from several threads. TrainerError where it cannot be read (any more)."""

    @property
    def label(self) -> str:
        """What is shown of it: without user, password and query."""

    def conversations(self, since: str = "") -> Iterator[StoredConversation | Unreadable]:
        """Every conversation that has something new since that mark, whole; the latest first where the store knows
        which these are. Memory does not grow with what was said."""

    @property
    def share(self) -> float:
        """How much of what `conversations` gives is behind, from 0 to 1, about; 0 where that is not known."""

    def mark(self) -> str:
        """What to hand to `conversations` the next time, once the latest was read to its end."""

    def conversation(self, sender_id: str) -> StoredConversation:
        """One conversation as it is now, without what of it cannot be read; TrainerError where there is none."""

    def close(self) -> None: ...
