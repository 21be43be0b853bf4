"""validate_restaurant_form, as Rasa 3.x asks for it after it has filled slots from the message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sample_bots.webhook import run_with_rasa_sdk, set_slots, slot_was_set, texts, user_said, webhook_body


@pytest.fixture
def bot(sample_bots: Path) -> Path:
    return sample_bots / "formbot"


def validate(bot: Path, **extracted: Any) -> dict[str, Any]:
    """The answer to `validate_restaurant_form` when a message has just set these slots."""
    events = [user_said("inform"), *(slot_was_set(name, value) for name, value in extracted.items())]
    body = webhook_body(
        bot,
        "validate_restaurant_form",
        events,
        form={"name": "restaurant_form"},
        requested_slot=next(iter(extracted)),
        **extracted,
    )
    return run_with_rasa_sdk(bot, body)


@pytest.mark.parametrize(
    ("slot", "extracted", "kept"),
    [
        ("cuisine", "Greek", "greek"),
        ("num_people", "3", 3),
        ("num_people", 2.0, 2),
        ("outdoor_seating", True, True),
        ("outdoor_seating", False, False),
        ("outdoor_seating", "outside", True),
        ("outdoor_seating", "Inside", False),
        ("preferences", "a high chair", "a high chair"),
        ("feedback", "great", "great"),
    ],
)
def test_a_good_answer_is_kept(bot: Path, slot: str, extracted: Any, kept: Any) -> None:
    answer = validate(bot, **{slot: extracted})
    assert set_slots(answer) == {slot: kept}
    assert texts(answer) == []


@pytest.mark.parametrize(
    ("slot", "extracted"),
    [
        ("cuisine", "french"),
        ("num_people", "0"),
        ("num_people", "2.5"),
        ("num_people", "a few"),
        ("outdoor_seating", "upside down"),
    ],
)
def test_a_bad_answer_is_refused_with_the_reason(bot: Path, slot: str, extracted: Any) -> None:
    answer = validate(bot, **{slot: extracted})
    assert set_slots(answer) == {slot: None}
    assert texts(answer) == [f"utter_wrong_{slot}"]


def test_a_correction_changes_the_slot_that_was_filled_before(bot: Path) -> None:
    assert set_slots(validate(bot, outdoor_seating=True, cuisine="thai")) == {
        "outdoor_seating": True,
        "cuisine": "thai",
    }


def test_nothing_extracted_says_nothing(bot: Path) -> None:
    body = webhook_body(
        bot,
        "validate_restaurant_form",
        [user_said("stop")],
        form={"name": "restaurant_form"},
        requested_slot="outdoor_seating",
    )
    assert run_with_rasa_sdk(bot, body)["events"] == []
