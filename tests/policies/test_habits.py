"""What bots do by habit need stand in no story: an interrupted form goes on, and an intent that nobody taught is
answered by the action that is named like it."""

from __future__ import annotations

from tests.policies.test_learned import ACTIONS, INTENTS, MOOD_STORIES, correction, predicted, states_after, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.learned_reasons import in_words, reasons

ORDERING = ("* affirm", "order_form", "loop order_form")
SUBMITTED = (*ORDERING, "loop ", "utter_happy")
DOMAIN = Domain(
    intents={name: Intent(name) for name in (*INTENTS, "opening_hours")}, actions=(*ACTIONS, "action_opening_hours")
)


def trained(*more: tuple[str, ...]) -> LearnedPolicy:
    return LearnedPolicy().train([story(*steps) for steps in (*MOOD_STORIES, SUBMITTED, *more)], DOMAIN)


def test_a_form_goes_on_after_what_interrupted_it_though_no_story_holds_an_interruption() -> None:
    assert predicted(trained(), *ORDERING, "* greet", "utter_greet") == "order_form"
    assert predicted(trained(), "* greet", "utter_greet") == ACTION_LISTEN


def test_where_stories_wait_instead_of_going_on_so_does_the_bot() -> None:
    asked = (*ORDERING, "* deny", "utter_happy")
    policy = trained((*asked, "* affirm", "order_form"), (*asked, "* bye", "utter_bye"))
    assert predicted(policy, *asked) == ACTION_LISTEN
    assert predicted(policy, *ORDERING, "* greet", "utter_greet") == "order_form"


def test_a_correction_says_more_than_a_habit() -> None:
    policy = trained()
    policy.learn([correction(ACTION_LISTEN, *ORDERING, "* greet", "utter_greet")])
    assert predicted(policy, *ORDERING, "* greet", "utter_greet") == ACTION_LISTEN
    policy.learn([])
    assert predicted(policy, *ORDERING, "* greet", "utter_greet") == "order_form"


def test_where_an_intent_is_unknown_its_name_says_more_than_the_place() -> None:
    """Whatever else is answered here by one action alone, in every story."""
    asked = [("* greet", "utter_greet", f"* {intent}", "utter_happy") for intent in INTENTS for _ in range(5)]
    policy = trained(*asked)
    assert predicted(policy, "* greet", "utter_greet", "* opening_hours") == "action_opening_hours"


def test_that_a_form_goes_on_is_told_as_a_reason() -> None:
    policy = trained()
    assert policy.model_ is not None
    after = states_after(*ORDERING, "* greet", "utter_greet")
    told = {in_words(feature): value for feature, value in reasons(policy.model_, after, "order_form", policy.names)}
    assert told["order_form was interrupted, and that is answered"] > 0
