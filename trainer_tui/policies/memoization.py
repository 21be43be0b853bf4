"""Memory: in a state that stories know, what they do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event
from trainer_tui.core.featurizers import prediction_states, training_examples
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place
from trainer_tui.policies.lessons import lesson_length, shared_length
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction

_Key = tuple[State, ...]

_PLACES_KEPT = 5


@dataclass(slots=True)
class _Followed:
    """How often an action followed a state in the stories, and where first."""

    action: str
    count: int = 0
    stories: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, story: str, place: Place | None) -> None:
        self.count += 1
        if story not in self.stories and len(self.stories) < _PLACES_KEPT:
            self.stories.append(story)
        if place is not None and place not in self.places and len(self.places) < _PLACES_KEPT:
            self.places.append(place)

    def as_evidence(self) -> Evidence:
        if self.count == 1:
            text = f'story "{self.stories[0]}" runs {self.action} here'
        else:
            text = f'{self.count} stories run {self.action} here: "{self.stories[0]}"'
            text += " …" if len(self.stories) > 1 else ""
        return Evidence(text, tuple(self.places), self.action)


class MemoizationPolicy:
    """Certain where stories and lessons know the last `max_history` states and agree on the action, else silent.

    As in Rasa, a state in which they disagree is as if it were not known; the evidence still names every side.
    `max_history` None looks at the conversation from its start.
    """

    name = "MemoizationPolicy"

    def __init__(
        self, max_history: int | None = 5, priority: int = 3, use_nlu_confidence_as_score: bool = False
    ) -> None:
        self.max_history = max_history
        self.priority = priority
        self.use_nlu_confidence_as_score = use_nlu_confidence_as_score
        self.lookup_: dict[_Key, list[_Followed]] = {}
        self._lessons: list[Lesson] = []
        self._taught: dict[_Key, dict[str, int]] = {}

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        lookup: dict[_Key, list[_Followed]] = {}
        for tracker in trackers:
            if not tracker.is_rule:
                self._memorise(lookup, tracker, domain)
        self.lookup_ = lookup
        return self

    def _memorise(self, lookup: dict[_Key, list[_Followed]], tracker: TrainingTracker, domain: Domain) -> None:
        for example in training_examples(tracker, domain, self.max_history):
            known = lookup.setdefault(example.states, [])
            followed = next((item for item in known if item.action == example.action), None)
            if followed is None:
                followed = _Followed(example.action)
                known.append(followed)
            followed.add(tracker.story, example.place)

    def learn(self, lessons: Sequence[Lesson]) -> None:
        shared = shared_length(self._lessons, lessons)
        while len(self._lessons) > shared:
            self._forget(self._lessons.pop())
        for lesson in lessons[shared:]:
            self._lessons.append(lesson)
            taught = self._taught.setdefault(self._taught_key(lesson.states), {})
            taught[lesson.action] = taught.get(lesson.action, 0) + 1

    def _forget(self, lesson: Lesson) -> None:
        key = self._taught_key(lesson.states)
        taught = self._taught[key]
        taught[lesson.action] -= 1
        if not taught[lesson.action]:
            del taught[lesson.action]
        if not taught:
            del self._taught[key]

    def _taught_key(self, states: Sequence[State]) -> _Key:
        return without_latest_text(states[-lesson_length(self.max_history) :])

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        states = without_latest_text(prediction_states(tracker, domain, self.max_history))
        return self._prediction(self.recall(states), tracker)

    def recall(self, states: _Key) -> tuple[Evidence, ...]:
        """What stories and lessons do in this state, most frequent first; several actions where they disagree."""
        known = sorted(self.lookup_.get(states, ()), key=lambda followed: -followed.count)
        evidence = [followed.as_evidence() for followed in known]
        taught: Mapping[str, int] = self._taught.get(self._taught_key(states), {}) if self._taught else {}
        evidence += [Evidence(f"you taught {action} here", action=action) for action in taught]
        return tuple(evidence)

    def _prediction(self, evidence: tuple[Evidence, ...], tracker: DialogueStateTracker) -> PolicyPrediction:
        confidences: dict[str, float] = {}
        actions = {item.action for item in evidence if item.action}
        if len(actions) == 1:
            score = 1.0
            if self.use_nlu_confidence_as_score and tracker.latest_message:
                score = tracker.latest_message.intent_confidence
            confidences = dict.fromkeys(actions, score)
        return PolicyPrediction(self.name, confidences, self.priority, evidence=evidence)


class AugmentedMemoizationPolicy(MemoizationPolicy):
    """Where the state is not known, tries again as if the conversation had begun later (Rasa's "DeLorean").

    The conversation is cut at the first action_listen beyond `max_history` actions, then loses action by action from
    its start; slots that were filled before are empty then.
    """

    name = "AugmentedMemoizationPolicy"

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        states = without_latest_text(prediction_states(tracker, domain, self.max_history))
        evidence = self.recall(states)
        prediction = self._prediction(evidence, tracker)
        if prediction.confidences:
            return prediction
        for later in self._later_beginnings(tracker, domain):
            earlier, states = states, without_latest_text(prediction_states(later, domain, self.max_history))
            if states != earlier:
                found = self._prediction(self.recall(states), tracker)
                if found.confidences:
                    return found
        return prediction

    def _later_beginnings(self, tracker: DialogueStateTracker, domain: Domain) -> Iterable[DialogueStateTracker]:
        events = tracker.applied_events()
        actions = [index for index, event in enumerate(events) if isinstance(event, ActionExecuted)]
        for start in actions[_first_kept(events, actions, self.max_history) :]:
            yield DialogueStateTracker.from_events(events[start:], domain, tracker.sender_id)


def _first_kept(events: Sequence[Event], actions: Sequence[int], max_history: int | None) -> int:
    """Which of the actions the cut conversation begins with."""
    if max_history is None:
        return 0
    for index in range(len(actions) - max_history - 1, -1, -1):
        event = events[actions[index]]
        if isinstance(event, ActionExecuted) and event.name == ACTION_LISTEN:
            return index
    return 0


def without_latest_text(states: Sequence[State]) -> _Key:
    """The states, the latest message of which counts by its intent only, as Rasa's memory has it."""
    states = tuple(states)
    if states and states[-1].text is not None and states[-1].action == ACTION_LISTEN:
        return (*states[:-1], replace(states[-1], text=None))
    return states
