"""A story or rule that is about to be written is held against the stories and rules that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, ActiveLoop, UserUttered
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.slots import Form
from trainer_tui.core.stories import Rule, StoryFile, StoryStep
from trainer_tui.errors import Place
from trainer_tui.export.conflicts import StoryConflicts, rule_conflicts
from trainer_tui.formats.markdown.stories import parse_stories_markdown

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


def story(*turns: tuple[str, str]) -> StoryFile:
    events = [event for intent, action in turns for event in (UserUttered(intent=intent), ActionExecuted(action))]
    return StoryFile((StoryStep("mine", tuple(events)),))


def test_every_story_that_does_something_else_is_named_with_its_place() -> None:
    trackers = training_trackers(parse_stories_markdown(STORIES, "data/stories.md").stories, DOMAIN)
    check = StoryConflicts(trackers, DOMAIN, 5)
    mine = story(("search_concerts", "action_search_concerts"), ("compare_reviews", "action_show_venue_reviews"))
    assert check(mine) == (
        'action_show_venue_reviews here, but action_show_concert_reviews in "concerts" data/stories.md:1',
    )
    assert check(story(("search_concerts", "action_search_concerts"))) == ()
    (line,) = check(story(("search_concerts", "action_show_concert_reviews")))
    assert 'action_search_concerts in "concerts" data/stories.md:1, "venues" data/stories.md:6' in line


def test_what_was_stopped_while_the_stories_were_read_has_forgotten_none_of_them() -> None:
    trackers = training_trackers(parse_stories_markdown(STORIES, "data/stories.md").stories, DOMAIN)
    check = StoryConflicts(trackers, DOMAIN, 5)
    shares: list[float] = []

    def stop_in_the_middle(doing: str, share: float) -> None:
        shares.append(share)
        if share:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        check.make_ready(stop_in_the_middle)
    assert shares == [0.0, 0.5]
    (line,) = check(story(("search_concerts", "action_show_concert_reviews")))
    assert '"concerts" data/stories.md:1, "venues" data/stories.md:6' in line


GREETING = Rule("greeting", (UserUttered(intent="greet"), ActionExecuted("utter_greet")), place=Place("rules.yml", 3))
BOT = Domain(
    intents={name: Intent(name) for name in ("greet", "bye", "stop", "book")},
    responses=dict.fromkeys(("utter_greet", "utter_bye", "utter_sure"), ()),
    forms={"book_form": Form("book_form", ("city",))},
)


def test_a_story_that_goes_against_a_rule_names_it_with_its_place() -> None:
    check = rule_conflicts(training_trackers(StoryFile(rules=(GREETING,)), BOT), BOT)
    assert check(story(("greet", "utter_greet"), ("bye", "utter_bye"))) == ()
    assert check(story(("greet", "utter_bye"))) == (
        'Story "mine" runs utter_bye, but rule "greeting" runs utter_greet here (rules.yml:3).',
    )


def test_a_way_through_a_form_that_the_story_itself_shows_goes_against_no_rule() -> None:
    stop = Rule("stop", (UserUttered(intent="stop"), ActionExecuted("utter_sure")), place=Place("rules.yml", 3))
    check = rule_conflicts(training_trackers(StoryFile(rules=(stop,)), BOT), BOT)
    events = (
        *(UserUttered(intent="book"), ActionExecuted("book_form"), ActiveLoop("book_form")),
        *(
            UserUttered(intent="stop"),
            ActionExecuted("utter_sure"),
            UserUttered(intent="bye"),
            ActionExecuted("utter_bye"),
        ),
    )
    assert check(StoryFile((StoryStep("mine", events),))) == ()


def test_a_rule_that_stories_or_rules_do_not_follow_names_them() -> None:
    told = parse_stories_markdown("## no words\n* greet\n  - utter_bye\n", "data/stories.md").stories
    mine = Rule("mine", GREETING.events)
    assert rule_conflicts(training_trackers(told, BOT), BOT)(StoryFile(rules=(mine,))) == (
        'data/stories.md:3: Story "no words" runs utter_bye, but rule "mine" runs utter_greet here.',
    )
    other = replace(GREETING, events=(UserUttered(intent="greet"), ActionExecuted("utter_bye")))
    (line,) = rule_conflicts(training_trackers(StoryFile(rules=(other,)), BOT), BOT)(StoryFile(rules=(mine,)))
    assert 'rule "greeting" runs utter_bye (rules.yml:3); rule "mine" runs utter_greet.' in line
    many = "".join(f"## {number}\n* greet\n  - utter_bye\n" + "* bye\n  - utter_bye\n" * number for number in range(6))
    trackers = training_trackers(parse_stories_markdown(many, "data/stories.md").stories, BOT)
    assert rule_conflicts(trackers, BOT)(StoryFile(rules=(mine,)))[3:] == (
        "3 more: trainer-tui data validate names them all",
    )
