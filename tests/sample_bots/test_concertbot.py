"""The concert bot's actions under the SDK of today and under that of 2018."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sample_bots.webhook import (
    post_to_rasa_core_sdk,
    run_with_rasa_sdk,
    set_slots,
    texts,
    user_said,
    webhook_body,
)

ACTIONS = (
    "action_search_concerts",
    "action_search_venues",
    "action_show_concert_reviews",
    "action_show_venue_reviews",
)
CONCERTS = ["Tin Lighthouse", "Moss and Ember"]
VENUES = ["Harbour Hall", "The Old Brewery"]


@pytest.fixture
def bot(sample_bots: Path) -> Path:
    return sample_bots / "concertbot"


def run(bot: Path, action: str, **slots: Any) -> dict[str, Any]:
    return run_with_rasa_sdk(bot, webhook_body(bot, action, [user_said("compare_reviews")], **slots))


def test_a_search_names_what_it_found_and_remembers_it(bot: Path) -> None:
    concerts = run(bot, "action_search_concerts")
    assert set_slots(concerts) == {"concerts": CONCERTS}
    assert texts(concerts) == ["Coming up: Tin Lighthouse at Harbour Hall, Moss and Ember at The Old Brewery."]

    venues = run(bot, "action_search_venues")
    assert set_slots(venues) == {"venues": VENUES}
    assert texts(venues) == ["Good places for a show: Harbour Hall, The Old Brewery."]


def test_reviews_are_of_what_was_found(bot: Path) -> None:
    only_one = run(bot, "action_show_concert_reviews", concerts=["Moss and Ember"])
    assert only_one["events"] == []
    assert texts(only_one) == ["Moss and Ember: 4.0 of 5, “two guitars and a very quiet room”"]

    assert [text.split(":")[0] for text in texts(run(bot, "action_show_venue_reviews", venues=VENUES))] == VENUES


def test_reviews_without_a_search_are_of_everything(bot: Path) -> None:
    assert [text.split(":")[0] for text in texts(run(bot, "action_show_concert_reviews"))] == CONCERTS
    assert [text.split(":")[0] for text in texts(run(bot, "action_show_venue_reviews"))] == VENUES


def test_what_a_search_sets_is_what_the_stories_say(bot: Path) -> None:
    stories = (bot / "data" / "stories.md").read_text(encoding="utf-8")
    assert 'slot{"concerts": ["Tin Lighthouse", "Moss and Ember"]}' in stories
    assert 'slot{"venues": ["Harbour Hall", "The Old Brewery"]}' in stories


def test_the_sdk_of_2018_gives_the_same_answers(bot: Path, rasa_core_sdk_python: Path) -> None:
    bodies = [webhook_body(bot, action, [user_said("compare_reviews")]) for action in ACTIONS]
    for body, (status, answer) in zip(bodies, post_to_rasa_core_sdk(rasa_core_sdk_python, bot, bodies), strict=True):
        today = run_with_rasa_sdk(bot, body)
        assert status == 200
        assert texts(answer) == texts(today)
        assert set_slots(answer) == set_slots(today)
