"""The form policy of 2018: an active form answers every message, unless stories taught that it must not take one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Self

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, LoopInterrupted
from trainer_tui.core.featurizers import StateMaker, prediction_states
from trainer_tui.core.following import Following
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker, LoopState
from trainer_tui.errors import Place
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past

_Key = tuple[str | None, State]

_STATES_SEEN = 2
_PLACES_KEPT = 5


class FormPolicy(Following[Lesson]):
    """After a message the active form, after the form action_listen, after an action that the form was not asked about
    the form again; all certain (Rasa Core 0.12 to Rasa 1.x).

    A form that rejected the message before may come back in a state that the stories know: the last action before
    action_listen, and everything else but the earlier intent. Stories hold a form's unhappy paths only, so the form
    must not fill its slot from this message: the policy says nothing but `LoopInterrupted`.
    """

    name = "FormPolicy"

    def __init__(self, priority: int = 5) -> None:
        super().__init__()
        self.priority = priority
        self.lookup_: dict[_Key, tuple[list[str], list[Place]]] = {}
        self._taught: dict[_Key, int] = {}

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        self.lookup_ = {}
        maker = StateMaker(domain)
        for tracker in trackers:
            if not tracker.is_rule:
                self._memorise(tracker, domain, maker)
        return self

    def _memorise(self, tracker: TrainingTracker, domain: Domain, maker: StateMaker) -> None:
        """The applied events hold a form's unhappy paths only: its happy runs are collapsed."""
        past: list[State] = []
        for node in reversed(list(AppliedEvents.of(tracker.events, domain.initial_slots))):
            if not isinstance(node.event, ActionExecuted) or node.parent is None:
                continue
            past.append(maker.of(node.parent))
            if _answers_in_form(past):
                stories, places = self.lookup_.setdefault(_key(past), ([], []))
                place = tracker.place_of(node.index)
                if tracker.story not in stories and len(stories) < _PLACES_KEPT:
                    stories.append(tracker.story)
                if place and place not in places and len(places) < _PLACES_KEPT:
                    places.append(place)

    def _learn(self, lesson: Lesson) -> None:
        self._count(lesson, 1)

    def _forget(self, lesson: Lesson) -> None:
        self._count(lesson, -1)

    def _count(self, lesson: Lesson, step: int) -> None:
        """Only what a story would hold: that something else than the form answered, or that it was interrupted."""
        if not _answers_in_form(lesson.states):
            return
        if lesson.action == lesson.states[-1].loop and not lesson.is_interrupted:
            return
        key = _key(lesson.states)
        self._taught[key] = self._taught.get(key, 0) + step

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        form = tracker.active_loop
        if form is None:
            return PolicyPrediction(self.name, {}, self.priority)
        if tracker.latest_action == ACTION_LISTEN:
            evidence = self._interruption(tracker, domain) if form.is_rejected else ()
            if evidence:
                return PolicyPrediction(
                    self.name, {}, self.priority, events=(LoopInterrupted(True),), evidence=evidence
                )
            return self._says(form.name, f"{form.name} is active", form)
        if tracker.latest_action == form.name:
            return self._says(ACTION_LISTEN, f"{form.name} waits for an answer", form)
        if not form.is_rejected:
            # The action of a mapped intent. Rasa 1.x shows its policies the turn before the form, so that they predict
            # the form again.
            return self._says(form.name, f"{form.name} was not asked and goes on", form)
        return PolicyPrediction(self.name, {}, self.priority)

    def sight(self, past: Past) -> Hashable:
        form = past.tracker.active_loop
        return form and (form, past.tracker.latest_action, past.states(_STATES_SEEN))

    def _says(self, action: str, why: str, form: LoopState) -> PolicyPrediction:
        return PolicyPrediction(
            self.name,
            {action: 1.0},
            self.priority,
            is_no_user_prediction=not form.is_rejected,
            evidence=(Evidence(why),),
        )

    def _interruption(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Evidence, ...]:
        """The stories and lessons that know this state."""
        key = _key(prediction_states(tracker, domain, _STATES_SEEN))
        evidence: list[Evidence] = []
        if key in self.lookup_:
            stories, places = self.lookup_[key]
            told = ", ".join(f'"{story}"' for story in stories)
            evidence.append(Evidence(f"{key[1].loop} does not validate here in story {told}", tuple(places)))
        if self._taught.get(key):
            evidence.append(Evidence(f"you taught that {key[1].loop} does not validate here"))
        return tuple(evidence)


def _answers_in_form(states: Sequence[State]) -> bool:
    return bool(states) and states[-1].loop is not None and states[-1].action == ACTION_LISTEN


def _key(states: Sequence[State]) -> _Key:
    before = states[-2].action if len(states) > 1 else None
    return before, replace(states[-1], text=None)
