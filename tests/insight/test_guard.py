"""What a correction fixes and breaks: held against predicting every step anew."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted
from trainer_tui.core.featurizers import StateMaker, labelled_actions, recent_states
from trainer_tui.core.growing import Growing
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.guard import Guard, Kind, watched
from trainer_tui.insight.story_predictions import each_story, predicted
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.lessons import LESSON_LENGTH, ConfirmedStep, LessonMaker, TaughtStep
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.runtime.project import Project, Sources, load_project


class Watching:
    """A bot whose learned policy is fitted, and a guard over all that it says."""

    def __init__(self, bot: Path) -> None:
        project: Project = load_project(Sources(bot), {})
        self.domain = project.domain
        self.ensemble = Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain)
        stories = StorySteps(project.trackers, self.domain, self.ensemble.corrections.max_history)
        self.stories = [tracker for tracker in project.trackers if not tracker.is_rule]
        self.tests = each_story(project.data.test_stories, self.domain)
        self.rules = [tracker for tracker in project.trackers if tracker.is_rule]
        self.watched = watched(project.trackers, self.tests, self.domain, stories)
        self.guard = Guard(self.watched, self.ensemble, self.domain)
        self.steps = [
            (tracker, labelled.index, labelled.action)
            for tracker in self.stories
            for labelled in labelled_actions(tracker, self.domain, 1)
        ]

    def works_to_the_end(self) -> None:
        while self.guard.work(16):
            pass

    def now(self, tracker: TrainingTracker, index: int, wanted: str) -> str:
        before = DialogueStateTracker.start(self.domain).with_events(tracker.events[:index])
        return predicted(self.ensemble, before, self.domain, wanted)[1].action

    def predicted_of_all(self) -> dict[tuple[str, str, object, int, str], str]:
        """What is predicted for each step of stories, rules and tests, as if nobody had kept anything."""
        return {
            (kind, step.story, step.place, step.index, step.action): self.now(step.told, step.index, step.action)
            for kind, stories in self.watched.items()
            for steps in stories
            for step in steps
            if step.told is not None
        }

    def teaches(self, tracker: TrainingTracker, index: int, action: str) -> Lesson:
        before = DialogueStateTracker.start(self.domain).with_events(tracker.events[:index])
        states = recent_states(before.applied, StateMaker(self.domain), LESSON_LENGTH)
        return Lesson(states, action, was_corrected=True)

    def broken(self) -> set[tuple[str, object, str]]:
        found = self.guard.consequences().found
        return {(one.name, one.place, one.now) for one in found if one.kind == "story" and not one.is_right}


@pytest.mark.parametrize("bot", ["concertbot", "moodbot"])
def test_a_hundred_corrections_break_what_they_break(bot: str, sample_bots: Path) -> None:
    person = Watching(sample_bots / bot)
    chance = random.Random(bot)
    actions = [name for name in person.domain.action_names if name.startswith(("utter_", "action_l"))]
    before = [person.now(*step) for step in person.steps]
    person.works_to_the_end()
    for number in range(50):
        tracker, index, wanted = chance.choice(person.steps)
        lesson = person.teaches(tracker, index, chance.choice([name for name in actions if name != wanted]))
        person.guard.follow([lesson])
        person.works_to_the_end()
        if number % 5:
            was = before[person.steps.index((tracker, index, wanted))]
            assert was != wanted or (tracker.story, place_of(tracker, index), lesson.action) in person.broken()
            continue
        everything = [person.now(*step) for step in person.steps]
        broke = {
            (story.story, place_of(story, at), now)
            for (story, at, asked), was, now in zip(person.steps, before, everything, strict=True)
            if was == asked != now
        }
        assert person.broken() == broke
        person.guard.follow([])
        person.works_to_the_end()
        assert person.guard.consequences().found == ()


def test_rules_and_test_stories_are_predicted_again_as_well(sample_bots: Path, tmp_path: Path) -> None:
    """One of each kind holds what the correction is against; what it breaks of them is all that it breaks of them."""
    bot = copytree(sample_bots / "formbot", tmp_path / "formbot")
    tests = Path(bot) / "tests" / "test_stories.yml"
    tests.parent.mkdir()
    tests.write_text(
        "stories:\n- story: greets\n  steps:\n  - user: |\n      hi\n    intent: greet\n  - action: utter_greet\n"
        "- story: chats\n  steps:\n  - user: |\n      hm\n    intent: chitchat\n  - action: utter_chitchat\n"
    )
    person = Watching(Path(bot))
    assert person.rules and len(person.tests) == 2
    person.works_to_the_end()
    before = person.predicted_of_all()
    corrected: list[tuple[Kind, str]] = [("rule", "utter_noworries"), ("test story", "utter_greet")]
    for kind, wanted in corrected:
        step = next(step for steps in person.watched[kind] for step in steps if step.action == wanted)
        assert step.told is not None
        person.guard.follow([person.teaches(step.told, step.index, "utter_default")])
        person.works_to_the_end()
        now = person.predicted_of_all()
        broke = {key for key, action in now.items() if before[key] == key[-1] != action}
        assert any(key[0] == kind and key[-1] == wanted for key in broke), kind
        found = {
            (one.kind, one.name, one.place, one.wanted) for one in person.guard.consequences().found if not one.is_right
        }
        assert found == {(of, name, place, asked) for of, name, place, _, asked in broke}
    person.guard.follow([])
    person.works_to_the_end()
    assert person.guard.consequences().found == () and person.predicted_of_all() == before


def place_of(story: TrainingTracker, index: int) -> object:
    """As an implicit action_listen stands with what is before it."""
    return next((place for place in reversed(story.places[: index + 1]) if place is not None), story.place)


def test_the_latest_correction_counts_and_undo_leads_back_to_the_one_before(sample_bots: Path) -> None:
    person = Watching(sample_bots / "concertbot")
    one = next(step for step in person.steps if step[2] == "utter_youarewelcome")
    second = next(step for step in person.steps if step[2] == "utter_greet")
    lessons = [person.teaches(*one[:2], "utter_default"), person.teaches(*second[:2], "utter_goodbye")]
    person.guard.follow(lessons[:1])
    person.works_to_the_end()
    alone = person.broken()
    assert alone and {now for _, _, now in alone} == {"utter_default"}
    person.guard.follow(lessons)
    person.works_to_the_end()
    assert {now for _, _, now in person.broken()} == {"utter_goodbye"}
    assert str(person.guard.consequences()) == "-6 wrong"
    person.guard.follow(lessons[:1])
    person.works_to_the_end()
    assert person.broken() == alone


def test_what_was_confirmed_or_taken_back_before_counts(sample_bots: Path) -> None:
    """Much of it changes nothing, and is not predicted again: what is said to follow is still what follows."""
    person = Watching(sample_bots / "moodbot")
    chance = random.Random(7)
    actions = [name for name in person.domain.action_names if name.startswith(("utter_", "action_l"))]
    lessons: list[Lesson] = []
    for _ in range(12):
        for _ in range(6):
            tracker, index, wanted = chance.choice(person.steps)
            action = wanted if chance.random() < 0.7 else chance.choice(actions)
            taught = person.teaches(tracker, index, action)
            lessons = [*lessons, replace(taught, was_corrected=action != wanted and chance.random() < 0.5)]
            person.guard.follow(lessons)
        lessons = lessons[: -chance.randint(1, 4)]
        person.guard.follow(lessons)
        person.works_to_the_end()
        before = [person.now(*step) for step in person.steps]
        tracker, index, wanted = chance.choice(person.steps)
        person.guard.follow([*lessons, person.teaches(tracker, index, chance.choice(actions))])
        person.works_to_the_end()
        assert person.broken() == {
            (story.story, place_of(story, at), now)
            for (story, at, asked), was in zip(person.steps, before, strict=True)
            if was == asked != (now := person.now(story, at, asked))
        }


def test_a_turn_that_is_taught_again_and_again_is_not_predicted_each_time_anew(
    sample_bots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Watching(sample_bots / "moodbot")
    person.works_to_the_end()
    predict, predicted = Ensemble.predict, 0

    def counted(ensemble: Ensemble, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction:
        nonlocal predicted
        predicted += 1
        return predict(ensemble, tracker, domain)

    monkeypatch.setattr(Ensemble, "predict", counted)
    maker, tracker = LessonMaker(), DialogueStateTracker.start(person.domain)
    steps: Growing[TaughtStep] = Growing()
    lessons: Growing[Lesson] = Growing()
    costs = []
    for _ in range(30):
        predicted = 0
        for event in person.stories[0].events:
            if isinstance(event, ActionExecuted):
                step = ConfirmedStep(tracker, event.name or "", was_corrected=False)
                lesson = maker.lesson_of(step, person.domain)
                assert lesson is not None
                steps, lessons = steps.with_item(TaughtStep(len(steps), step, lesson)), lessons.with_item(lesson)
                person.guard.follow(lessons, steps)
            tracker = tracker.with_event(event)
        costs.append(predicted)
    assert costs[-1] <= costs[3]
    predicted = 0
    person.guard.follow(lessons.up_to(len(lessons) - 1), steps.up_to(len(steps) - 1))
    assert predicted == 0
