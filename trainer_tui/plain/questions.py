"""The questions of a session as lines: what matters to the answer, and the question itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer_tui.errors import TrainerError
from trainer_tui.formats.event_notation import format_events
from trainer_tui.plain.telling import reason, shown_value
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import (
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    ConfirmIntent,
    Evidence,
    MarkEntities,
    NameAction,
    NameIntent,
    ParseMessage,
    Prompt,
    RunAction,
    StubResult,
    WarnContradiction,
    WriteResponse,
)
from trainer_tui.session.view import SlotRow

_LISTED = 20
_CANDIDATES = 9
_WORTH_SAYING = 0.005
"""Of what the bot thinks possible, this and more is said; the best two always."""


@dataclass(frozen=True, slots=True)
class Question:
    """`matter` is said once; `line` is the question, said again after an answer that is none."""

    matter: tuple[str, ...]
    line: str


def question(prompt: Prompt, controller: Controller) -> Question:
    """What to say for a prompt; the line tells what Enter does (a capital letter, or a value in brackets)."""
    match prompt:
        case AskMessage():
            return Question((), "Your message:")
        case AskButton(_, buttons):
            lines = [f"  {number} {button.title} ({button.payload})" for number, button in enumerate(buttons, 1)]
            return Question(tuple(lines), "A button's number, or your message:")
        case ConfirmIntent(parse):
            marked = controller.notation(parse.text, parse.entities)
            rest = ", and are all entities marked correctly?" if parse.entities else ", without any entities?"
            return Question(
                candidates(parse.ranking),
                f"Is the intent '{parse.intent}' ({parse.confidence:.2f}) correct for '{marked}'{rest} "
                "Y/n, i = another intent, t = other entities, number or name:",
            )
        case ChooseIntent(parse, ranking, _):
            best = f" [{ranking[0][0]}]" if ranking else ""
            is_missing = parse.is_shorthand and parse.intent and parse.intent not in dict(ranking)
            missing = (f"  no intent is called '{parse.intent}'; :new makes it",) if is_missing else ()
            return Question((*listed(ranking), *missing), f"What intent is it? Number, name or :new{best}:")
        case NameIntent(_, _, suggestion):
            return Question((), "The name of the new intent" + (f" [{suggestion}]:" if suggestion else ":"))
        case MarkEntities(parse):
            marked = controller.notation(parse.text, parse.entities)
            return Question((), f"Mark the entities as [value](type) [{marked}]:")
        case ConfirmAction(prediction):
            said = controller.response_preview(prediction.action)
            return Question(
                (
                    *candidates(prediction.ranking),
                    *(f"  it says: {line}" for line in said.splitlines()),
                    *(_contradicted(evidence) for evidence in prediction.contradictions),
                ),
                f"The bot wants to run '{prediction.action}' ({prediction.confidence:.2f}, {prediction.policy}), "
                "correct? Y/n, number or name:",
            )
        case ChooseAction(prediction):
            best = prediction.ranking[0][0]
            return Question(
                listed(prediction.ranking), f"What is the next action of the bot? Number, name or :new [{best}]:"
            )
        case NameAction():
            return Question((), "The name of the new action (utter_... is a response, whose text is asked next):")
        case WriteResponse(action, _):
            form = 'a text, or JSON: {"text": ..., "buttons": [{"title": ..., "payload": ...}]}; a list for variations'
            return Question((), f"What does '{action}' say? ({form}):")
        case AskFormValidation(form, slot, _):
            return Question(
                _validation(prompt, controller.view.slots),
                f"Should '{form}' validate user input to fill the slot '{slot}'? Y/n:",
            )
        case WarnContradiction(_, _, decision, places):
            return Question(
                (
                    f"{decision.interrupted_by or 'The bot'} predicted no form validation based on previous "
                    "training stories. Make sure to remove contradictory stories from training data:",
                    *(f"  {place}" for place in places),
                    *(() if places else ("  what you taught in this session",)),
                    *(("  :remove shows how the export takes them out",) if places else ()),
                ),
                "Remove them and press Enter: the files are read again, and the session goes on:",
            )
        case AskAfterFailure(effect, title, message, hint):
            ways = ["[R]etry"]
            if isinstance(effect, RunAction):
                ways.append("s = stub the result")
            if isinstance(effect, ParseMessage):
                ways.append("i = choose the intent")
            return Question((reason(TrainerError(title, message, hint)),), f"{', '.join(ways)}, u = undo:")
        case StubResult(effect, suggestion):
            given = f" [{' ; '.join(format_events(suggestion).splitlines())}]" if suggestion else ""
            form = 'texts and events such as slot{"city": "Rome"}, " ; " between them'
            return Question((), f"What would '{effect.decision.action}' have returned? ({form}){given}:")


def _validation(prompt: AskFormValidation, slots: Sequence[SlotRow]) -> tuple[str, ...]:
    """What yes and no come to; since Rasa 3 the slots are filled before the form is asked."""
    filled = {row.name for row in slots if row.is_changed}
    values = " and ".join(f"{name} = {shown_value(value)}" for name, value in prompt.would_fill)
    if not values and prompt.mapping is None:
        # What the form reads is told by its code on the action server.
        return ("  yes: the form reads the message", "  no: it does not, and asks again")
    if not values:
        return ("  the message would fill nothing",)
    if all(name in filled for name, _ in prompt.would_fill):
        return (f"  filled already: {values}", "  yes: the form checks it", "  no: it stays as it is, unchecked")
    return (f"  yes: {values}", "  no: it fills nothing, the form asks again")


def candidates(ranking: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """The best two and whatever else is possible, in one line."""
    worth = [
        f"{number} {name} {confidence:.2f}"
        for number, (name, confidence) in enumerate(ranking[:_CANDIDATES], 1)
        if number <= 2 or confidence >= _WORTH_SAYING
    ]
    return (f"  {', '.join(worth)}",) if worth else ()


def listed(ranking: Sequence[tuple[str, float]], part: str | None = None) -> tuple[str, ...]:
    """Everything, a line each, numbered as it can be answered; only names that have `part` in them, where given."""
    lines = [
        f"  {number} {name} {confidence:.2f}"
        for number, (name, confidence) in enumerate(ranking, 1)
        if part is None or part.lower() in name.lower()
    ]
    if part is not None:
        return tuple(lines) or (f"Nothing is called like {part!r}.",)
    more = len(lines) - _LISTED
    return (*lines[:_LISTED], *([f"  and {more} more: :list shows them, :list TEXT some"] if more > 0 else []))


def ranking_of(prompt: Prompt | None) -> Sequence[tuple[str, float]]:
    """What can be chosen by number; nothing where a prompt has no list."""
    match prompt:
        case ConfirmIntent(parse):
            return parse.ranking
        case ChooseIntent(_, ranking, _):
            return ranking
        case ConfirmAction(prediction) | ChooseAction(prediction):
            return prediction.ranking
        case _:
            return ()


def _contradicted(evidence: Evidence) -> str:
    where = ", ".join(str(place) for place in evidence.places)
    return f"  but {evidence.text}" + (f" ({where})" if where else "")
