"""A story step as events: what stories leave out is put in, and the step is cut at its ORs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trainer_tui.core.conversations import Piece
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, SlotSet, UserUttered
from trainer_tui.core.slot_filling import slots_from_entities
from trainer_tui.core.stories import AnyValue, Or, StoryStep
from trainer_tui.dataclass import replace
from trainer_tui.errors import Place

_Part = list[tuple[Event, Place | None]]

_LISTENING = ActionExecuted(ACTION_LISTEN)


def pieces_of(step: StoryStep, domain: Domain, *, is_waiting: bool = True) -> list[tuple[Piece, ...]]:
    """A list of alternatives for each part of the step: one, or as many as an OR has.

    Put in are an action_listen before each message and, if `is_waiting`, at the end of a story, and the slots that
    entities fill.
    """
    pieces: list[tuple[Piece, ...]] = []
    part: _Part = []
    for index, event in enumerate(step.events):
        place = Place(step.place.path, step.lines[index]) if step.place and index < len(step.lines) else step.place
        if isinstance(event, Or):
            pieces.append(tuple(_alternative(part, events, place, domain) for events in event.alternatives))
            part = []
        else:
            _add(event, place, part, domain)
    ends_with_or = bool(step.events) and isinstance(step.events[-1], Or)
    if is_waiting and step.events and not step.end_checkpoints and not ends_with_or:
        _listen(part)
    if part:
        pieces.append((tuple(part),))
    return pieces


def _alternative(before: _Part, events: Iterable[Event], place: Place | None, domain: Domain) -> Piece:
    part = list(before)
    for event in events:
        _add(event, place, part, domain)
    return tuple(part)


def _add(event: Event, place: Place | None, part: _Part, domain: Domain) -> None:
    match event:
        case UserUttered():
            _listen(part)
            part.append((event, place))
            if event.entities:
                part += ((slot, None) for slot in slots_from_entities(event.entities, domain))
        case SlotSet(value=AnyValue.ANY):
            part.append((SlotSet(event.name, value_of_any(event.name, domain)), place))
        case ActionExecuted():
            name = domain.action_as_called_here(event.name)
            part.append((event if name == event.name else replace(event, name=name), place))
        case _:
            part.append((event, place))


def _listen(part: _Part) -> None:
    last = part[-1][0] if part else None
    if not (isinstance(last, ActionExecuted) and last.name == ACTION_LISTEN):
        part.append((_LISTENING, None))


def value_of_any(name: str, domain: Domain) -> Any:
    """What Rasa puts into a slot that a story names without a value."""
    slot = domain.slots.get(name)
    return {"text": "filled", "list": ["filled"]}.get(slot.type) if slot else None
