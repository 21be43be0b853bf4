"""What failed and what can be done about it, what is under way, and an earlier session."""

from __future__ import annotations

import pytest

from tests.asking.situation import DECISION, asked
from trainer_tui.asking.failures import under_way
from trainer_tui.asking.question import Move, given
from trainer_tui.asking.reasons import reason
from trainer_tui.asking.words import Name
from trainer_tui.errors import FormatError, IllegalInput, Place, TrainerError
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskMessage,
    Denied,
    Effect,
    ExtractSlots,
    HumanInput,
    ParseMessage,
    PredictAction,
    Retried,
    RunAction,
    StubRequested,
)

EVERY_EFFECT = [ParseMessage("hi"), ExtractSlots(), PredictAction(), RunAction(DECISION)]


@pytest.mark.parametrize("effect", EVERY_EFFECT, ids=lambda effect: type(effect).__name__)
def test_whatever_failed_can_be_tried_again_or_undone(effect: Effect) -> None:
    question = asked(AskAfterFailure(effect, "no answer", "The server is down.", "Start it, then retry."))
    assert question.because == ("no answer. The server is down. Start it, then retry.",)
    assert question.hint == "Start it, then retry."
    assert [given(question, typed) for typed in ("", "r", "u")] == [Retried(), Retried(), Move.UNDO_FAILURE]


@pytest.mark.parametrize(
    ("effect", "typed", "answer"),
    [
        (ParseMessage("hi"), "i", Denied("intent")),
        (ExtractSlots(), "s", StubRequested()),
        (RunAction(DECISION), "s", StubRequested()),
    ],
)
def test_what_can_be_said_instead_fits_what_failed(effect: Effect, typed: str, answer: HumanInput) -> None:
    assert given(asked(AskAfterFailure(effect, "no answer")), typed) == answer


def test_what_is_no_way_on_is_refused_with_those_that_are() -> None:
    with pytest.raises(IllegalInput) as refused:
        given(asked(AskAfterFailure(RunAction(DECISION), "no answer")), "x")
    assert refused.value.hint == "Answer r, s or u."
    with pytest.raises(IllegalInput) as refused:
        given(asked(AskAfterFailure(PredictAction(), "no answer")), "s")
    assert refused.value.hint == "Answer r or u."


def test_an_earlier_session_is_asked_about_before_anything_else() -> None:
    question = asked(AskMessage(), offer="session-1, 1 message")
    assert question.words == ("There is an earlier session, session-1, 1 message. Go on with it?",)
    assert [given(question, typed) for typed in ("", "yes", "n")] == [
        Move.ACCEPT_OFFER,
        Move.ACCEPT_OFFER,
        Move.DECLINE_OFFER,
    ]


@pytest.mark.parametrize("effect", EVERY_EFFECT, ids=lambda effect: type(effect).__name__)
def test_whatever_is_under_way_has_words(effect: Effect) -> None:
    words = under_way(effect)
    assert words and (Name("booking_form") in words) == isinstance(effect, RunAction)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (None, "a mark is broken. Close it."),
        (Place("", None, 7), "a mark is broken (character 7). Close it."),
        (Place("", 2), "a mark is broken (line 2). Close it."),
        (Place("nlu.md", 3), "nlu.md:3: a mark is broken. Close it."),
    ],
)
def test_a_reason_says_where_in_what_was_typed_or_in_which_file(place: Place | None, told: str) -> None:
    error: TrainerError = FormatError("a mark is broken", hint="Close it.", place=place)
    assert reason(error) == told
