"""What the world could not do, what it is doing, and whether an earlier session goes on."""

from __future__ import annotations

from trainer_tui.asking.question import Answer, Known, Move, Question, no, yes
from trainer_tui.asking.reasons import reason
from trainer_tui.asking.words import Name, Quiet, Sign, Stressed, Words
from trainer_tui.errors import TrainerError
from trainer_tui.session.protocol import (
    AskAfterFailure,
    Denied,
    Effect,
    ExtractSlots,
    ParseMessage,
    PredictAction,
    Retried,
    RunAction,
    StubRequested,
)


def ask_after_failure(prompt: AskAfterFailure, known: Known) -> Question:
    answers = [Answer("question.retry", ("r", "retry"), "retry", Retried())]
    match prompt.effect:
        case RunAction() | ExtractSlots():
            answers.append(Answer("question.stub", ("s",), "stub the result", StubRequested()))
        case ParseMessage():
            answers.append(Answer("question.intent", ("i",), "choose the intent", Denied("intent")))
        case PredictAction():
            pass
    answers.append(Answer("question.undo", ("u", "undo"), "undo", Move.UNDO_FAILURE))
    return Question(
        (),
        because=(reason(TrainerError(prompt.title, prompt.message, prompt.hint)),),
        short=((Sign("contradiction"), " ", Stressed(prompt.title)),),
        matter=((Quiet(prompt.message),),),
        answers=tuple(answers),
        places=(prompt.place,) if prompt.place is not None else (),
        hint=prompt.hint,
    )


def ask_about_code(programs: str) -> Question:
    """Programs of the project have not been run for this person yet."""
    return Question(
        (f"This bot has actions of its own, {programs}: programs that can do all that you can. Run them?",),
        short=(("Run this bot's own programs? They can do all that you can.",), ("Run this bot's own programs?",)),
        matter=((Quiet(programs),),),
        # An Enter too many runs nothing.
        answers=(
            no(Move.DECLINE_OFFER, "no, I say what they would return"),
            yes(Move.ACCEPT_OFFER, "yes, I trust this folder"),
        ),
    )


def ask_offer(description: str) -> Question:
    """An earlier session, described in words, can be gone on with."""
    return Question(
        (f"There is an earlier session, {description}. Go on with it?",),
        short=(("Go on with the earlier session?",),),
        matter=((Quiet(description),),),
        answers=(
            yes(Move.ACCEPT_OFFER, "yes, where it was left"),
            no(Move.DECLINE_OFFER, "no, a new one"),
        ),
    )


def under_way(effect: Effect) -> Words:
    """What is being done, once it takes long enough to be said."""
    match effect:
        case ParseMessage():
            return ("Reading the message",)
        case PredictAction():
            return ("Choosing the next action",)
        case ExtractSlots():
            return ("The action server fills slots",)
        case RunAction(decision):
            return ("Running ", Name(decision.action))
