"""The form policy of 2018: the form answers, and stories may teach it when not to validate."""

from __future__ import annotations

from tests.policies.conversations import conversation, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import Era, LoopInterrupted
from trainer_tui.core.slots import Form
from trainer_tui.errors import Place
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.policy import Lesson, Policy, PolicyPrediction

DOMAIN = Domain(
    era=Era.CORE,
    intents={name: Intent(name) for name in ("request", "inform", "stop", "affirm", "deny", "chitchat")},
    actions=("utter_ask_continue", "utter_chitchat", "action_deactivate_form"),
    forms={"restaurant_form": Form("restaurant_form")},
)
START = ("* request", "restaurant_form", "form(restaurant_form)")
STOPPED = (*START, "* stop", "rejects(restaurant_form)", "utter_ask_continue")
STORIES = (
    story("goes on", *START, "* stop", "utter_ask_continue", "* affirm", "restaurant_form", "form()", first_line=40),
)


def predicted(*steps: str) -> PolicyPrediction:
    return FormPolicy().train(STORIES, DOMAIN).predict(conversation(DOMAIN, *steps), DOMAIN)


def lesson(action: str, *steps: str, was_corrected: bool = False) -> Lesson | None:
    return lesson_of(conversation(DOMAIN, *steps), action, was_corrected, DOMAIN)


def test_it_follows_the_policy_protocol() -> None:
    assert isinstance(FormPolicy(), Policy)


def test_without_a_form_it_is_silent() -> None:
    assert not predicted("* request").confidences


def test_an_active_form_answers_every_message_and_then_waits() -> None:
    assert dict(predicted(*START).confidences) == {"action_listen": 1.0}
    assert dict(predicted(*START, "* inform").confidences) == {"restaurant_form": 1.0}
    assert dict(predicted(*START, "* stop").confidences) == {"restaurant_form": 1.0}


def test_after_an_action_that_it_was_not_asked_about_the_form_goes_on() -> None:
    assert dict(predicted(*START, "* chitchat", "utter_chitchat").confidences) == {"restaurant_form": 1.0}


def test_other_actions_in_a_form_are_left_to_other_policies() -> None:
    assert not predicted(*STOPPED).confidences


def test_a_form_that_rejected_comes_back_where_no_story_says_otherwise() -> None:
    prediction = predicted(*STOPPED, "* inform")
    assert dict(prediction.confidences) == {"restaurant_form": 1.0}
    assert not prediction.events


def test_where_a_story_shows_the_way_back_the_form_does_not_validate() -> None:
    prediction = predicted(*STOPPED, "* affirm")
    assert not prediction.confidences
    assert prediction.events == (LoopInterrupted(True),)
    (evidence,) = prediction.evidence
    assert evidence.text == 'restaurant_form does not validate here in story "goes on"'
    assert evidence.places == (Place("stories.md", 47),)


def test_the_intent_before_the_last_action_does_not_matter() -> None:
    chatted = (*START, "* chitchat", "rejects(restaurant_form)", "utter_ask_continue", "* affirm")
    assert predicted(*chatted).events == (LoopInterrupted(True),)


def test_the_last_action_matters() -> None:
    chatted = (*START, "* stop", "rejects(restaurant_form)", "utter_chitchat", "* affirm")
    assert not predicted(*chatted).events


def test_only_a_form_that_rejected_can_be_interrupted() -> None:
    again = (*STOPPED, "* affirm", "restaurant_form", "* affirm")
    assert dict(predicted(*again).confidences) == {"restaurant_form": 1.0}


def test_a_persons_no_teaches_not_to_validate_and_undo_takes_it_back() -> None:
    policy = FormPolicy().train([], DOMAIN)
    taught = lesson("restaurant_form", *STOPPED, "* affirm", "interrupts")
    assert taught
    assert taught.is_interrupted
    policy.learn([taught])
    prediction = policy.predict(conversation(DOMAIN, *STOPPED, "* affirm"), DOMAIN)
    assert prediction.events == (LoopInterrupted(True),)
    assert prediction.evidence[0].text == "you taught that restaurant_form does not validate here"
    policy.learn([])
    assert policy.predict(conversation(DOMAIN, *STOPPED, "* affirm"), DOMAIN).action == "restaurant_form"


def test_a_persons_yes_teaches_nothing_of_the_kind() -> None:
    policy = FormPolicy().train([], DOMAIN)
    taught = lesson("restaurant_form", *STOPPED, "* affirm")
    assert taught
    policy.learn([taught])
    assert policy.predict(conversation(DOMAIN, *STOPPED, "* affirm"), DOMAIN).action == "restaurant_form"


def test_what_a_form_does_by_itself_is_no_lesson() -> None:
    assert lesson("action_listen", *START) is None
    assert lesson("restaurant_form", *START, "* inform") is None
    assert lesson("restaurant_form", *START, "* inform", was_corrected=True) is not None
    assert lesson("utter_ask_continue", *START, "* stop") is not None


def test_a_story_that_spells_out_the_happy_path_does_not_forbid_to_validate() -> None:
    spelt_out = story("all of it", *START, "* inform", "restaurant_form", "* inform", "restaurant_form", "form()")
    policy = FormPolicy().train([spelt_out], DOMAIN)
    refused = conversation(DOMAIN, *START, "* inform", "rejects(restaurant_form)")
    assert not policy.predict(refused, DOMAIN).events
