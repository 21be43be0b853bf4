"""The sample bots' own files: read without a complaint, and saying what the walks through them rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, Era, UserUttered
from trainer_tui.core.stories import Or, StoryFile
from trainer_tui.formats.domain_yaml import parse_domain
from trainer_tui.formats.stories_markdown import parse_stories_markdown
from trainer_tui.formats.stories_yaml import parse_stories_yaml

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


def mentioned(stories: StoryFile) -> tuple[set[str], set[str]]:
    """The intents and the actions that stories and rules name."""
    events = [event for step in (*stories.steps, *stories.rules) for event in step.events]
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
