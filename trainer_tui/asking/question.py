"""A question as plain data, and what a typed line gives as its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, field
from enum import Enum
from typing import Literal

from trainer_tui.asking.words import Words
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import IllegalInput, Place
from trainer_tui.session.protocol import HumanInput, NewNameRequested
from trainer_tui.session.view import SessionView
from trainer_tui.words import near

NEW = ":new"
"""What is typed for an intent or action that does not exist yet."""


class Move(Enum):
    """What an answer may do instead of going into the session as an input."""

    ACCEPT_OFFER = "accept_offer"
    DECLINE_OFFER = "decline_offer"
    UNDO_FAILURE = "undo_failure"
    OPEN_PLACE = "open_place"
    REMOVE_STORIES = "remove_stories"
    OPEN_MENU = "open_menu"
    KEEP_LIKELY = "keep_likely"
    ACCEPT_TURN = "accept_turn"


@dataclass(frozen=True, slots=True)
class Known:
    """What a question is put from: the view, what a response says (its variations on a line each), and what another
    action does."""

    view: SessionView
    preview: Callable[[str], str]
    about_action: Callable[[str], str]


Given = HumanInput | Move
Takes = Literal["answer", "message", "choice", "name", "entities", "response", "result"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: the command whose key gives it, the words that a line may say for it, and what it gives.

    `in_full`: its label where it does not stand in a row of others.
    """

    command: str
    typed: tuple[str, ...]
    label: str
    given: Given
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can be chosen by number or name. `detail` is what stands behind it: a button's payload."""

    name: str
    given: Given
    confidence: float | None = None
    detail: str = ""

    @property
    def is_likely(self) -> bool:
        """Whether the bot thinks it possible at all."""
        return self.confidence is None or self.confidence >= 0.005


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in full and at a glance, and everything that answers it.

    In full: `because`, what happened that this is asked; `words`; and `facts`, a line each, that matter to the answer.
    At a glance: `short` and `matter`, each on one line, in variants of which the longest comes first; where there is
    no short one, the words in full serve.

    `takes`: what kind of answer it is; `about`: of what the candidates or the name are. The first of `answers` is the
    likely one; `read` makes an input of any other line. `how` says how a line answers, where answers and candidates do
    not say it; `hint` what to do first. `suggestion` is what an empty line gives.
    `is_before_message`: after the likely answer a message is asked for.
    """

    words: Words
    _: KW_ONLY
    because: Words = ()
    short: tuple[Words, ...] = ()
    facts: tuple[Words, ...] = ()
    matter: tuple[Words, ...] = ()
    answers: tuple[Answer, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    places: tuple[Place, ...] = ()
    hint: str = ""
    how: str | None = None
    suggestion: str = ""
    takes: Takes = "answer"
    is_before_message: bool = False
    about: Literal["", "intent", "action"] = ""
    read: Callable[[str], Given] | None = field(default=None, compare=False)

    @property
    def at_a_glance(self) -> tuple[Words, ...]:
        return self.short or (self.words,)


def given(question: Question, line: str) -> Given:
    """What a typed line answers; an empty one takes the likely answer. IllegalInput or FormatError where it is none."""
    typed = line.strip().lower()
    for answer in question.answers:
        if not typed or typed in answer.typed:
            return answer.given
    if question.read is not None:
        return question.read(line)
    *most, last = (answer.typed[0] for answer in question.answers)
    expected = f"{', '.join(most)} or {last}" if most else last
    raise IllegalInput(f"{line.strip()!r} is no answer here", hint=f"Answer {expected}.")


def chosen(
    candidates: Sequence[Candidate], others: Sequence[str] = (), other: Callable[[str], Given] | None = None
) -> Callable[[str], Given]:
    """Reads a candidate's name or number, the first where nothing is typed; `others` are names without a number."""

    def read(line: str) -> Given:
        typed = line.strip() or "1"
        if typed == NEW:
            return NewNameRequested()
        for candidate in candidates:
            if typed == candidate.name:
                return candidate.given
        if other is not None and typed in others:
            return other(typed)
        if typed.isdecimal():
            if 1 <= int(typed) <= len(candidates):
                return candidates[int(typed) - 1].given
            raise IllegalInput(f"there is no number {typed}", hint=f"Numbers go from 1 to {len(candidates)}.")
        names = list(dict.fromkeys((*(candidate.name for candidate in candidates), *others)))
        close = [name for name in names if typed.lower() in name.lower()] or near(typed, names)
        hint = f"Did you mean {', '.join(close[:3])}?" if close else f"Choose one of the list, or {NEW} to make one."
        raise IllegalInput(f"there is no {typed!r} here", hint=hint)

    return read


def yes(given: Given, label: str = "yes") -> Answer:
    return Answer("question.yes", ("y", "yes"), label, given)


def no(given: Given, label: str = "no") -> Answer:
    return Answer("question.no", ("n", "no"), label, given)
