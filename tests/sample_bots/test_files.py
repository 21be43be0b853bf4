"""The sample bots' own files: read without a complaint, and saying what the walks through them rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Era, SlotSet, UserUttered
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.core.stories import Or, Rule, StoryFile, StoryStep
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.memoization import MemoizationPolicy

BOTS = ("concertbot", "formbot", "formbot_core", "moodbot")
OLD_BOTS = ("concertbot", "formbot_core")


def read_domain(bot: Path) -> Domain:
    read = parse_domain((bot / "domain.yml").read_text(encoding="utf-8"), "domain.yml")
    assert read.problems == ()
    return read.domain


def read_stories(bot: Path) -> StoryFile:
    stories = StoryFile()
    for file in sorted((bot / "data").glob("[sr]*.*")):
        parse = parse_stories_markdown if file.suffix == ".md" else parse_stories_yaml
        read = parse(file.read_text(encoding="utf-8"), file.name)
        assert read.problems == ()
        stories = stories.merged(read.stories)
    return stories


def read_nlu(bot: Path) -> TrainingData:
    (file,) = (bot / "data").glob("nlu.*")
    parse = parse_nlu_markdown if file.suffix == ".md" else parse_nlu_yaml
    read = parse(file.read_text(encoding="utf-8"), file.name)
    assert read.problems == ()
    return read.data


def mentioned(stories: StoryFile) -> tuple[set[str], set[str]]:
    """The intents and the actions that stories and rules name."""
    told: list[StoryStep | Rule] = [*stories.steps, *stories.rules]
    events = [event for step in told for event in step.events]
    assert not any(isinstance(event, Or) for event in events)
    intents = {event.intent for event in events if isinstance(event, UserUttered)}
    actions = {event.name for event in events if isinstance(event, ActionExecuted)}
    return {intent for intent in intents if intent}, {action for action in actions if action}


@pytest.mark.parametrize("name", BOTS)
def test_the_domain_knows_all_that_the_stories_name(sample_bots: Path, name: str) -> None:
    domain = read_domain(sample_bots / name)
    intents, actions = mentioned(read_stories(sample_bots / name))
    assert all(domain.knows_intent(intent) for intent in intents)
    assert actions <= domain.action_set


@pytest.mark.parametrize("name", BOTS)
def test_every_action_that_utters_has_a_response(sample_bots: Path, name: str) -> None:
    domain = read_domain(sample_bots / name)
    assert {action for action in domain.action_names if action.startswith("utter_")} <= set(domain.responses)


@pytest.mark.parametrize("name", BOTS)
def test_the_era_is_told_by_the_domain(sample_bots: Path, name: str) -> None:
    assert (read_domain(sample_bots / name).era is Era.RASA_3) == (name not in OLD_BOTS)


@pytest.mark.parametrize("name", BOTS)
def test_every_intent_has_examples_and_every_example_an_intent_and_entities_of_the_domain(
    sample_bots: Path, name: str
) -> None:
    domain = read_domain(sample_bots / name)
    examples = read_nlu(sample_bots / name).examples
    for intent in domain.intents:
        assert sum(example.intent == intent for example in examples) >= 5
    assert {example.intent for example in examples} == set(domain.intents)
    assert {entity.entity for example in examples for entity in example.entities} == set(domain.entities)
    assert len({example.text for example in examples}) == len(examples)


def test_the_concert_bot_is_sure_of_a_search_and_torn_between_the_reviews(sample_bots: Path) -> None:
    bot = sample_bots / "concertbot"
    domain = read_domain(bot)
    trackers = training_trackers(read_stories(bot), domain)
    memory = MemoizationPolicy().train(trackers, domain)
    learned = LearnedPolicy().train(trackers, domain)
    tracker = DialogueStateTracker.start(domain)
    assert [tracker.slots[name] for name in ("concerts", "venues")] == [None, None]

    tracker = tracker.with_events([ActionExecuted("action_listen"), UserUttered("/search_concerts", "search_concerts")])
    assert memory.predict(tracker, domain).action == learned.predict(tracker, domain).action == "action_search_concerts"
    tracker = tracker.with_events([ActionExecuted("action_search_concerts"), SlotSet("concerts", ["Tin Lighthouse"])])
    assert memory.predict(tracker, domain).action == learned.predict(tracker, domain).action == "action_listen"

    tracker = tracker.with_events([ActionExecuted("action_listen"), UserUttered("/compare_reviews", "compare_reviews")])
    assert memory.predict(tracker, domain).confidences == {}
    (first, surest), (second, next_surest), (_, third) = learned.predict(tracker, domain).ranking[:3]
    assert {first, second} == {"action_show_concert_reviews", "action_show_venue_reviews"}
    assert surest - next_surest < 0.15
    assert next_surest > 0.3 > 0.1 > third
