"""What is named as a reason counts: without it the prediction is less sure; and what is said to flip it does."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, SlotSet, UserUttered
from trainer_tui.core.featurizers import labelled_actions
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place
from trainer_tui.insight import why_meaning
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.insight.what_if import ActionWas, EntityIs, IntentIs, SlotIs, altered, flips, parts
from trainer_tui.insight.why import SHOWN, nearest
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.learned_reasons import reasons
from trainer_tui.policies.window_features import features
from trainer_tui.runtime.project import Sources, load_project


@pytest.fixture(scope="module")
def concertbot(sample_bots: Path):  # type: ignore[no-untyped-def]
    project = load_project(Sources(sample_bots / "concertbot"), {})
    return project, Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain)


def test_without_the_features_that_are_named_the_prediction_is_less_sure(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, ensemble = concertbot
    model = next(policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy)).model_
    assert model is not None
    chance = random.Random(1)
    steps = [found for tracker in project.trackers for found in labelled_actions(tracker, project.domain, 10)]
    named_lower = others_lower = 0
    for _ in range(200):
        step = chance.choice(steps)
        known = features(step.states)
        shares = model.probabilities(known)
        action = max(shares, key=shares.__getitem__)
        named = {feature for feature, value in reasons(model, step.states, action)[:SHOWN] if value > 0}
        others = set(chance.sample(sorted(model.vocabulary), len(named)))
        named_lower += model.probabilities(known - named)[action] < shares[action]
        others_lower += model.probabilities(known - others)[action] < shares[action]
    assert named_lower >= 160, named_lower
    assert others_lower < 60, others_lower


def test_one_thing_is_another_and_all_else_stays(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, _ = concertbot
    message = UserUttered("hi", intent="hello", entities=(Entity("city", "Rome"),))
    tracker = DialogueStateTracker.start(project.domain).with_events(
        [
            ActionExecuted(ACTION_LISTEN),
            UserUttered(intent="hello"),
            ActionExecuted("utter_greet"),
            ActionExecuted("utter_default"),
            ActionExecuted(ACTION_LISTEN),
            message,
            SlotSet("venues", ["x"]),
        ]
    )

    def events(*alterations: SlotIs | IntentIs | EntityIs | ActionWas) -> tuple[object, ...]:
        changed = altered(tracker, alterations).events
        return tuple(new for new, old in zip(changed, (*tracker.events, None), strict=False) if new != old)

    assert events() == ()
    [intent] = events(IntentIs("goodbye"))
    assert intent.intent == "goodbye" and intent.entities == message.entities  # type: ignore[attr-defined]
    [bare] = events(EntityIs("city", False))
    assert bare.entities == ()  # type: ignore[attr-defined]
    assert [event.name for event in events(ActionWas(1, "a"), ActionWas(2, "b"))] == ["b", "a"]  # type: ignore[attr-defined]
    assert altered(tracker, (SlotIs("venues", None),)).slots["venues"] is None
    assert altered(tracker, (IntentIs("goodbye"),)).slots == tracker.slots
    assert tracker.latest_message is message


def test_what_is_said_to_change_it_does(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, ensemble = concertbot
    predict = partial(ensemble.predict, domain=project.domain)
    tracker = DialogueStateTracker.start(project.domain).with_events(
        [ActionExecuted(ACTION_LISTEN), UserUttered(intent="hello")]
    )
    found = flips(predict, tracker, project.domain)
    assert found
    for alteration, prediction in found:
        assert predict(altered(tracker, (alteration,))).action == prediction.action != "utter_greet"
    choices = [item for part in parts(tracker, project.domain) for item in part.choices]
    assert all(item in choices for item, _ in found)


def test_the_nearest_steps_are_those_whose_past_agrees_longest(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, _ = concertbot
    stories = StorySteps(project.trackers, project.domain, 5)
    story = next(tracker for tracker in project.trackers if tracker.story == "hello, then concerts")
    place = next(at for at, event in enumerate(story.events) if event == ActionExecuted("utter_goodbye"))
    tracker = DialogueStateTracker.start(project.domain).with_events(story.events[:place])
    head, first, *_ = nearest(stories, tracker, "utter_goodbye")
    assert head == "the nearest steps of stories:"
    assert first.startswith('  utter_goodbye in "hello, then concerts" (data/stories.md:37)')


def test_of_a_message_the_words_the_examples_and_the_marks_are_named() -> None:
    place = Place("nlu.yml", 3)
    rome = Entity("city", "rome", 10, 14, extractor="CRF")
    examples = (
        Example("flights to rome", "fly", (Entity("city", "rome", 11, 15),), place=place),
        Example("hello there", "greet", place=place),
    )

    def parse(text: str) -> ParseResult:
        is_flight = "fly" in text
        ranking = (("fly", 0.9), ("greet", 0.1)) if is_flight else (("greet", 0.7), ("fly", 0.3))
        entities = (rome,) if "to rome" in text else ()
        return ParseResult(text, ranking[0][0], ranking[0][1], entities, ranking)

    told = why_meaning.reasons(parse, parse("we fly to rome"), examples)
    assert told[:3] == (
        "intent fly 0.90",
        "  + 'fly': without it 0.30",
        "what would change it: without 'fly' it would be greet (0.70)",
    )
    assert "  'flights to rome' (nlu.yml:3)" in told
    assert "  'hello there' (nlu.yml:3), of greet" in told
    assert "  marked so in 1 of the examples: 'flights to rome' (nlu.yml:3)" in told
    assert "  rests on the words 'to' beside it" in told
