"""Predicting for many conversations at once says what predicting one by one says."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from trainer_tui.core.events import (
    ActionExecuted,
    ActionReverted,
    AllSlotsReset,
    BotUttered,
    Event,
    FollowupAction,
    Restarted,
    UserUtteranceReverted,
)
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.review import remembering
from trainer_tui.review.remembering import Foreseen, Remembering, foreseen
from trainer_tui.runtime.project import Project, Sources, load_project

_UNEXPECTED = (Restarted(), UserUtteranceReverted(), ActionReverted(), FollowupAction("utter_greet"), AllSlotsReset())


def conversations(project: Project, number: int) -> list[list[Event]]:
    """Stories one behind the other, with events that are missing and others that nobody expects."""
    chance = random.Random(3)
    told = []
    for _ in range(number):
        events: list[Event] = []
        for _ in range(chance.randint(1, 4)):
            events += (event for event in chance.choice(project.trackers).events if chance.random() > 0.03)
            if chance.random() < 0.2:
                events += (chance.choice(_UNEXPECTED), BotUttered("whatever"))
        told.append(events)
    return told


def one_by_one(ensemble: Ensemble, project: Project, events: list[Event]) -> list[tuple[int, Foreseen]]:
    tracker = DialogueStateTracker.start(project.domain)
    found = []
    for index, event in enumerate(events):
        if isinstance(event, ActionExecuted):
            found.append((index, foreseen(ensemble.predict(tracker, project.domain))))
        tracker = tracker.with_event(event)
    return found


@pytest.mark.parametrize("bot", ["concertbot", "formbot", "formbot_core", "moodbot"])
def test_what_is_remembered_is_what_would_be_predicted(
    sample_bots: Path, bot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = load_project(Sources(sample_bots / bot), os.environ)
    ensemble = Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain)
    told = conversations(project, 60)
    right = [one_by_one(ensemble, project, events) for events in told]
    known = Remembering(ensemble, project.domain, None)
    assert [list(known.foresee(events)) for events in told] == right
    assert known.predicted < sum(map(len, right)) / 2, "what was seen before is not predicted again"
    monkeypatch.setattr(remembering, "_MOST_NODES", 50)
    forgetful = Remembering(ensemble, project.domain, None)
    assert [list(forgetful.foresee(events)) for events in told] == right


def test_corrections_are_remembered_in_their_own_states_too(sample_bots: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), os.environ)
    ensemble = Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain)
    events = list(next(tracker for tracker in project.trackers if len(tracker.events) > 6).events)
    tracker = DialogueStateTracker.start(project.domain)
    for event in events:
        if isinstance(event, ActionExecuted) and event.name != "action_listen":
            break
        tracker = tracker.with_event(event)
    lesson = lesson_of(tracker, "utter_goodbye", True, project.domain)
    assert lesson is not None
    ensemble.learn([lesson])
    told = [*conversations(project, 40), events]
    known = Remembering(ensemble, project.domain, None)
    found = [list(known.foresee(events)) for events in told]
    assert found == [one_by_one(ensemble, project, events) for events in told]
    assert any(today.action == "utter_goodbye" and today.confidence == 1.0 for _, today in found[-1])


def test_a_policy_that_does_not_say_what_it_looks_at_is_asked_each_time(sample_bots: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), os.environ)

    class Counting:
        name, priority = "Counting", 9

        def train(self, trackers: object, domain: object) -> Counting:
            return self

        def learn(self, lessons: object) -> None: ...

        def predict(self, tracker: DialogueStateTracker, domain: object) -> object:
            from trainer_tui.policies.policy import PolicyPrediction

            return PolicyPrediction(self.name, {"utter_greet": 1.0 if tracker.length % 2 else 0.0}, self.priority)

    ensemble = Ensemble((*project.policies, Counting()), project.domain.era)  # type: ignore[arg-type]
    events = conversations(project, 1)[0]
    known = Remembering(ensemble, project.domain, None)
    assert list(known.foresee(events)) == one_by_one(ensemble, project, events)


def test_a_long_conversation_is_judged_from_where_it_is_looked_at(sample_bots: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), os.environ)
    ensemble = Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain)
    events = [event for conversation in conversations(project, 400) for event in conversation]
    assert sum(isinstance(event, ActionExecuted) for event in events) > 5_000
    all_of_it = Remembering(ensemble, project.domain, None)
    known = Remembering(ensemble, project.domain, None)
    first = len(events) - 200
    end = list(known.foresee(events, first))
    assert known.predicted <= len(end) < 200, "nothing before it is predicted"
    assert end == [item for item in all_of_it.foresee(events) if item[0] >= first]
