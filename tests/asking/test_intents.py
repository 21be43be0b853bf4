"""What a message means: its intent and its entities."""

from __future__ import annotations

import pytest

from tests.asking.situation import asked
from trainer_tui.asking.question import given
from trainer_tui.asking.words import Key, Message, Name, Warned
from trainer_tui.errors import FormatError, IllegalInput
from trainer_tui.session.protocol import (
    ChooseIntent,
    Confirmed,
    ConfirmIntent,
    Denied,
    EntitiesMarked,
    Entity,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    NameIntent,
    NewNameRequested,
    ParseResult,
)

ROME = Entity("city", "Rome", 3, 7)
PARSE = ParseResult("to Rome", "book", 0.6, (ROME,), (("book", 0.6), ("greet", 0.004), ("bye", 0.001)))
UNKNOWN = ParseResult("/boook", "boook", 1.0, (), (("boook", 1.0),), is_shorthand=True)


def test_the_meaning_is_asked_about_with_its_entities() -> None:
    question = asked(ConfirmIntent(PARSE))
    assert Name("book", "intent") in question.words
    assert Message("to Rome", (ROME,)) in question.words
    assert question.words[-1] == ", and are all entities marked correctly?"
    assert Warned("unsure") in question.short[0]
    assert Name("city", "label") in question.matter[0]
    assert [candidate.is_likely for candidate in question.candidates] == [True, False, False]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", Confirmed()),
        ("y", Confirmed()),
        ("YES", Confirmed()),
        ("n", Denied("both")),
        ("no", Denied("both")),
        ("i", Denied("intent")),
        ("t", Denied("entities")),
        ("1", Confirmed()),
        ("book", Confirmed()),
        ("2", IntentChosen("greet")),
        ("bye", IntentChosen("bye")),
        (":new", NewNameRequested()),
    ],
)
def test_a_line_confirms_denies_or_corrects(typed: str, answer: object) -> None:
    assert given(asked(ConfirmIntent(PARSE)), typed) == answer


def test_an_intent_of_the_bot_that_has_no_number_is_taken_by_name() -> None:
    question = asked(ConfirmIntent(PARSE), intents=("thank",))
    assert given(question, "thank") == IntentChosen("thank")
    with pytest.raises(IllegalInput, match="there is no number 4"):
        given(question, "4")


def test_any_intent_is_chosen_by_number_or_name_and_the_likely_one_by_nothing() -> None:
    question = asked(ChooseIntent(PARSE, (("greet", 0.7), ("bye", 0.2)), then_entities=True))
    assert (question.takes, question.about, question.suggestion) == ("choice", "intent", "greet")
    assert [given(question, typed) for typed in ("", "2", "bye")] == [
        IntentChosen("greet"),
        IntentChosen("bye"),
        IntentChosen("bye"),
    ]
    assert given(question, ":new") == NewNameRequested()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0", "Numbers go from 1 to 2"),
        ("9", "Numbers go from 1 to 2"),
        ("gret", "Did you mean greet"),
        ("reet", "Did you mean greet"),
        ("y", "Did you mean bye"),
        ("zzz", "Choose one of the list, or :new"),
    ],
)
def test_what_is_no_choice_is_refused_with_what_may_have_been_meant(typed: str, told: str) -> None:
    question = asked(ChooseIntent(PARSE, (("greet", 0.7), ("bye", 0.2)), then_entities=True))
    with pytest.raises(IllegalInput) as refused:
        given(question, typed)
    assert told in str(refused.value)


def test_an_intent_that_nobody_knows_is_told_and_can_be_made() -> None:
    question = asked(ChooseIntent(UNKNOWN, (("book", 0.0),), then_entities=True))
    assert question.facts == (("no intent is called 'boook'; :new makes it",),)
    assert Key("choice.new") in question.matter[0]
    assert asked(ChooseIntent(PARSE, (("book", 0.0),), then_entities=True)).facts == ()


def test_a_new_intent_is_named_and_what_was_typed_is_suggested() -> None:
    question = asked(NameIntent(UNKNOWN, False, "boook"))
    assert (question.takes, question.about) == ("name", "intent")
    assert given(question, " book_table ") == IntentNamed("book_table")
    assert given(question, "") == IntentNamed("boook")


def test_entities_are_marked_in_their_notation_and_left_as_they_are_by_nothing() -> None:
    question = asked(MarkEntities(PARSE))
    assert question.suggestion == "to [Rome](city)"
    assert given(question, "to [Rome](town)") == EntitiesMarked((Entity("town", "Rome", 3, 7),))
    assert given(question, "to Rome") == EntitiesMarked(())
    # A voice that reads the message does not tell its capitals.
    assert given(question, "To [rome](town)") == EntitiesMarked((Entity("town", "Rome", 3, 7),))
    assert given(question, "to [rome](town:rom)") == EntitiesMarked((Entity("town", "rom", 3, 7),))
    assert given(question, "  ") == EntitiesMarked((ROME,))
    with pytest.raises(FormatError, match="the words differ from the message"):
        given(question, "to [Paris](city)")
