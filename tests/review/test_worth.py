"""What a conversation is worth a look, told in words."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ConversationPaused,
    Event,
    Restarted,
    UserUttered,
)
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.review.remembering import Foreseen
from trainer_tui.review.worth import Noticed, Reading, Turn, Worth, notice, notice_turn, worth


def said(text: str, intent: str = "greet") -> UserUttered:
    return UserUttered(text=text, intent=intent)


def turn(text: str, *actions: str, intent: str = "greet") -> list[Event]:
    return [said(text, intent), *map(ActionExecuted, (*actions, ACTION_LISTEN))]


def told(
    *turns: Sequence[Event],
    today: dict[str, Foreseen] | None = None,
    meanings: dict[str, tuple[str, float]] | None = None,
    known_words: float = 1.0,
) -> Worth:
    """What is told of a conversation: `today` is predicted in place of an action, all else as it was, for sure."""
    intents = {event.text: event.intent for events in turns for event in events if isinstance(event, UserUttered)}

    def read(text: str) -> Reading:
        intent, confidence = (meanings or {}).get(text, (intents[text], 1.0))
        return Reading(ParseResult(text, intent, confidence), known_words)

    def noticed(events: Sequence[Event], begun: int = 0) -> Turn:
        foreseen = []
        for index, event in enumerate(events):
            if isinstance(event, ActionExecuted):
                name = str(event.name)
                foreseen.append((index, (today or {}).get(name, Foreseen(name, 1.0, True))))
        return notice_turn(events, foreseen, read, begun=begun)

    return worth(notice([noticed([ActionExecuted(ACTION_LISTEN)], begun=1), *map(noticed, turns)]))


def test_nothing_is_noticed_where_all_is_as_today() -> None:
    assert told(turn("hi", "utter_greet"), turn("bye", "utter_goodbye")) == Worth(0.0, ())


def test_falling_back_and_leaving_is_told_in_one() -> None:
    fell = turn("qqq", "action_default_fallback", intent="nlu_fallback")
    assert told(fell, turn("hi")).reasons == ("fell back",)
    assert told(fell, turn("hi"), fell).reasons == ("fell back twice, then left",)
    assert told(fell, fell).reasons[0] == "fell back twice, then left"
    assert told(fell, turn("hi"), fell).score > told(fell, turn("hi")).score


def test_what_the_bot_did_otherwise_comes_first() -> None:
    other = {"utter_greet": Foreseen("utter_cheer_up", 0.9, True)}
    found = told(turn("hi", "utter_greet"), [Restarted()], today=other)
    assert found.reasons == ("did utter_greet, would do utter_cheer_up today", "began anew")
    in_no_story = told(turn("hi", "utter_greet"), today={"utter_greet": Foreseen("utter_cheer_up", 0.9, False)})
    assert in_no_story.score < found.score
    assert "in a state that no story holds" in in_no_story.reasons


def test_a_message_that_means_something_else_today() -> None:
    found = told(turn("bye now", "utter_greet"), meanings={"bye now": ("goodbye", 0.95)})
    assert found.reasons == ("understood as greet, today as goodbye",)
    assert told(turn("faq", intent="faq/hours"), meanings={"faq": ("faq", 1.0)}).score == 0.0


def test_users_who_say_the_same_again() -> None:
    assert told(turn("Where is it?"), turn("where is it")).reasons == ("said the same again",)


def test_handing_over_refusing_and_being_unsure() -> None:
    found = told(
        [said("hm"), ConversationPaused(), ActionExecutionRejected("form"), ActionExecuted("utter_greet")],
        today={"utter_greet": Foreseen("utter_greet", 0.3, True)},
        known_words=0.1,
    )
    assert set(found.reasons) == {
        "was handed over",
        "a form was left or refused",
        "unsure",
        "said what no example is like",
    }


def test_a_long_conversation_is_not_worth_a_look_for_its_length() -> None:
    unsure = [Noticed("unknown", 0.06)] * 500
    assert worth(unsure).score < worth([Noticed("fallback", 0.35)]).score


def test_the_same_once_more_is_not_another_mistake() -> None:
    found = told(turn("hi", "utter_greet"), [Restarted()], today={"utter_greet": Foreseen("utter_bye", 1.0, True)})
    (pattern,) = found.patterns

    def among(others: int) -> float:
        return found.among({pattern.name: others})

    assert among(0) == among(9) == found.score
    assert found.rest < among(500) < among(50) < found.score


def test_what_is_seldom_counts_beside_what_all_have() -> None:
    today = {"utter_greet": Foreseen("utter_bye", 1.0, True), "utter_sad": Foreseen("utter_happy", 0.9, True)}
    common = told(turn("hi", "utter_greet"), today=today)
    both = told(turn("hi", "utter_greet"), turn("i am sad", "utter_sad"), today=today)
    others = {common.patterns[0].name: 1_000}
    assert common.among(others) < 0.1
    assert both.among(others) > 0.7
