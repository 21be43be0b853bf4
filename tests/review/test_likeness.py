"""What is the same, and what is nearly the same."""

from __future__ import annotations

from dataclasses import replace

from trainer_tui.core.events import ActionExecuted, BotUttered, Entity, SlotSet, UserUttered
from trainer_tui.review.likeness import KnownWords, digest, grouped, likeness_key


def test_conversations_are_the_same_whatever_the_time_and_the_weather() -> None:
    said = UserUttered(text="weather in Oslo", intent="ask", entities=(Entity("city", "Oslo"),), timestamp=1.0)
    events = [said, ActionExecuted("action_weather"), BotUttered("12 degrees"), ActionExecuted("action_listen")]
    later = [replace(said, timestamp=9.0), ActionExecuted("action_weather", policy="Memo"), BotUttered("8 degrees")]
    assert digest(events) == digest(later)
    assert len(digest(events)) == 16
    for other in (
        [replace(said, intent="greet"), *events[1:]],
        [replace(said, text="weather in Rome"), *events[1:]],
        [replace(said, entities=()), *events[1:]],
        [said, ActionExecuted("utter_greet")],
        [*events, SlotSet("city", "Oslo")],
    ):
        assert digest(other) != digest(events)


def test_messages_are_alike_in_spite_of_case_signs_and_numbers() -> None:
    assert likeness_key("Order 17!") == likeness_key("order 4")
    assert likeness_key("order pizza") != likeness_key("order pasta")
    assert likeness_key("?!") == ()


def test_near_same_messages_are_one_group_by_the_first() -> None:
    texts = [
        "where is my order number 12",
        "i want my money back",
        "where is my order number 77 please",
        "i want my money back now",
        "cancel",
        "cancel!",
        "你好吗",
    ]
    assert grouped(texts) == [[0, 2], [1, 3], [4, 5], [6]]
    assert grouped([]) == []


def test_the_share_of_words_that_examples_hold() -> None:
    words = KnownWords(["book a table", "book a flight", "book it"])
    assert words.share("a flight table") > 0.9
    assert words.share("convert furlongs") == 0.0
    assert words.share("a lawnmower") < 0.5
    assert words.share("…") == 1.0
