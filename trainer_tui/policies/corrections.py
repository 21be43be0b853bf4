"""Corrections: in its own state, what a person taught outranks every policy, rules and memory included."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Self

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.following import Following
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.lessons import LESSON_LENGTH, lesson_length
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past

_Key = tuple[State, ...]


class CorrectionPolicy(Following[Lesson]):
    """Says, with certainty, what the latest lesson of this state says, if any of its lessons corrected a prediction.

    A correction's own state is the last `LESSON_LENGTH` states; failing that, the last `max_history`, which is what the
    memory of stories takes for the same state.
    """

    name = "CorrectionPolicy"

    def __init__(self, max_history: int | None = 5, priority: int = 100) -> None:
        super().__init__()
        self.max_history = max_history
        self.priority = priority
        self._taught: dict[_Key, list[str]] = {}
        self._keys: list[tuple[_Key, ...]] = []

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        return self

    def _learn(self, lesson: Lesson) -> None:
        # Until something is corrected no key counts, and making one hashes twenty states.
        keys = self._own_keys(lesson.states) if lesson.was_corrected or self._taught else ()
        taught = tuple(key for key in keys if lesson.was_corrected or key in self._taught)
        for key in taught:
            self._taught.setdefault(key, []).append(lesson.action)
        self._keys.append(taught)

    def _forget(self, lesson: Lesson) -> None:
        for key in self._keys.pop():
            self._taught[key].pop()
            if not self._taught[key]:
                del self._taught[key]

    def _own_keys(self, states: Sequence[State]) -> tuple[_Key, ...]:
        """The longest first, each once."""
        lengths = (LESSON_LENGTH, lesson_length(self.max_history))
        return tuple(dict.fromkeys(tuple(states[-length:]) for length in lengths))

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        if not self._taught:
            return PolicyPrediction(self.name, {}, self.priority)
        for key in self._own_keys(prediction_states(tracker, domain, LESSON_LENGTH)):
            taught = self._taught.get(key)
            if taught:
                evidence = (Evidence("you taught this here"),)
                return PolicyPrediction(self.name, {taught[-1]: 1.0}, self.priority, evidence=evidence)
        return PolicyPrediction(self.name, {}, self.priority)

    def sight(self, past: Past) -> Hashable:
        return past.states(LESSON_LENGTH) if self._taught else ()
