"""Memory: in a state that stories know, what they do there.

Theory of operation. A key is the tuple of the last `max_history` states, without the words of the latest message. A key
that stories agree on is certain, one that they disagree on is silent but names every side as evidence. Lessons speak as
stories do, and are kept apart under the same keys so that they can be forgotten, last first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Self

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from trainer_tui.core.featurizers import LabelledAction, StateMaker, numbered_actions, prediction_states
from trainer_tui.core.following import Following
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.policies.lessons import LESSON_LENGTH, lesson_length
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past

_Key = tuple[State, ...]
_Window = tuple[int, ...]
"""The same by the numbers of the states: to find one takes no hashing of all that stands in a state."""

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
        # Whether there is room is asked first: what many stories do has been full for long.
        if len(self.stories) < _PLACES_KEPT and story not in self.stories:
            self.stories.append(story)
        if len(self.places) < _PLACES_KEPT and place is not None and place not in self.places:
            self.places.append(place)

    def as_evidence(self) -> Evidence:
        if self.count == 1:
            text = f'story "{self.stories[0]}" runs {self.action} here'
        else:
            text = f'{self.count} stories run {self.action} here: "{self.stories[0]}"'
            text += " …" if len(self.stories) > 1 else ""
        return Evidence(text, tuple(self.places), self.action)


class MemoizationPolicy(Following[Lesson]):
    """Certain where stories and lessons know the last `max_history` states and agree on the action, else silent.

    As in Rasa, a state in which they disagree is as if it were not known; the evidence still names every side.
    `max_history` None looks at the conversation from its start.
    """

    name = "MemoizationPolicy"

    def __init__(
        self, max_history: int | None = 5, priority: int = 3, use_nlu_confidence_as_score: bool = False
    ) -> None:
        super().__init__()
        self.max_history = max_history
        self.priority = priority
        self.use_nlu_confidence_as_score = use_nlu_confidence_as_score
        self.lookup_: dict[_Window, list[_Followed]] = {}
        self.longest_ = 0
        self._numbers: dict[State, int] = {}
        # While stories are learned a state is mostly the same object, whose identity is looked up faster.
        self._places: dict[int, int] = {}
        self._taught: dict[_Key, dict[str, int]] = {}

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        self.lookup_ = {}
        self.longest_ = 0
        self._numbers = {}
        maker = StateMaker(domain)
        for tracker in trackers:
            if not tracker.is_rule:
                found = numbered_actions(tracker, domain, self.max_history, maker, self._number)
                for window, action, index in found:
                    self._keep(window, action, tracker.story, tracker.place_of(index))
        self._places = {}
        return self

    def memorise(self, labelled: LabelledAction, story: str, place: Place | None) -> None:
        """Keep one example of a story."""
        self._keep(tuple(map(self._number, labelled.states)), labelled.action, story, place)
        self._places = {}

    def _keep(self, window: _Window, action: str, story: str, place: Place | None) -> None:
        known = self.lookup_.get(window)
        if known is None:
            known = self.lookup_[window] = []
            self.longest_ = max(self.longest_, len(window))
        for followed in known:
            if followed.action == action:
                break
        else:
            followed = _Followed(action)
            known.append(followed)
        followed.add(story, place)

    def _number(self, state: State) -> int:
        """The number of a state; one that is looked up by its identity lives as long as the training."""
        number = self._places.get(id(state))
        if number is None:
            number = self._places[id(state)] = self._numbers.setdefault(state, len(self._numbers))
        return number

    def _learn(self, lesson: Lesson) -> None:
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
        return self._prediction(self.recall(self._states(tracker, domain)), tracker)

    def _states(self, tracker: DialogueStateTracker | Sequence[Event], domain: Domain) -> _Key:
        """The states to recall: with an unlimited history, one more than any story has is enough to match none."""
        length = self.max_history or max(self.longest_, LESSON_LENGTH) + 1
        return without_latest_text(prediction_states(tracker, domain, length))

    def recall(self, states: _Key) -> tuple[Evidence, ...]:
        """What stories and lessons do in this state, most frequent first; several actions where they disagree."""
        window = tuple([self._numbers.get(state, -1) for state in states])
        known = sorted(self.lookup_.get(window, ()), key=lambda followed: -followed.count)
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

    def sight(self, past: Past) -> Hashable:
        # Longer than any story no state is known, however it began.
        states = past.states(self.longest_ + 1 if self.max_history is None else self.max_history)
        message = past.tracker.latest_message
        return states, message.intent_confidence if message and self.use_nlu_confidence_as_score else None


class AugmentedMemoizationPolicy(MemoizationPolicy):
    """Where the state is not known, tries again as if the conversation had begun later (Rasa's "DeLorean").

    The conversation is cut at the first action_listen beyond `max_history` actions, then loses action by action from
    its start; slots that were filled before are empty then.
    """

    name = "AugmentedMemoizationPolicy"

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        states = self._states(tracker, domain)
        evidence = self.recall(states)
        prediction = self._prediction(evidence, tracker)
        if prediction.confidences:
            return prediction
        for events in self._later_beginnings(tracker):
            earlier, states = states, self._states(events, domain)
            if states != earlier:
                found = self._prediction(self.recall(states), tracker)
                if found.confidences:
                    return found
        return prediction

    def sight(self, past: Past) -> Hashable:
        """The states, and where stories do not know these, all that a later beginning could begin with."""
        seen = super().sight(past)
        prediction = self._prediction(self.recall(past.states(self.max_history)), past.tracker)
        if prediction.confidences:
            return seen
        events = next(self._later_beginnings(past.tracker), ())
        return seen, tuple(_featurised(event, past.maker) for event in events)

    def _later_beginnings(self, tracker: DialogueStateTracker) -> Iterator[Sequence[Event]]:
        """The conversation from the cut on, then from each later action on; not where it is longer than any story."""
        length = self.max_history or self.longest_
        events: list[Event] = []
        starts: list[int] = []
        for node in tracker.applied:
            assert node.event is not None
            events.append(node.event)
            if isinstance(node.event, ActionExecuted):
                starts.append(len(events))
                if len(starts) > length and (self.max_history is None or node.event.name == ACTION_LISTEN):
                    break
        events.reverse()
        for start in reversed(starts):
            yield events[len(events) - start :]


def _featurised(event: Event, maker: StateMaker) -> Hashable:
    """An event as far as states can tell it from another one."""
    match event:
        case ActionExecuted():
            return event.name, event.text, event.hide_rule_turn
        case UserUttered():
            return maker.user(event)
        case SlotSet():
            return maker.slot(event.name, event.value)
        case ActiveLoop():
            return "loop", event.name
        case _:
            return type(event).__name__


def without_latest_text(states: Sequence[State]) -> _Key:
    """The states, the latest message of which counts by its intent only, as Rasa's memory has it."""
    states = tuple(states)
    if states and states[-1].text is not None and states[-1].action == ACTION_LISTEN:
        return (*states[:-1], replace(states[-1], text=None))
    return states
