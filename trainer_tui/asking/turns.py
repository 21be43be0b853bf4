"""A turn of the conversation as it stands in its pane: a message, what it means, what the bot did; and its changes."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.events import Entity
from trainer_tui.dataclass import dataclass
from trainer_tui.session.view import HistoryEntry


@dataclass(frozen=True, slots=True)
class TurnAction:
    """An action of a turn, and the move by which the session knows it."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Turn:
    """`number` counts messages, from 1; `at` is the move by which the session knows it.

    `pointed` is the action that was pointed at, where it was one. `is_guess`: nobody has confirmed the intent.
    """

    number: int
    at: int
    text: str
    entities: tuple[Entity, ...] = ()
    intent: str = ""
    actions: tuple[TurnAction, ...] = ()
    pointed: int | None = None
    is_guess: bool = False

    @property
    def names_its_intent(self) -> bool:
        """`/greet` says what it means itself."""
        return self.text.startswith("/")


def turns(history: Sequence[HistoryEntry]) -> tuple[Turn, ...]:
    """All turns, oldest first."""
    return tuple(_turn(history[begin:end], number) for number, (begin, end) in enumerate(_parts(history), 1))


def turn_at(history: Sequence[HistoryEntry], place: int) -> Turn | None:
    """The turn that an entry belongs to; None before the first message."""
    for number, (begin, end) in enumerate(_parts(history), 1):
        if begin <= place < end:
            # What the bot says stands behind the action that says it.
            said_by = (one for one in reversed(history[begin : place + 1]) if one.kind not in ("text", "buttons"))
            nearest = next(said_by)
            pointed = nearest.at if nearest.kind == "action" else None
            return _turn(history[begin:end], number, pointed)
    return None


def _parts(history: Sequence[HistoryEntry]) -> list[tuple[int, int]]:
    begins = [place for place, entry in enumerate(history) if entry.kind == "message" and entry.at is not None]
    return list(zip(begins, [*begins[1:], len(history)], strict=False))


def _turn(entries: Sequence[HistoryEntry], number: int, pointed: int | None = None) -> Turn:
    message = entries[0]
    assert message.at is not None
    intents = [entry.text.removeprefix("intent ") for entry in entries if entry.kind == "intent"]
    actions = [TurnAction(entry.text, entry.at) for entry in entries if entry.kind == "action" and entry.at is not None]
    return Turn(
        number,
        message.at,
        message.text,
        message.entities,
        intents[0] if intents else "",
        tuple(actions),
        pointed,
        any(entry.is_guess for entry in entries),
    )
