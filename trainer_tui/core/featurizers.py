"""Trackers → states → windows of `max_history`: what policies learn from and predict with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    EntitiesAdded,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.states import DialogueExample, Features, State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass

MAX_HISTORY = 5
"""How many states back places in stories are compared, where nobody says otherwise."""

_NO_SLOTS: tuple[tuple[str, Features], ...] = ()
_NO_USER: tuple[str | None, tuple[str, ...], str | None] = (None, (), None)

_CHANGES_THE_PAST = (Restarted, SessionStarted, ActionReverted, UserUtteranceReverted, EntitiesAdded)


@dataclass(frozen=True, slots=True)
class LabelledAction:
    """An action of a training conversation, the states before it, and its index among the tracker's events."""

    states: tuple[State, ...]
    action: str
    index: int


def prediction_states(
    tracker: DialogueStateTracker | Sequence[Event],
    domain: Domain,
    max_history: int | None = None,
    with_rule_turns: bool = False,
) -> tuple[State, ...]:
    """The last `max_history` states (None = all), oldest first: one before each action, one before the next.

    Without rule turns it is as if rules that no story knows had not run (`hide_rule_turn`), as what learned from
    stories sees it in Rasa 2.x and 3.x. Of a tracker it costs the events of these states, however long it is.
    """
    if isinstance(tracker, DialogueStateTracker):
        applied = tracker.applied
    else:
        applied = AppliedEvents.of(tracker, domain.initial_slots)
    return recent_states(applied, StateMaker(domain), max_history, with_rule_turns)


def recent_states(
    applied: AppliedEvents, maker: StateMaker, max_history: int | None, with_rule_turns: bool = False
) -> tuple[State, ...]:
    """As `prediction_states`, by a maker that many share."""
    window = [maker.of(node) for node in islice(_before_actions(applied, with_rule_turns), max_history)]
    window.reverse()
    return tuple(window)


class RecentStates:
    """The last `length` states after one tracker after the other, as `prediction_states` has them. Of one that goes on
    where the tracker before stood it costs the events between them, not those of all these states."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._states: StateMaker | None = None
        self._domain: Domain | None = None
        self._at: AppliedEvents | None = None
        self._past: tuple[State, ...] = ()

    def after(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[State, ...]:
        if self._states is None or domain is not self._domain:
            self._states, self._domain, self._at = StateMaker(domain), domain, None
        states, known = self._states, tuple[State, ...]()
        added: list[State] = []
        for node in tracker.applied:
            if node is self._at:
                known = self._past
                break
            if len(added) == self._length - 1:
                break
            if (before := _before_action(node, with_rule_turns=False)) is not None:
                added.append(states.of(before))
        added.reverse()
        self._at, self._past = tracker.applied, (*known, *added)[-(self._length - 1) :]
        return (*self._past, states.of(tracker.applied))


def training_examples(
    tracker: TrainingTracker, domain: Domain, max_history: int | None, states: StateMaker | None = None
) -> list[DialogueExample]:
    """The examples of one conversation: each action that is a label, with the last `max_history` states before it.

    Repeated runs of a form are kept, and each is a label. Rasa has the same states, but takes the labels from the
    events without these runs and pairs both by their index, so that they shift where a form was interrupted.
    """
    return [
        DialogueExample(labelled.states, labelled.action)
        for labelled in labelled_actions(tracker, domain, max_history, states)
    ]


def labelled_actions(
    tracker: TrainingTracker, domain: Domain, max_history: int | None, states: StateMaker | None = None
) -> Iterator[LabelledAction]:
    """As `training_examples`, with the place of each action. `states` may be shared between trackers of a domain."""
    maker = states or StateMaker(domain)
    past: list[State] = []
    for state, action, index in states_before_actions(tracker.events, domain, maker):
        past.append(state)
        window = tuple(past if max_history is None else past[-max_history:])
        if index not in tracker.unpredictable:
            yield LabelledAction(window, action.name or action.text or "", index)


def numbered_actions(
    tracker: TrainingTracker,
    domain: Domain,
    max_history: int | None,
    maker: StateMaker,
    number: Callable[[State], int],
) -> Iterator[tuple[tuple[int, ...], str, int]]:
    """As `labelled_actions`, (window, action, index), a window of numbers: each state is numbered once, not once in
    every window that it stands in."""
    past: list[int] = []
    for state, action, index in states_before_actions(tracker.events, domain, maker):
        past.append(number(state))
        if index not in tracker.unpredictable:
            window = past if max_history is None else past[-max_history:]
            yield tuple(window), action.name or action.text or "", index


def states_before_actions(
    events: Sequence[Event], domain: Domain, maker: StateMaker
) -> Iterator[tuple[State, ActionExecuted, int]]:
    """Each action of a story with the state before it and its index."""
    if any(isinstance(event, _CHANGES_THE_PAST) for event in events):
        nodes = list(AppliedEvents.of(events, domain.initial_slots, collapses=False))
        for node in reversed(nodes):
            if isinstance(node.event, ActionExecuted) and node.parent is not None:
                yield maker.of(node.parent), node.event, node.index
        return
    # Most stories only ever go forward, which needs no list of what there was.
    message, action, slots, loop = None, None, domain.initial_slots, None
    for index, event in enumerate(events):
        match event:
            case ActionExecuted():
                yield maker.made_of(message, action, slots, loop), event, index
                action = event
            case UserUttered():
                message = event
            case SlotSet():
                slots = {**slots, event.name: event.value}
            case ActiveLoop():
                loop = event.name
            case AllSlotsReset():
                slots = domain.initial_slots


def _before_actions(applied: AppliedEvents, with_rule_turns: bool) -> Iterator[AppliedEvents]:
    """The conversation as it is now, and as it was before each action, last one first."""
    yield applied
    for node in applied:
        if (before := _before_action(node, with_rule_turns)) is not None:
            yield before


def _before_action(node: AppliedEvents, with_rule_turns: bool) -> AppliedEvents | None:
    """The conversation as it was before the action of this node; None where it is none, or is hidden."""
    action, before = node.event, node.parent
    if isinstance(action, ActionExecuted) and before and (with_rule_turns or not _is_hidden(action, before)):
        return before
    return None


def _is_hidden(action: ActionExecuted, before: AppliedEvents) -> bool:
    """Whether the turn is a rule's. What follows a loop's own run belongs to that run; a beginning is never hidden."""
    if before.action is None:
        return False
    return before.action.hide_rule_turn if before.action.name == before.loop else action.hide_rule_turn


class StateMaker:
    """Makes states of one domain; equal parts are worked out once."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._featurised = [slot for slot in domain.slots.values() if slot.is_featurised]
        self._featurised.sort(key=lambda slot: slot.name)
        # The mapping is kept beside its features, for an id is only its own as long as it lives.
        self._slots: dict[int, tuple[Mapping[str, Any], tuple[tuple[str, Features], ...]]] = {}
        self._messages: dict[int, tuple[UserUttered, tuple[str | None, tuple[str, ...], str | None]]] = {}
        self._parts: dict[Any, Any] = {}
        self._states: dict[tuple[int, str | None, str | None, int, str | None], State] = {}

    def of(self, applied: AppliedEvents) -> State:
        """The state after these events."""
        return self.made_of(applied.message, applied.action, applied.slots, applied.loop)

    def made_of(
        self, message: UserUttered | None, action: ActionExecuted | None, slots: Mapping[str, Any], loop: str | None
    ) -> State:
        """The state of the latest message and action, the slots and the active loop; equal ones are one object."""
        user = self.user(message) if message else _NO_USER
        features = self._slot_features(slots)
        name = action.name if action else None
        text = action.text if action and not name else None
        # Equal parts are one object each, so their identities will do.
        key = (id(user), name, text, id(features), loop)
        state = self._states.get(key)
        if state is None:
            intent, entities, said = user
            state = self._states[key] = State(intent, entities, said, name, text, features, loop)
        return state

    def user(self, message: UserUttered) -> tuple[str | None, tuple[str, ...], str | None]:
        """Intent, labels of entities, and the text where an end-to-end story gives no intent."""
        known = self._messages.get(id(message))
        if known is None:
            user = self._user_features(message)
            known = self._messages[id(message)] = (message, self._parts.setdefault(user, user))
        return known[1]

    def _user_features(self, message: UserUttered) -> tuple[str | None, tuple[str, ...], str | None]:
        if not message.intent:
            return None, (), message.text or None
        intent = self.domain.featurised_intent(message.intent)
        wanted = self.domain.featurised_entities(intent)
        return intent, tuple(sorted(message.labels if wanted is None else message.labels & wanted)), None

    def slot(self, name: str, value: Any) -> tuple[str, Features] | None:
        """What states see of a slot that is set to this value; None where they do not see it at all."""
        slot = self.domain.slots.get(name)
        return (name, slot.features(value)) if slot and slot.is_featurised else None

    def _slot_features(self, slots: Mapping[str, Any]) -> tuple[tuple[str, Features], ...]:
        if not self._featurised:
            return _NO_SLOTS
        known = self._slots.get(id(slots))
        if known is None:
            pairs = ((slot.name, slot.features(slots.get(slot.name))) for slot in self._featurised)
            features = tuple(pair for pair in pairs if any(pair[1]))
            known = self._slots[id(slots)] = (slots, self._parts.setdefault(features, features))
        return known[1]
