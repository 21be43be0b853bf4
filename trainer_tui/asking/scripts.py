"""What answers more than one question: a script that is played, and one key for a whole turn that is right."""

from __future__ import annotations

from dataclasses import replace

from trainer_tui.asking.notation import format_events
from trainer_tui.asking.question import Answer, Given, Known, Move, Question
from trainer_tui.asking.words import Name, Quiet
from trainer_tui.core.events import ACTION_LISTEN, BotUttered, Event
from trainer_tui.session.doubt import doubt
from trainer_tui.session.protocol import AskStale, ConfirmAction, ConfirmIntent, ResultKept, Retried
from trainer_tui.session.view import ScriptView, SessionView


def ask_stale(prompt: AskStale, known: Known) -> Question:
    action = Name(prompt.effect.action)
    did = [line for line in format_events(map(_as_told, prompt.events)).splitlines() if line]
    return Question(
        ("What ", action, " did before came of another message or other slots. Does it still count?"),
        short=(("Does what ", action, " did before still count?"), (action, ": still right?")),
        facts=tuple((f"it did: {line}",) for line in did),
        matter=((Quiet("; ".join(did) or "nothing came of it"),),),
        answers=(
            Answer("question.keep", ("k", "keep"), "keep it", ResultKept()),
            Answer("question.retry", ("r", "run", "retry"), "run it again", Retried()),
        ),
    )


def _as_told(event: Event) -> Event:
    """What was said by its words and buttons alone: where they come from does not tell whether it still counts."""
    if not isinstance(event, BotUttered) or not event.text:
        return event
    return BotUttered(" ".join((event.text, *(f"[{button.get('title', '')}]" for button in event.buttons))))


def with_likely(question: Question, script: ScriptView | None) -> Question:
    """The question with the script's answer as the first, so that Enter gives it."""
    if script is None or not script.likely or any(isinstance(given, ResultKept) for given in script.likely):
        return question
    keep = Answer("question.keep", ("k", "keep"), f"as the script: {script.likely_text}", Move.KEEP_LIKELY)
    said = (f"the script says {script.likely_text}",)
    if question.takes == "answer":
        return replace(question, facts=(*question.facts, said), answers=(keep, *question.answers))
    read = question.read

    def read_or_keep(line: str) -> Given:
        if not line.strip() or line.strip().lower() in keep.typed:
            return Move.KEEP_LIKELY
        assert read is not None
        return read(line)

    return replace(question, facts=(*question.facts, said), read=read_or_keep)


def with_whole_turn(question: Question, view: SessionView) -> Question:
    """The question with yes to this and to all that follows in the turn, where the bot is sure of this one."""
    asked = view.prompt
    if not isinstance(asked, (ConfirmIntent, ConfirmAction)) or doubt(asked, view.sure_above):
        return question
    is_at_its_end = isinstance(asked, ConfirmAction) and asked.prediction.action == ACTION_LISTEN
    is_of_another_kind = view.code is not None or view.offer is not None
    if is_at_its_end or is_of_another_kind or (view.script is not None and view.script.likely):
        return question
    label = f"whole turn >{f'{view.sure_above:.2f}'.removeprefix('0')}"
    return replace(question, answers=(*question.answers, Answer("question.turn", (), label, Move.ACCEPT_TURN)))
