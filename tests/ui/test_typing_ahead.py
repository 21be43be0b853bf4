"""Typing while a question is asked: what begins a message, what is an answer, and that nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.session.protocol import AskMessage, ChooseAction, ConfirmAction, ConfirmIntent
from trainer_tui.ui.typed_ahead import TypedAhead

ALWAYS = 60.0
"""No test takes so long: letters are typed fast, unless the test says that the person waits."""

MESSAGES = (
    "can i pay now",
    "my laptop is broken",
    "no thanks",
    "yes please",
    "i want 2 tickets",
    "2 tickets please",
    "22 people, table 7",
    "nein, danke",
    "/goodbye",
    "enough!",
)


async def is_confirming(trainer: Trainer, action: str = "utter_greet") -> None:
    await trainer.says("/hello")
    await trainer.is_asked(ConfirmAction, action)


@pytest.mark.parametrize("message", MESSAGES)
async def test_a_message_typed_early_answers_nothing_and_waits_for_its_field(teaching: Teaching, message: str) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.types_at_once(message)
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees(f"next message {message}")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.sees(f"next message {message}")
        # Where the bot listens next, one Enter says yes to that and sends the message.
        await trainer.presses("enter")
        assert tuple(point.text for point in trainer.view.fork_points) == ("/hello", message)


async def test_a_letter_alone_is_the_answer_a_moment_later(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.presses("y")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.waits_a_moment()
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses("n")
        await trainer.waits_a_moment()
        await trainer.sees(ChooseAction)


async def test_a_key_that_is_held_down_answers(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.presses("y", "y")
        await trainer.is_asked(ConfirmAction, "action_listen")


async def test_enter_behind_a_letter_is_no_second_answer(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.types_at_once("y\r")
        await trainer.is_asked(ConfirmAction, "action_listen")


async def test_escape_lets_letters_answer_again_and_keeps_the_text(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.types("can i pya")
        await trainer.presses("backspace", "backspace")
        await trainer.types("ay")
        await trainer.presses("escape", "y")
        await trainer.waits_a_moment()
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses("y")
        await trainer.waits_a_moment()
        await trainer.sees(AskMessage)
        assert trainer.field == "can i pay"


async def test_what_is_typed_ahead_and_taken_back_is_gone(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.types("can i")
        await trainer.presses("ctrl+u")
        await trainer.does_not_see("next message")
        await trainer.presses("enter", "enter")
        await trainer.sees(AskMessage)
        assert trainer.field == ""


@pytest.mark.parametrize("text", ["\nyes, two of them\n", "no\nreally", "y\n", "2"])
async def test_a_paste_is_never_an_answer(teaching: Teaching, text: str) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await trainer.says("which bands are on")
        await trainer.sees(ConfirmIntent)
        await trainer.pastes(text)
        await trainer.sees(ConfirmIntent)
        await trainer.presses("enter")
        while not isinstance(trainer.view.prompt, AskMessage):
            await trainer.presses("escape", "n")
            await trainer.waits_a_moment()
            await trainer.says("action_listen")
        assert trainer.field == " ".join(text.split())


async def test_a_paste_that_begins_with_a_line_end_keeps_its_text(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.pastes("\nhello\nthere")
        assert trainer.field == "hello there"
        await trainer.pastes("\nyou")
        assert trainer.field == "hello there you"


@pytest.mark.parametrize("end", ["", "\r", "\r\r"])
async def test_a_paste_that_the_terminal_gives_as_keys_answers_nothing_either(teaching: Teaching, end: str) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.types_at_once(f"no thanks\r\rreally not\rbye{end}")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("next message no thanks really not bye")
        # An Enter of its own answers as ever.
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "action_listen")
        await trainer.presses("enter")
        assert [point.text for point in trainer.view.fork_points] == ["/hello", "no thanks really not bye"]


async def test_letters_behind_an_enter_in_one_packet_are_the_next_text(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await trainer.types_at_once("/hello\rcan i pay now")
        assert tuple(point.text for point in trainer.view.fork_points) == ("/hello",)
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("next message can i pay now")


async def test_enter_answers_no_question_that_was_not_there_when_it_was_pressed(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await trainer.types_at_once("/hello\r\r\r\r")
        await trainer.is_asked(ConfirmAction, "utter_greet")


@pytest.mark.parametrize("enter", ["\r", "\n"])
async def test_messages_typed_before_anything_is_asked_are_sent_one_by_one(teaching: Teaching, enter: str) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        # "\n" is Enter to a terminal that the screen has not taken yet.
        await trainer.types_at_once(f"/hello{enter}can i pay now{enter}no{enter}")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("next message can i pay now")
        await trainer.presses("enter", "enter")
        await trainer.sees(ConfirmIntent, "next message no")
        assert tuple(point.text for point in trainer.view.fork_points) == ("/hello", "can i pay now")


async def test_a_message_that_was_ended_can_be_gone_on_with_and_waits_for_what_is_taken_back(
    teaching: Teaching,
) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await trainer.types_at_once("/hello\rcan i pay\r")
        await trainer.presses("backspace")
        await trainer.types(" now")
        await trainer.sees("next message can i pay now")
        await trainer.presses("ctrl+z")
        await trainer.sees(AskMessage)
        assert trainer.field == "/hello"
        await trainer.types("/goodbye")
        await trainer.presses("enter")
        await trainer.is_asked(ConfirmAction, "utter_goodbye")
        await trainer.sees("next message can i pay now")


async def test_moving_the_mark_away_from_yes_sends_nothing(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=ALWAYS) as trainer:
        await is_confirming(trainer)
        await trainer.presses("enter")
        await trainer.types("can i")
        await trainer.presses("right", "enter")
        await trainer.sees(ChooseAction)
        assert tuple(point.text for point in trainer.view.fork_points) == ("/hello",)


async def test_a_letter_is_not_alone_where_those_behind_it_were_not_read_in_time(teaching: Teaching) -> None:
    async with teaching("concertbot", moment=0.001) as trainer:
        await is_confirming(trainer)
        # The machine is busy: the moment is over as soon as the first letter is read.
        await trainer.types_at_once("you")
        await trainer.is_asked(ConfirmAction, "utter_greet")
        await trainer.sees("next message you")


def test_of_two_letters_the_first_answers_where_they_were_pressed_apart_however_late_they_are_read() -> None:
    ahead, given = TypedAhead(0.25), list[str]()
    ahead.type("y", lambda: given.append("yes"), at=1.0)
    ahead.type("n", lambda: given.append("no"), at=1.5)
    assert (ahead.text, given) == ("", ["yes"])
    ahead.type("o", lambda: given.append("open"), at=1.6)
    assert (ahead.text, given) == ("no", ["yes"])


def test_letters_of_a_question_that_is_gone_may_still_begin_a_message() -> None:
    ahead, given = TypedAhead(), list[str]()
    ahead.type("n", lambda: given.append("no"))
    ahead.question_is_gone()
    ahead.type("o", lambda: given.append("open"))
    assert (ahead.text, given) == ("no", [])
