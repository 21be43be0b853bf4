"""Trackers → states → windows of `max_history`: what policies learn from and predict with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Event, UserUttered
from trainer_tui.core.states import DialogueExample, Features, State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker

_NO_SLOTS: tuple[tuple[str, Features], ...] = ()


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
    states = StateMaker(domain)
    window = [states.of(node) for node in islice(_before_actions(applied, with_rule_turns), max_history)]
    window.reverse()
    return tuple(window)


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
    applied = AppliedEvents.of(tracker.events, domain.initial_slots, collapses=False)
    nodes = [node for node in applied if isinstance(node.event, ActionExecuted) and node.parent is not None]
    nodes.reverse()
    past: list[State] = []
    for node in nodes:
        action = node.event
        assert isinstance(action, ActionExecuted) and node.parent is not None
        past.append(maker.of(node.parent))
        window = tuple(past if max_history is None else past[-max_history:])
        if node.index not in tracker.unpredictable:
            yield LabelledAction(window, action.name or action.text or "", node.index)


def _before_actions(applied: AppliedEvents, with_rule_turns: bool) -> Iterator[AppliedEvents]:
    """The conversation as it is now, and as it was before each action, last one first."""
    yield applied
    for node in applied:
        action, before = node.event, node.parent
        if isinstance(action, ActionExecuted) and before and (with_rule_turns or not _is_hidden(action, before)):
            yield before


def _is_hidden(action: ActionExecuted, before: AppliedEvents) -> bool:
    """Whether the turn is a rule's. What follows a loop's own run belongs to that run; a beginning is never hidden."""
    if before.action is None:
        return False
    return before.action.hide_rule_turn if before.action.name == before.loop else action.hide_rule_turn


class StateMaker:
    """Makes states of one domain; equal parts are worked out once."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._featurised = [slot for slot in domain.slots.values() if slot.is_featurised]
        self._featurised.sort(key=lambda slot: slot.name)
        # The mapping is kept beside its features, for an id is only its own as long as it lives.
        self._slots: dict[int, tuple[Mapping[str, Any], tuple[tuple[str, Features], ...]]] = {}
        self._messages: dict[int, tuple[UserUttered, tuple[str | None, tuple[str, ...], str | None]]] = {}
        self._states: dict[State, State] = {}

    def of(self, applied: AppliedEvents) -> State:
        """The state after these events."""
        intent, entities, text = self.user(applied.message) if applied.message else (None, (), None)
        action = applied.action
        state = State(
            intent,
            entities,
            text,
            action.name if action else None,
            action.text if action and not action.name else None,
            self._slot_features(applied.slots),
            applied.loop,
        )
        return self._states.setdefault(state, state)

    def user(self, message: UserUttered) -> tuple[str | None, tuple[str, ...], str | None]:
        """Intent, labels of entities, and the text where an end-to-end story gives no intent."""
        known = self._messages.get(id(message))
        if known is None:
            known = self._messages[id(message)] = (message, self._user_features(message))
        return known[1]

    def _user_features(self, message: UserUttered) -> tuple[str | None, tuple[str, ...], str | None]:
        if not message.intent:
            return None, (), message.text or None
        intent = self._domain.featurised_intent(message.intent)
        wanted = self._domain.featurised_entities(intent)
        labels = {label for entity in message.entities for label in entity.labels}
        return intent, tuple(sorted(labels if wanted is None else labels & wanted)), None

    def _slot_features(self, slots: Mapping[str, Any]) -> tuple[tuple[str, Features], ...]:
        if not self._featurised:
            return _NO_SLOTS
        known = self._slots.get(id(slots))
        if known is None:
            features = ((slot.name, slot.features(slots.get(slot.name))) for slot in self._featurised)
            known = self._slots[id(slots)] = (slots, tuple(pair for pair in features if any(pair[1])))
        return known[1]
