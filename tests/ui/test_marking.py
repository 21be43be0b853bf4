"""Marking entities by words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.fake_controller import FakeController
from tests.ui.test_look import VIEWS
from tests.ui.trainer import at_the_desk
from trainer_tui.asking.notation import annotated
from trainer_tui.core.events import Entity
from trainer_tui.session.protocol import MarkEntities, ParseResult
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.lines import text_of
from trainer_tui.ui.marked_message import marked_message
from trainer_tui.ui.marking import Marking, label_letters
from trainer_tui.ui.widgets.entity_editor import words_line

SEATS = "book two seats in Rome"


def words(marking: Marking) -> str:
    begin, end = marking.chosen
    return marking.text[begin:end]


def test_the_first_entity_is_chosen_at_first() -> None:
    assert words(Marking.of(SEATS, (Entity("city", "Rome", 18, 22),))) == "Rome"


def test_without_entities_the_first_word_is() -> None:
    assert words(Marking.of(SEATS, ())) == "book"


def test_arrows_go_from_word_to_word() -> None:
    assert words(Marking.of(SEATS, ()).moved(1).moved(1)) == "seats"
    assert words(Marking.of(SEATS, ()).moved(-1)) == "book"
    assert words(Marking.of(SEATS, ()).moved(9999)) == "Rome"


def test_an_entity_of_two_words_is_one_step() -> None:
    marking = Marking.of("to New York today", (Entity("city", "New York", 3, 11),))
    assert words(marking) == "New York"
    assert words(marking.moved(1)) == "today"
    assert words(marking.moved(1).moved(-1)) == "New York"


def test_a_label_marks_the_chosen_words() -> None:
    marking = Marking.of(SEATS, ()).moved(4).labelled("city")
    assert marking.entities == (Entity("city", "Rome", 18, 22),)


def test_shift_and_arrow_extend_over_words() -> None:
    marking = Marking.of("to New York", ()).moved(1).extended(1).labelled("city")
    assert marking.entities == (Entity("city", "New York", 3, 11),)


def test_another_label_takes_the_place_of_the_first() -> None:
    marking = Marking.of(SEATS, (Entity("city", "Rome", 18, 22, extractor="CRF", confidence=0.9),)).labelled("venue")
    assert marking.entities == (Entity("venue", "Rome", 18, 22),)


def test_a_longer_stretch_swallows_what_it_covers() -> None:
    marking = Marking.of("to New York", (Entity("city", "York", 7, 11),)).extended(-1).labelled("city")
    assert marking.entities == (Entity("city", "New York", 3, 11),)


def test_role_group_and_value_belong_to_the_entity_here() -> None:
    marking = Marking.of(SEATS, (Entity("city", "Rome", 18, 22),))
    marking = marking.with_part("role", "to").with_part("group", "1").with_part("value", "Roma")
    assert marking.entities == (Entity("city", "Roma", 18, 22, role="to", group="1"),)
    assert marking.with_part("role", "").with_part("value", "").entities == (Entity("city", "Rome", 18, 22, group="1"),)


def test_what_is_removed_is_gone() -> None:
    assert Marking.of(SEATS, (Entity("city", "Rome", 18, 22),)).removed().entities == ()


def test_a_script_without_blanks_is_taken_character_by_character() -> None:
    marking = Marking.of("去罗马", ()).moved(1).extended(1).labelled("city")
    assert marking.entities == (Entity("city", "罗马", 1, 3),)


def test_a_message_without_words_can_be_left_as_it_is() -> None:
    marking = Marking.of("   ", ())
    assert marking.moved(1).extended(1).labelled("city").removed().entities == ()


def test_every_label_has_a_letter_of_its_own_and_never_r_g_or_v() -> None:
    letters = label_letters(("city", "cuisine", "role", "venue", "group"), "rgv")
    assert letters == {"c": "city", "u": "cuisine", "o": "role", "e": "venue", "p": "group"}


def test_labels_stand_behind_their_words() -> None:
    marking = Marking.of("to Rome", (Entity("city", "Rome", 3, 7, role="to"),))
    assert "".join(text for text, _ in words_line(marking)) == "to Rome⟨city:to⟩"


def test_the_conversation_has_chips_where_the_notation_would_be_json() -> None:
    rome = Entity("city", "Rome", 3, 7)
    assert text_of(marked_message("to Rome", [rome], annotated)) == "to [Rome](city)"
    assert text_of(marked_message("to Rome", [replace(rome, role="to")], annotated)) == "to Rome⟨city:to⟩"
    assert text_of(marked_message("to Rome", [replace(rome, value="Roma", group="1")], annotated)) == (
        'to Rome⟨city#1="Roma"⟩'
    )


NAMES = (
    "departure_city",
    "destination_city",
    "travel_date",
    "number_of_adults",
    "number_of_children",
    "airline",
    "luggage",
)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_every_label_is_in_sight_and_every_word_of_the_message(size: tuple[int, int]) -> None:
    words = "fly me from Oslo to Bergen on friday morning for two adults and one child with a window seat please"
    view = replace(VIEWS["mark_entities"], prompt=MarkEntities(ParseResult(words, "book")), entities=NAMES)
    async with at_the_desk(TrainerApp(FakeController(view)), size) as trainer:
        for word in (*words.split(), *NAMES):
            assert word in trainer.text, word
