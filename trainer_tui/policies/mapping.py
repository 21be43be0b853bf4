"""The mapping policy of 2018: an intent's `triggers:` names the action that answers it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Self

from trainer_tui.core.domain import ACTION_BACK, ACTION_RESTART, Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past

_DEFAULT_TRIGGERS = {"restart": ACTION_RESTART, "back": ACTION_BACK}


class MappingPolicy:
    """After a message, the action that its intent triggers; after that action the form that is active, else
    action_listen (as Rasa 1.x)."""

    name = "MappingPolicy"

    def __init__(self, priority: int = 2) -> None:
        self.priority = priority

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        return self

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """What an intent triggers stands in the domain alone."""

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        intent = tracker.latest_message.intent if tracker.latest_message else None
        triggered = _triggered(intent, domain)
        if triggered is None:
            return PolicyPrediction(self.name, {}, self.priority)
        evidence = (Evidence(f"the intent {intent} triggers {triggered}"),)
        if tracker.latest_action == ACTION_LISTEN:
            return PolicyPrediction(self.name, {triggered: 1.0}, self.priority, evidence=evidence)
        form_goes_on = tracker.active_loop is not None and not tracker.active_loop.is_rejected
        if tracker.latest_action == triggered and not form_goes_on and _chosen_by(tracker) in (self.name, None):
            return PolicyPrediction(self.name, {ACTION_LISTEN: 1.0}, self.priority, evidence=evidence)
        return PolicyPrediction(self.name, {}, self.priority)

    def sight(self, past: Past) -> Hashable:
        tracker = past.tracker
        intent = tracker.latest_message.intent if tracker.latest_message else None
        return intent, tracker.latest_action, tracker.active_loop, _chosen_by(tracker)


def _triggered(intent: str | None, domain: Domain) -> str | None:
    if intent is None:
        return None
    known = domain.intents.get(intent)
    return (known.triggers if known else None) or _DEFAULT_TRIGGERS.get(intent)


def _chosen_by(tracker: DialogueStateTracker | None) -> str | None:
    """The policy that predicted the latest action; None where a person chose it."""
    while tracker is not None:
        if isinstance(tracker.event, ActionExecuted):
            return tracker.event.policy
        tracker = tracker.parent
    return None
