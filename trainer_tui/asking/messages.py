"""The next message, and the bot's buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from trainer_tui.asking.question import Candidate, Given, Known, Move, Question
from trainer_tui.asking.words import BETWEEN, Key, Name, Quiet, Words
from trainer_tui.session.protocol import AskButton, AskMessage, ButtonChosen, MessageTyped
from trainer_tui.session.view import SessionView

STOP = "/stop"
"""Typed as a message it opens the session menu, as in Rasa, unless the bot has an intent of that name."""


def ask_message(prompt: AskMessage, known: Known) -> Question:
    view = known.view
    short: tuple[Words, ...] = (("Your message",),)
    matter: tuple[Words, ...] = ()
    if not any(entry.kind == "message" for entry in view.history):
        short = (("Say something to the bot, as its users would.",), ("Say something to the bot.",))
        matter = _first_hints()
    elif view.form is not None and view.form.requested_slot:
        fills = "" if view.form.will_validate else "; the next message fills nothing"
        matter = ((Quiet(f"{view.form.name} asks {view.form.requested_slot}{fills}"),),)
    return Question(("Your message",), short=short, matter=matter, takes="message", read=_message(known.view))


def ask_button(prompt: AskButton, known: Known) -> Question:
    buttons = tuple(
        Candidate(button.title, ButtonChosen(button.payload, button.title), detail=button.payload)
        for button in prompt.buttons
    )
    read_message = _message(known.view)

    def read(line: str) -> Given:
        typed = line.strip()
        if typed.isdecimal() and 1 <= int(typed) <= len(buttons):
            return buttons[int(typed) - 1].given
        return read_message(line)

    return Question(
        ("A button's number, or your message",),
        short=(("The bot offers buttons: take one, or type",), ("A button, or type",)),
        matter=(("  ", *_numbered(buttons)),),
        candidates=buttons,
        how="",
        takes="message",
        read=read,
    )


def _message(view: SessionView) -> Callable[[str], Given]:
    def read(line: str) -> Given:
        if line.strip() == STOP and STOP.removeprefix("/") not in view.intents:
            return Move.OPEN_MENU
        return MessageTyped(line)

    return read


def _numbered(buttons: Sequence[Candidate]) -> Words:
    """The buttons that a key takes."""
    parts = (
        (Key(f"question.{number}"), " ", Name(button.name, "label"), "   ") for number, button in enumerate(buttons, 1)
    )
    return tuple(part for some in islice(parts, 9) for part in some)


def _first_hints() -> tuple[Words, ...]:
    """What a person who is here for the first time should know."""
    send = (Key("message.send"), Quiet(" sends"))
    intents = (Quiet("/ lists the intents"),)
    menu = Key("session.menu")
    keys = (Key("app.help"), Quiet(" shows the keys"))
    return (
        (*send, BETWEEN, *intents, BETWEEN, menu, Quiet(" opens the menu"), BETWEEN, *keys),
        (*send, BETWEEN, *intents, BETWEEN, menu, Quiet(" menu")),
        (*intents, BETWEEN, menu, Quiet(" menu")),
    )
