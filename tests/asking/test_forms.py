"""Whether a form takes the message, and what to do where stories say otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.asking.situation import DECISION, asked
from trainer_tui.asking.question import Move, given
from trainer_tui.asking.words import BETWEEN, Name, Quiet
from trainer_tui.core.slots import SlotMapping
from trainer_tui.errors import IllegalInput, Place
from trainer_tui.session.protocol import AskFormValidation, ValidationChosen, WarnContradiction, WarningAcknowledged
from trainer_tui.session.view import SlotRow

FILLS = AskFormValidation(
    "booking_form", "seats", DECISION, (("seats", 2),), SlotMapping("from_entity", entity="number")
)


def test_a_form_asks_whether_it_takes_the_message() -> None:
    question = asked(FILLS)
    assert Name("booking_form") in question.words and Name("seats", "slot") in question.words
    assert [given(question, typed) for typed in ("", "y", "no")] == [
        ValidationChosen(True),
        ValidationChosen(True),
        ValidationChosen(False),
    ]
    with pytest.raises(IllegalInput, match="'perhaps' is no answer here") as refused:
        given(question, "perhaps")
    assert refused.value.hint == "Answer y or n."


def test_what_yes_and_no_come_to_is_decided_once_for_both_front_ends() -> None:
    question = asked(FILLS)
    assert question.facts == (("yes: seats = 2",), ("no: it fills nothing, the form asks again",))
    assert question.matter[0] == (
        Quiet("yes: seats = 2 (from_entity number)"),
        BETWEEN,
        Quiet("no: it fills nothing, the form asks again"),
    )


def test_where_slots_are_filled_before_the_form_runs_its_validation_is_in_question() -> None:
    question = asked(FILLS, slots=(SlotRow("seats", 2, is_changed=True),))
    assert question.facts == (
        ("filled already: seats = 2",),
        ("yes: the form checks it",),
        ("no: it stays as it is, unchecked",),
    )
    assert asked(FILLS, slots=(SlotRow("seats", 2),)).facts[0] == ("yes: seats = 2",)


def test_a_message_that_would_fill_nothing_is_told_from_one_that_code_reads() -> None:
    nothing = asked(replace(FILLS, would_fill=(), mapping=None))
    by_code = asked(replace(FILLS, would_fill=None, mapping=None))
    assert nothing.facts[1:] == (("yes: the form refuses it",), ("no: the form asks again",))
    assert by_code.facts == (("yes: the form reads the message",), ("no: it does not, and asks again",))


def test_stories_that_contradict_can_be_opened_removed_or_passed_over() -> None:
    question = asked(WarnContradiction("booking_form", "seats", DECISION, (Place("stories.md", 31),)))
    assert question.facts[0] == ("stories.md:31",)
    assert [given(question, typed) for typed in ("", "y", "o", "d")] == [
        WarningAcknowledged(),
        WarningAcknowledged(),
        Move.OPEN_PLACE,
        Move.REMOVE_STORIES,
    ]


def test_what_was_taught_here_has_no_place_to_open() -> None:
    question = asked(WarnContradiction("booking_form", "seats", DECISION))
    assert question.facts == (("what you taught in this session",),)
    with pytest.raises(IllegalInput) as refused:
        given(question, "o")
    assert refused.value.hint == "Answer y."
