"""The FormAction of 2018 under rasa_core_sdk's own web application: what a session with it is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sample_bots.webhook import JSON, post_to_rasa_core_sdk, set_slots, texts, user_said, webhook_body

ACTIVE = {"name": "restaurant_form", "validate": True, "rejected": False}


@pytest.fixture
def bot(sample_bots: Path) -> Path:
    return sample_bots / "formbot_core"


@pytest.fixture
def python(rasa_core_sdk_python: Path) -> Path:
    return rasa_core_sdk_python


def form_body(bot: Path, message: JSON, form: JSON = ACTIVE, **slots: Any) -> JSON:
    return webhook_body(bot, "restaurant_form", [message], form=form, **slots)


def asks_for(answer: JSON) -> str | None:
    asked: str | None = set_slots(answer)["requested_slot"]
    return asked


def test_the_happy_path_fills_one_slot_after_the_other(bot: Path, python: Path) -> None:
    filled: JSON = {}
    bodies = [form_body(bot, user_said("request_restaurant"), form={})]
    for slot, message, value in (
        ("cuisine", user_said("inform", cuisine="Greek"), "greek"),
        ("num_people", user_said("inform", number="3"), 3),
        ("outdoor_seating", user_said("affirm"), True),
        ("preferences", user_said("inform", text="a high chair"), "a high chair"),
        ("feedback", user_said("inform", feedback="great"), "great"),
    ):
        bodies.append(form_body(bot, message, requested_slot=slot, **filled))
        filled[slot] = value
    answers = post_to_rasa_core_sdk(python, bot, bodies)
    assert [status for status, _ in answers] == [200] * 6
    start, cuisine, people, seats, preferences, feedback = (answer for _, answer in answers)

    assert start["events"][0]["event"] == "form" and start["events"][0]["name"] == "restaurant_form"
    assert asks_for(start) == "cuisine" and texts(start) == ["utter_ask_cuisine"]
    assert set_slots(cuisine) == {"cuisine": "greek", "requested_slot": "num_people"}
    assert set_slots(people) == {"num_people": 3, "requested_slot": "outdoor_seating"}
    assert set_slots(seats) == {"outdoor_seating": True, "requested_slot": "preferences"}
    assert set_slots(preferences) == {"preferences": "a high chair", "requested_slot": "feedback"}
    assert set_slots(feedback) == {"feedback": "great", "requested_slot": None}
    assert [event["name"] for event in feedback["events"] if event["event"] == "form"] == [None]
    assert texts(feedback) == ["utter_submit"]


def test_stop_and_chitchat_are_rejected_so_that_another_action_can_answer(bot: Path, python: Path) -> None:
    bodies = [
        form_body(bot, user_said(intent), requested_slot=slot)
        for intent in ("stop", "chitchat")
        for slot in ("cuisine", "outdoor_seating", "preferences", "feedback")
    ]
    for status, answer in post_to_rasa_core_sdk(python, bot, bodies):
        assert status == 400
        assert answer["action_name"] == "restaurant_form"


def test_yes_fills_the_slot_only_when_the_form_validates(bot: Path, python: Path) -> None:
    asked: JSON = {"cuisine": "greek", "num_people": 3, "requested_slot": "outdoor_seating"}
    back_from_stop = {"name": "restaurant_form", "validate": False, "rejected": True}
    (_, validated), (_, not_validated) = post_to_rasa_core_sdk(
        python,
        bot,
        [
            form_body(bot, user_said("affirm"), **asked),
            form_body(bot, user_said("affirm"), form=back_from_stop, **asked),
        ],
    )
    assert set_slots(validated) == {"outdoor_seating": True, "requested_slot": "preferences"}
    assert set_slots(not_validated) == {"requested_slot": "outdoor_seating"}
    assert texts(not_validated) == ["utter_ask_outdoor_seating"]


def test_a_correction_changes_the_slot_that_was_filled_before(bot: Path, python: Path) -> None:
    body = form_body(bot, user_said("inform", cuisine="thai"), cuisine="italian", requested_slot="num_people")
    ((_, answer),) = post_to_rasa_core_sdk(python, bot, [body])
    assert set_slots(answer) == {"cuisine": "thai", "requested_slot": "num_people"}


def test_a_bad_answer_is_refused_with_the_reason_and_asked_again(bot: Path, python: Path) -> None:
    bodies = [
        form_body(bot, user_said("inform", cuisine="french"), requested_slot="cuisine"),
        form_body(bot, user_said("inform", number="a few"), cuisine="greek", requested_slot="num_people"),
        form_body(bot, user_said("inform", number="0"), cuisine="greek", requested_slot="num_people"),
        form_body(
            bot, user_said("inform", seating="roof"), cuisine="greek", num_people=3, requested_slot="outdoor_seating"
        ),
    ]
    slots = ("cuisine", "num_people", "num_people", "outdoor_seating")
    for slot, (status, answer) in zip(slots, post_to_rasa_core_sdk(python, bot, bodies), strict=True):
        assert status == 200
        assert set_slots(answer) == {slot: None, "requested_slot": slot}
        assert texts(answer) == [f"utter_wrong_{slot}", f"utter_ask_{slot}"]
