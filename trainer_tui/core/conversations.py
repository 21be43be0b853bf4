"""Conversations in the making: what a story generator joins piece by piece, compared by what policies see of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.featurizers import StateMaker
from trainer_tui.core.states import Features
from trainer_tui.core.stories import StoryStep, TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

Piece = tuple[tuple[Event, Place | None], ...]
"""Events of a story with the places where they were written; None = implicit."""

# How many states back conversations are told apart when there are too many of them.
_LONGEST_WINDOW = 8

_ENDINGS = (ActionReverted, UserUtteranceReverted, Restarted, SessionStarted)


class _Now(NamedTuple):
    """The state that the next action would see, in parts, with the values that checkpoints ask for."""

    message: Hashable
    action: str | None
    loop: str | None
    slots: tuple[tuple[str, Features], ...]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """A conversation: its parent and one piece more.

    Equal `key`s mean equal states and actions. `recent` numbers its last states. `values` holds the slots that
    checkpoints ask for. `is_crowded`: it stands for others that only a long memory tells from it.
    """

    key: int
    now: _Now
    past: int = 0
    recent: tuple[int, ...] = ()
    values: Mapping[str, Any] | None = None
    names: tuple[str, ...] = ()
    place: Place | None = None
    piece: Piece = ()
    unpredictable: int | None = None
    has_begun: bool = False
    length: int = 0
    is_crowded: bool = False
    parent: Conversation | None = None

    def holds(self, conditions: Mapping[str, Any]) -> bool:
        """Whether the slots have the values that a checkpoint asks for."""
        values = self.values or {}
        return all(values.get(name) == value for name, value in conditions.items())

    def tracker(self) -> TrainingTracker:
        pieces = []
        conversation: Conversation | None = self
        while conversation is not None:
            pieces.append(conversation.piece)
            conversation = conversation.parent
        pairs = [pair for piece in reversed(pieces) for pair in piece]
        return TrainingTracker(
            " > ".join(self.names),
            tuple(event for event, _ in pairs),
            self.place,
            tuple(place for _, place in pairs),
            frozenset(() if self.unpredictable is None else (self.unpredictable,)),
        )


class Growth:
    """Makes conversations longer; equal ones get equal keys.

    `conditional` are the slots whose very value decides at a checkpoint; of the others only the features count.
    """

    def __init__(self, domain: Domain, conditional: frozenset[str]) -> None:
        self._domain = domain
        self._conditional = conditional
        self._states = StateMaker(domain)
        self._numbers: dict[Hashable, int] = {}
        self._initial = self._initial_slots()
        values = {name: domain.initial_slots.get(name) for name in conditional}
        self.start = Conversation(0, _Now(None, None, None, self._initial, ()), values=values)

    def grown(
        self, conversation: Conversation, piece: Piece, step: StoryStep
    ) -> tuple[Conversation, list[Conversation]]:
        """The conversation with a piece of the step more, and those that ended before a restart or rewind in it."""
        names = conversation.names
        if step.name and step.name not in names:
            names = (*names, step.name)
        place = conversation.place or step.place
        message, action, loop, slots, seen = conversation.now
        past, recent, values = conversation.past, conversation.recent, conversation.values
        unpredictable, has_begun = conversation.unpredictable, conversation.has_begun
        start = conversation.length
        ended: list[Conversation] = []

        def built(length: int) -> Conversation:
            now = _Now(message, action, loop, slots, seen)
            return Conversation(
                self._number((past, now)),
                now,
                past,
                tuple(recent[-_LONGEST_WINDOW:]),
                values,
                names,
                place,
                piece[:length],
                unpredictable,
                has_begun,
                start + length,
                conversation.is_crowded,
                conversation,
            )

        states = list(recent)
        for index, (event, _) in enumerate(piece):
            match event:
                case ActionExecuted():
                    label = event.name or event.text
                    state = self._number((message, action, loop, slots, seen))
                    past = self._number((past, state, label))
                    states.append(state)
                    action = label
                    if not has_begun and label != ACTION_LISTEN:
                        unpredictable = start + index
                    has_begun = True
                case UserUttered():
                    message = self._states.user(event)
                    has_begun = True
                case SlotSet():
                    slots = self._with_slot(slots, event)
                    if event.name in self._conditional:
                        values = {**(values or {}), event.name: event.value}
                        seen = tuple(sorted((name, repr(value)) for name, value in values.items()))
                case ActiveLoop():
                    loop = event.name
                case AllSlotsReset():
                    slots = self._initial
                case _ if isinstance(event, _ENDINGS):
                    recent = tuple(states)
                    ended.append(built(index))
                    past = self._number((past, type(event)))
                    if isinstance(event, (Restarted, SessionStarted)):
                        message, action, loop, slots = None, None, None, self._initial
                case _:
                    pass
        recent = tuple(states)
        return built(len(piece)), ended

    def _number(self, thing: Hashable) -> int:
        return self._numbers.setdefault(thing, len(self._numbers) + 1)

    def _initial_slots(self) -> tuple[tuple[str, Features], ...]:
        slots = self._domain.slots.values()
        features = ((slot.name, slot.features(slot.initial_value)) for slot in slots)
        return tuple(sorted(pair for pair in features if any(pair[1])))

    def _with_slot(self, slots: tuple[tuple[str, Features], ...], event: SlotSet) -> tuple[tuple[str, Features], ...]:
        slot = self._domain.slots.get(event.name)
        if slot is None or not slot.is_featurised:
            return slots
        features = slot.features(event.value)
        others = [pair for pair in slots if pair[0] != event.name]
        if any(features):
            others.append((event.name, features))
            others.sort()
        return tuple(others)


def thinned(conversations: list[Conversation], maximum: int) -> tuple[list[Conversation], list[Conversation]]:
    """(those that go on, those that end here), so that every run of the last states is in one of them.

    Of conversations with equal last states one goes on. Each parent is given a child that goes on where that is
    possible, so that what only it holds is not lost; where it is not, one of its children ends.
    """
    for length in (_LONGEST_WINDOW, 5, 4, 3, 2, 1):
        windows = [(conversation.recent[-length:], conversation.now) for conversation in conversations]
        if len(set(windows)) <= maximum:
            break
    going_on: dict[Hashable, Conversation] = {}
    parents: set[int] = set()
    for window, conversation in zip(windows, conversations, strict=True):
        if window not in going_on and id(conversation.parent) not in parents:
            going_on[window] = conversation
            parents.add(id(conversation.parent))
    for window, conversation in zip(windows, conversations, strict=True):
        if window not in going_on:
            going_on[window] = conversation
    ending = []
    for conversation in conversations:
        if id(conversation.parent) not in parents:
            parents.add(id(conversation.parent))
            ending.append(conversation)
    # One that is crowded already stays the same object: it is the parent of what grew from it before.
    crowded = (found if found.is_crowded else replace(found, is_crowded=True) for found in going_on.values())
    return list(crowded), ending


def unique(conversations: Iterable[Conversation]) -> list[Conversation]:
    """Of conversations with equal states and actions the first."""
    found: dict[int, Conversation] = {}
    for conversation in conversations:
        found.setdefault(conversation.key, conversation)
    return list(found.values())
