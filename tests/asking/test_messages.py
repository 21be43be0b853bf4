"""The next message, and the bot's buttons."""

from __future__ import annotations

from tests.asking.situation import TALKED, asked
from trainer_tui.asking.question import Move, given
from trainer_tui.asking.words import Key, Quiet
from trainer_tui.core.forms import FormState
from trainer_tui.session.protocol import AskButton, AskMessage, Button, ButtonChosen, MessageTyped

MOOD = AskButton("How are you?", (Button("great", "/mood_great"), Button("so so", "/mood_so_so")))


def test_what_is_typed_is_the_message_blanks_and_all() -> None:
    question = asked(AskMessage(), history=TALKED)
    assert (question.words, question.takes) == (("Your message",), "message")
    assert given(question, " hello  there") == MessageTyped(" hello  there")
    assert given(question, "12") == MessageTyped("12")


def test_who_is_here_for_the_first_time_is_told_the_keys_by_their_commands() -> None:
    first, again = asked(AskMessage()), asked(AskMessage(), history=TALKED)
    assert first.short[0] == ("Say something to the bot, as its users would.",)
    assert [part.command for part in first.matter[0] if isinstance(part, Key)] == [
        "message.send",
        "session.menu",
        "app.help",
    ]
    assert again.matter == ()


def test_a_form_says_what_it_asks_and_when_the_message_fills_nothing() -> None:
    form = FormState("booking_form", "seats", (), ("seats",), False, "")
    question = asked(AskMessage(), history=TALKED, form=form)
    assert question.matter == ((Quiet("booking_form asks seats; the next message fills nothing"),),)


def test_stop_opens_the_menu_unless_the_bot_knows_it() -> None:
    for prompt in (AskMessage(), MOOD):
        assert given(asked(prompt), " /stop ") is Move.OPEN_MENU
        assert given(asked(prompt, intents=("stop",)), "/stop") == MessageTyped("/stop")
        assert given(asked(prompt), "/stop{}") == MessageTyped("/stop{}")


def test_a_button_is_taken_by_its_number_and_anything_else_is_the_message() -> None:
    question = asked(MOOD)
    assert [(button.name, button.detail) for button in question.candidates] == [
        ("great", "/mood_great"),
        ("so so", "/mood_so_so"),
    ]
    assert [part.command for part in question.matter[0] if isinstance(part, Key)] == ["question.1", "question.2"]
    assert given(question, " 2 ") == ButtonChosen("/mood_so_so", "so so")
    assert given(question, "3") == MessageTyped("3")
    assert given(question, "great") == MessageTyped("great")
