"""What the bot says: which variation, and what stands in it."""

from __future__ import annotations

from trainer_tui.core.domain import Domain, Intent, ResponseVariation
from trainer_tui.core.responses import (
    fitting_variations,
    interpolated,
    is_retrieval_action,
    retrieved_response,
    said,
)

PLAIN = ResponseVariation("hi")
OTHER = ResponseVariation("hello")
SLACK = ResponseVariation("hi, slack", channel="slack")
VIP = ResponseVariation("dear guest", condition=({"type": "slot", "name": "vip", "value": True},))
VIP_SLACK = ResponseVariation(
    "dear slack", channel="slack", condition=({"type": "slot", "name": "vip", "value": True},)
)
EVERY = (PLAIN, OTHER, SLACK, VIP, VIP_SLACK)


def test_without_a_channel_the_variations_of_no_channel_count() -> None:
    assert fitting_variations(EVERY, {}) == (PLAIN, OTHER)


def test_a_condition_that_holds_comes_before_none() -> None:
    assert fitting_variations(EVERY, {"vip": True}) == (VIP,)
    assert fitting_variations(EVERY, {"vip": False}) == (PLAIN, OTHER)


def test_the_channel_comes_before_the_condition() -> None:
    assert fitting_variations(EVERY, {"vip": True}, "slack") == (VIP_SLACK,)
    assert fitting_variations(EVERY, {}, "slack") == (SLACK,)
    assert fitting_variations((PLAIN, SLACK, VIP), {"vip": True}, "slack") == (SLACK,)


def test_texts_of_a_condition_are_compared_without_regard_to_case() -> None:
    rome = ResponseVariation("ciao", condition=({"type": "slot", "name": "city", "value": "Rome"},))
    assert fitting_variations((rome,), {"city": "ROME"}) == (rome,)
    assert fitting_variations((rome,), {"city": "Paris"}) == ()
    assert fitting_variations((rome,), {"city": None}) == ()


def test_all_conditions_have_to_hold() -> None:
    both = ResponseVariation(
        "x", condition=({"type": "slot", "name": "a", "value": 1}, {"type": "slot", "name": "b", "value": 2})
    )
    assert fitting_variations((both,), {"a": 1, "b": 2}) == (both,)
    assert fitting_variations((both,), {"a": 1, "b": 3}) == ()


def test_slots_are_filled_in_everywhere() -> None:
    variation = ResponseVariation(
        "Book {city} for {people}?",
        {
            "buttons": [{"title": "Yes, {city}", "payload": '/book{"city": "{city}"}'}],
            "image": "https://maps/{city}.png",
            "custom": {"blocks": [{"label": "{people}", "count": 2}]},
        },
    )
    message = said("utter_book", variation, {"city": "Rome", "people": 3.0})
    assert message.text == "Book Rome for 3.0?"
    assert message.buttons == ({"title": "Yes, Rome", "payload": '/book{"city": "Rome"}'},)
    assert message.data["image"] == "https://maps/Rome.png"
    assert message.data["custom"] == {"blocks": [{"label": "3.0", "count": 2}]}
    assert message.response == "utter_book"


def test_a_slot_without_a_value_leaves_a_mark() -> None:
    assert interpolated("to {city}", {"city": None}) == "to {city: not set}"
    assert interpolated("to {town}", {"city": "Rome"}) == "to {town: no such slot}"


def test_braces_that_name_no_slot_stay() -> None:
    for text in ('{"a": 1}', "{}", "{ city }", "{a b}", "{{", "}{"):
        assert interpolated(text, {"city": "Rome"}) == text


def test_a_value_with_braces_is_not_filled_in_again() -> None:
    assert interpolated("{a}", {"a": "{b}", "b": "x"}) == "{b}"


def test_a_message_of_pictures_alone_has_no_text() -> None:
    message = said("utter_cheer_up", ResponseVariation(None, {"image": "https://x/tiger.png"}), {})
    assert message.text is None
    assert message.data == {"image": "https://x/tiger.png"}


def test_a_retrieval_action_answers_with_the_response_of_the_intent() -> None:
    domain = Domain(
        intents={"faq": Intent("faq", is_retrieval=True), "greet": Intent("greet")},
        responses={"utter_faq/hours": (PLAIN,), "utter_greet": (OTHER,)},
    )
    assert is_retrieval_action("utter_faq", domain)
    assert not is_retrieval_action("utter_greet", domain)
    assert not is_retrieval_action("action_faq", domain)
    assert retrieved_response("utter_faq", "faq/hours", domain) == "utter_faq/hours"
    assert retrieved_response("utter_faq", "faq/other", domain) is None
    assert retrieved_response("utter_faq", "greet", domain) is None
    assert retrieved_response("utter_faq", None, domain) is None


def test_retrieval_of_rasa_1_names_responses_by_the_intent() -> None:
    domain = Domain(responses={"faq/hours": (PLAIN,)})
    assert is_retrieval_action("respond_faq", domain)
    assert retrieved_response("respond_faq", "faq/hours", domain) == "faq/hours"
