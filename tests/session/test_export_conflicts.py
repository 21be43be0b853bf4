"""A story that is about to be written is held against the stories that are there."""

from __future__ import annotations

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import StoryStep
from trainer_tui.formats.stories_markdown import parse_stories_markdown
from trainer_tui.session.export_conflicts import story_conflicts

STORIES = """\
## concerts
* search_concerts
  - action_search_concerts
* compare_reviews
  - action_show_concert_reviews
## venues
* search_concerts
  - action_search_concerts
* compare_reviews
  - action_show_venue_reviews
"""
DOMAIN = Domain(
    intents={name: Intent(name) for name in ("search_concerts", "compare_reviews")},
    actions=("action_search_concerts", "action_show_concert_reviews", "action_show_venue_reviews"),
)


def story(*turns: tuple[str, str]) -> StoryStep:
    events = [event for intent, action in turns for event in (UserUttered(intent=intent), ActionExecuted(action))]
    return StoryStep("mine", tuple(events))


def test_every_story_that_does_something_else_is_named_with_its_place() -> None:
    trackers = training_trackers(parse_stories_markdown(STORIES, "data/stories.md").stories, DOMAIN)
    check = story_conflicts(trackers, DOMAIN, 5)
    mine = story(("search_concerts", "action_search_concerts"), ("compare_reviews", "action_show_venue_reviews"))
    assert check(mine) == (
        'action_show_venue_reviews here, but action_show_concert_reviews in "concerts" data/stories.md:1',
    )
    assert check(story(("search_concerts", "action_search_concerts"))) == ()
    (line,) = check(story(("search_concerts", "action_show_concert_reviews")))
    assert 'action_search_concerts in "concerts" data/stories.md:1, "venues" data/stories.md:6' in line
