"""What is named as a reason counts: without it the prediction is less sure; and what is said to flip it does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, SlotSet, UserUttered
from trainer_tui.core.featurizers import labelled_actions
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import TrainingTracker
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
from trainer_tui.policies.linear_model import LinearModel
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.window_features import features
from trainer_tui.runtime.project import Sources, load_project


@pytest.fixture(scope="module")
def concertbot(sample_bots: Path):  # type: ignore[no-untyped-def]
    project = load_project(Sources(sample_bots / "concertbot"), {})
    return project, Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain)


@dataclass
class Without:
    """How often the prediction is less sure without what is named; without as much at random; and less sure without
    what is named than without as many others that hold there."""

    named: int = 0
    others: int = 0
    more: int = 0

    def take(self, trackers: Sequence[TrainingTracker], domain: Domain, model: LinearModel, times: int) -> None:
        chance = random.Random(1)
        steps = [found for tracker in trackers for found in labelled_actions(tracker, domain, 10)]
        for _ in range(times):
            step = chance.choice(steps)
            known = features(step.states)
            shares = model.probabilities(known)
            action = max(shares, key=shares.__getitem__)
            named = {feature for feature, value in reasons(model, step.states, action)[:SHOWN] if value > 0}
            others = set(chance.sample(sorted(model.vocabulary), len(named)))
            rest = sorted(feature for feature in known - named if feature in model.vocabulary)
            beside = set(chance.sample(rest, min(len(named), len(rest))))
            without = model.probabilities(known - named)[action]
            self.named += without < shares[action]
            self.others += model.probabilities(known - others)[action] < shares[action]
            self.more += without < model.probabilities(known - beside)[action]


def learned_of(ensemble: Ensemble) -> LinearModel:
    model = next(policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy)).model_
    assert model is not None
    return model


def test_without_the_features_that_are_named_the_prediction_is_less_sure(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, ensemble = concertbot
    found = Without()
    found.take(project.trackers, project.domain, learned_of(ensemble), 200)
    assert found.named >= 160 and found.others < 60 and found.more >= 160, found


def test_so_it_is_in_bots_of_others(corpus: Path) -> None:
    found = Without()
    for name in ("helpdesk-3.0", "finbot-pl-2x", "carbon-1.9-multilingual", "rasa-2.8-suite/examples/concertbot"):
        project = load_project(Sources(corpus / "bots" / name), {})
        policy = next(policy for policy in project.policies if isinstance(policy, LearnedPolicy))
        found.take(
            project.trackers,
            project.domain,
            learned_of(Ensemble((policy.train(project.trackers, project.domain),), project.domain.era)),
            50,
        )
    assert found.named >= 160 and found.others < 60 and found.more >= 160, found


def test_without_the_stories_that_it_names_memory_knows_nothing(concertbot) -> None:  # type: ignore[no-untyped-def]
    project, _ = concertbot
    memory = MemoizationPolicy().train(project.trackers, project.domain)
    asked = 0
    for tracker in project.trackers:
        for step in labelled_actions(tracker, project.domain, 5):
            before = DialogueStateTracker.start(project.domain).with_events(tracker.events[: step.index])
            prediction = memory.predict(before, project.domain)
            named = {place for item in prediction.evidence for place in item.places}
            telling = [one for one in project.trackers if named & {*one.places, one.place}]
            if prediction.action is None or len(named) > 4:
                continue  # Of many the first are named.
            asked += 1
            others = [one for one in project.trackers if one not in telling]
            assert MemoizationPolicy().train(others, project.domain).predict(before, project.domain).action is None
            if others:
                rest = [one for one in project.trackers if one is not others[asked % len(others)]]
                again = MemoizationPolicy().train(rest, project.domain).predict(before, project.domain)
                assert again.action == prediction.action
    assert asked > 20


def test_without_the_rule_that_it_names_another_one_or_none_decides(sample_bots: Path) -> None:
    project = load_project(Sources(sample_bots / "formbot"), {})
    domain = project.domain
    rules = RulePolicy().train(project.trackers, domain)
    for intent in ("greet", "thankyou", "goodbye", "bot_challenge", "chitchat"):
        tracker = DialogueStateTracker.start(domain).with_events(
            [ActionExecuted(ACTION_LISTEN), UserUttered(intent=intent)]
        )
        [evidence] = rules.predict(tracker, domain).evidence
        others = [one for one in project.trackers if not {*evidence.places} & {*one.places, one.place}]
        assert evidence.places and len(others) < len(project.trackers)
        again = RulePolicy().train(others, domain).predict(tracker, domain)
        assert again.action != evidence.action


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
