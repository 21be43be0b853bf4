"""What a rule asks of a conversation: its states, and how they match."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, ActiveLoop, AllSlotsReset, SlotSet
from trainer_tui.core.featurizers import StateMaker
from trainer_tui.core.states import State
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

_SHOULD_NOT_BE_SET = "should_not_be_set"


@dataclass(frozen=True, slots=True)
class RuleState:
    """What must hold: every part of `state` that is set, `unset_slots` empty, and with `is_without_loop` no loop."""

    state: State
    unset_slots: tuple[str, ...] = ()
    is_without_loop: bool = False

    @property
    def loop(self) -> str | None:
        return self.state.loop

    def matches(self, found: State) -> bool:
        """Whether a state of a conversation has all of it. Where a conversation starts nothing else is asked."""
        wanted = self.state
        is_start = wanted.action is None and wanted.action_text is None
        if is_start or (found.action is None and found.action_text is None):
            return is_start and found.action is None and found.action_text is None
        return (
            wanted.action == found.action
            and wanted.action_text == found.action_text
            and (wanted.intent is None or wanted.intent == found.intent)
            and (wanted.text is None or wanted.text == found.text)
            and (not wanted.entities or wanted.entities == found.entities)
            and (wanted.loop is None or wanted.loop == found.loop)
            and not (self.is_without_loop and found.loop is not None)
            and self._slots_match(found)
        )

    def _slots_match(self, found: State) -> bool:
        if not self.state.slots and not self.unset_slots:
            return True
        slots = dict(found.slots)
        if any(name in slots for name in self.unset_slots):
            return False
        return all(slots.get(name) == features for name, features in self.state.slots)

    def as_dict(self) -> dict[str, Any]:
        """The state as Rasa writes it in a rule's key."""
        body = dict(self.state.as_dict())
        if self.unset_slots:
            body["slots"] = {**body.get("slots", {}), **dict.fromkeys(self.unset_slots, _SHOULD_NOT_BE_SET)}
        if self.is_without_loop:
            body["active_loop"] = {"name": _SHOULD_NOT_BE_SET}
        return body


RuleStates = tuple[RuleState, ...]


@dataclass(frozen=True, slots=True)
class RuleExample:
    """The states before an action of a rule or story (oldest first), the action, and where it is written."""

    states: RuleStates
    action: str
    place: Place | None


def key_of(states: RuleStates) -> str:
    """The rule's key in Rasa, which takes the longest key among those that match."""
    return json.dumps([state.as_dict() for state in states], sort_keys=True)


def since_snippet(states: Sequence[RuleState]) -> RuleStates:
    """The states that a rule asks for: those after its `...`, or all where it begins with the conversation."""
    for index in range(len(states) - 1, -1, -1):
        if states[index].state.action == SNIPPET:
            return tuple(states[index + 1 :])
    return tuple(states)


def rule_examples(
    tracker: TrainingTracker, domain: Domain, maker: StateMaker, max_history: int | None = None
) -> list[RuleExample]:
    """Every predictable action of a rule or story with what a rule made of it would ask for.

    Slots that nothing set are left out, initial values too; what a rule sets to null must not be set (Rasa 2.x, 3.x).
    """
    slots: dict[str, bool] = {}
    is_without_loop = False
    states: list[RuleState] = []
    examples: list[RuleExample] = []
    for node in reversed(list(AppliedEvents.of(tracker.events, domain.initial_slots))):
        match node.event:
            case ActionExecuted() as event if node.parent is not None:
                states.append(_rule_state(maker.of(node.parent), slots, is_without_loop, domain))
                action = event.name or event.text
                if action is not None and not is_unpredictable(tracker, node):
                    window = tuple(states[-(max_history or 0) :])
                    examples.append(RuleExample(window, action, tracker.place_of(node.index)))
            case SlotSet() as event:
                slots[event.name] = tracker.is_rule and event.value is None
            case ActiveLoop() as event:
                is_without_loop = tracker.is_rule and event.name is None
            case AllSlotsReset():
                slots.clear()
            case _:
                pass
    return examples


def is_unpredictable(tracker: TrainingTracker, node: AppliedEvents) -> bool:
    """Whether the action of `node` is no label: marked so, or what a rule begins with."""
    if node.index in tracker.unpredictable:
        return True
    action, before = node.event, node.parent
    is_first = tracker.is_rule and before is not None and before.action is None and before.message is None
    return is_first and isinstance(action, ActionExecuted) and action.name != ACTION_LISTEN


def _rule_state(state: State, slots: dict[str, bool], is_without_loop: bool, domain: Domain) -> RuleState:
    unset = (name for name, is_unset in slots.items() if is_unset and name in domain.slots)
    return RuleState(
        replace(state, slots=tuple(item for item in state.slots if item[0] in slots)),
        tuple(sorted(name for name in unset if domain.slots[name].is_featurised)),
        is_without_loop,
    )
