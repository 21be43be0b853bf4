"""What the bot does next, what a new response says, what an action would have returned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.asking.situation import DECISION, TORN, asked
from trainer_tui.asking.actions import result, variations
from trainer_tui.asking.question import given
from trainer_tui.asking.words import Name, Sign, Speech, Warned
from trainer_tui.core.events import BotUttered, SlotSet
from trainer_tui.errors import FormatError, IllegalInput, Place
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ChooseAction,
    ConfirmAction,
    Confirmed,
    Denied,
    Evidence,
    NameAction,
    NewNameRequested,
    ResponseVariation,
    ResponseWritten,
    ResultStubbed,
    RunAction,
    StubResult,
    WriteResponse,
)
from trainer_tui.session.view import StatusView

BEFORE = Evidence("2 stories run utter_bye", (Place("stories.md", 3), Place("stories.md", 9)))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", Confirmed()),
        ("y", Confirmed()),
        ("N", Denied("action")),
        ("1", Confirmed()),
        ("utter_greet", Confirmed()),
        ("2", ActionChosen("utter_bye")),
        ("action_listen", ActionChosen("action_listen")),
        (":new", NewNameRequested()),
    ],
)
def test_a_line_confirms_denies_or_corrects(typed: str, answer: object) -> None:
    assert given(asked(ConfirmAction(TORN)), typed) == answer


def test_what_speaks_against_an_action_is_told_before_what_it_says() -> None:
    contradicted = asked(ConfirmAction(replace(TORN, contradictions=(BEFORE,))), says="Hello.")
    assert contradicted.facts == (
        ("it says: ", Speech("Hello.")),
        ("but 2 stories run utter_bye (stories.md:3, stories.md:9)",),
    )
    assert contradicted.matter == (
        (Sign("contradiction"), " ", Warned("stories.md:3: 2 stories run utter_bye"), Warned(" "), Sign("more")),
    )
    assert contradicted.places == BEFORE.places
    assert asked(ConfirmAction(TORN), says="Hello.").matter == ((Speech("Hello."),),)


def test_an_action_server_that_is_down_matters_to_what_it_would_run() -> None:
    down = StatusView("bot", "", "main", actions="down", actions_ok=False)
    search = replace(TORN, ranking=(("action_search", 0.5), *TORN.ranking))
    assert asked(ConfirmAction(search), status=down).matter == (
        (Sign("contradiction"), " ", Warned("actions down: if none answers, you say what it would return")),
    )
    assert asked(ConfirmAction(TORN), status=down).matter == ()


def test_an_unsure_bot_says_so() -> None:
    assert Warned("unsure") in asked(ConfirmAction(TORN)).short[0]
    assert Warned("unsure") not in asked(ConfirmAction(replace(TORN, confidence=0.7))).short[0]


def test_any_action_is_chosen_by_number_or_name() -> None:
    question = asked(ChooseAction(TORN))
    assert (question.takes, question.about, question.suggestion) == ("choice", "action", "utter_greet")
    assert [given(question, typed) for typed in ("", "1", "3", "utter_bye", ":new")] == [
        ActionChosen("utter_greet"),
        ActionChosen("utter_greet"),
        ActionChosen("action_listen"),
        ActionChosen("utter_bye"),
        NewNameRequested(),
    ]
    with pytest.raises(IllegalInput, match="there is no 'utter' here"):
        given(question, "utter")


def test_a_new_action_is_named() -> None:
    question = asked(NameAction(TORN))
    assert (question.takes, question.about) == ("name", "action")
    assert given(question, " utter_more ") == ActionNamed("utter_more")


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("Hello!", ["Hello!"]),
        ("{name}, hello", ["{name}, hello"]),
        ("[laughs] hello", ["[laughs] hello"]),
        ("one\\ntwo", ["one\ntwo"]),
        ('["Sure?", {"text": "Really?"}]', ["Sure?", "Really?"]),
        ('{"text": "Sure?"}', ["Sure?"]),
    ],
)
def test_a_response_is_a_text_or_json(typed: str, texts: list[str]) -> None:
    question = asked(WriteResponse("utter_more", TORN))
    assert Name("utter_more") in question.words
    assert given(question, typed) == ResponseWritten(tuple(ResponseVariation(text) for text in texts))


def test_buttons_go_to_every_variation() -> None:
    yes_no = {"buttons": [{"title": "yes", "payload": "/affirm"}, {"title": "no", "payload": "/deny"}]}
    assert variations(["Sure?", " ", "Really?"], "yes (/affirm) | no (/deny)") == (
        ResponseVariation("Sure?", yes_no),
        ResponseVariation("Really?", yes_no),
    )
    own = '{"text": "Sure?", "buttons": [{"title": "aye", "payload": "/aye"}]}'
    assert variations([own], "yes (/affirm)")[0].data["buttons"][0]["title"] == "aye"


@pytest.mark.parametrize(
    ("texts", "buttons", "told"),
    [
        ([""], "", "a response needs a text"),
        (["  "], "yes (/affirm)", "a response needs a text"),
        (['{"text": "Sure?'], "", "the JSON of the response is broken"),
        (['{"buttons": []}'], "", "each variation needs a text"),
        (["[1]"], "", None),
        (['{"text": "Sure?", "buttons": [{"payload": "/x"}]}'], "", "each button needs a title"),
        (["Sure?"], "yes", "the button 'yes' has no payload"),
        (["Sure?"], "(/affirm)", "has no payload"),
    ],
)
def test_what_is_no_response_is_refused(texts: list[str], buttons: str, told: str | None) -> None:
    if told is None:
        assert variations(texts, buttons) == (ResponseVariation(texts[0]),)
        return
    with pytest.raises(IllegalInput, match=told):
        variations(texts, buttons)


def test_a_result_is_typed_as_events_and_texts_and_the_last_one_is_suggested() -> None:
    last = (SlotSet("city", "Rome"), BotUttered("Done."))
    question = asked(StubResult(RunAction(DECISION), last))
    assert (question.takes, question.suggestion) == ("result", 'slot{"city": "Rome"} ; Done.')
    assert given(question, "") == ResultStubbed(last)
    assert given(question, question.suggestion) == ResultStubbed(last)
    assert given(question, "Nothing.") == ResultStubbed((BotUttered("Nothing."),))
    with pytest.raises(FormatError, match=r"'slot' names no slot \(part 2\)"):
        given(question, "Nothing. ; slot{}")
    with pytest.raises(FormatError) as refused:
        result(["Nothing.", "slot{}"])
    assert refused.value.place == Place("", 2)
