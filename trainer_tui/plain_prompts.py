"""The questions of a session as lines of text, and what a typed line answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.errors import IllegalInput
from trainer_tui.formats.event_notation import format_events, parse_events
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    ButtonChosen,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Denied,
    EntitiesMarked,
    HumanInput,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    MessageTyped,
    NameAction,
    NameIntent,
    NewNameRequested,
    ParseMessage,
    Prompt,
    ResponseWritten,
    ResultStubbed,
    Retried,
    RunAction,
    StubRequested,
    StubResult,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
    WriteResponse,
)

_LISTED = 20


def question(prompt: Prompt, controller: Controller) -> list[str]:
    """The prompt as lines; the last one is the question itself."""
    match prompt:
        case AskMessage():
            return ["Your message:"]
        case AskButton(text, buttons):
            lines = [f"  {number} {button.title} ({button.payload})" for number, button in enumerate(buttons, 1)]
            return [text, *lines, "A button's number, or your message:"]
        case ConfirmIntent(parse):
            marked = controller.notation(parse.text, parse.entities)
            others = _numbered([name for name, _ in parse.ranking if name != parse.intent][:9])
            return [
                *others,
                f"Is {marked!r} = {parse.intent} ({parse.confidence:.2f}) right? "
                "[Y]es, n both wrong, i intent, t entities, number or name:",
            ]
        case ChooseIntent(_, ranking, _):
            return [*_ranked(ranking), "What intent is it? Number, name, or :new:"]
        case NameIntent(_, _, suggestion):
            return ["The name of the new intent" + (f" [{suggestion}]:" if suggestion else ":")]
        case MarkEntities(parse):
            return [f"Mark the entities as [value](type) [{controller.notation(parse.text, parse.entities)}]:"]
        case ConfirmAction(prediction):
            lines = [f"  ! {evidence.text}" for evidence in prediction.contradictions]
            others = _numbered([name for name, _ in prediction.ranking[:9]])
            return [
                *lines,
                *others,
                f"The bot wants to run {prediction.action} ({prediction.confidence:.2f}, {prediction.policy}). "
                "Correct? [Y]es, n, number or name:",
            ]
        case ChooseAction(prediction):
            return [*_ranked(prediction.ranking), "What is the next action? Number, name, or :new:"]
        case NameAction():
            return ["The name of the new action:"]
        case WriteResponse(action, _):
            return [f"What does {action} say? (text, or JSON with text and buttons; a list gives variations):"]
        case AskFormValidation(form, slot, _, would_fill, _):
            lines = [f"  the message would set {name} = {json.dumps(value)}" for name, value in would_fill]
            return [*lines, f"Should {form!r} validate user input to fill the slot {slot!r}? [Y]es, n:"]
        case WarnContradiction(_, _, _, places):
            return [
                "FormPolicy predicted no form validation based on previous training stories. Make sure to remove "
                "contradictory stories from training data.",
                *(f"  {place}" for place in places),
                "Press Enter when that is done:",
            ]
        case AskAfterFailure(effect, title, message, hint):
            ways = ["[R]etry"]
            if isinstance(effect, RunAction):
                ways.append("s stub the result")
            if isinstance(effect, ParseMessage):
                ways.append("n choose by hand")
            reason = " ".join(part for part in (f"{title}.", message, hint) if part)
            return [reason, f"{', '.join(ways)}, or :undo:"]
        case StubResult(effect, suggestion):
            given = f" [{' ; '.join(format_events(suggestion).splitlines())}]" if suggestion else ""
            return [
                f"What would {effect.decision.action} have returned? (text, slot{{…}}, form{{…}}, ; between){given}:"
            ]


def _numbered(names: Sequence[str]) -> list[str]:
    return ["  " + "  ".join(f"{number} {name}" for number, name in enumerate(names, 1))] if names else []


def _ranked(ranking: Sequence[tuple[str, float]]) -> list[str]:
    lines = [f"  {number:2} {confidence:.2f} {name}" for number, (name, confidence) in enumerate(ranking, 1)]
    more = len(lines) - _LISTED
    return lines[:_LISTED] + ([f"     … and {more} more, by name"] if more > 0 else [])


def answer(prompt: Prompt, line: str, controller: Controller) -> HumanInput:
    """What the line answers; IllegalInput (or FormatError) with the reason where it answers nothing."""
    typed = line.strip()
    match prompt:
        case AskMessage():
            return MessageTyped(line)
        case AskButton(_, buttons):
            if typed.isdecimal() and 1 <= int(typed) <= len(buttons):
                button = buttons[int(typed) - 1]
                return ButtonChosen(button.payload, button.title)
            return MessageTyped(line)
        case ConfirmIntent(parse):
            others = [name for name, _ in parse.ranking if name != parse.intent][:9]
            return _yes_no(typed, Denied("both")) or _part(typed) or _picked(typed, others, IntentChosen)
        case ChooseIntent(_, ranking, _):
            return _picked(typed or "1", [name for name, _ in ranking], IntentChosen)
        case NameIntent(_, _, suggestion):
            return IntentNamed(typed or suggestion)
        case MarkEntities(parse):
            if not typed:
                return EntitiesMarked(parse.entities)
            return EntitiesMarked(controller.entities_from_notation(parse.text, line))
        case ConfirmAction(prediction):
            names = [name for name, _ in prediction.ranking]
            return _yes_no(typed, Denied("action")) or _picked(typed, names, ActionChosen)
        case ChooseAction(prediction):
            return _picked(typed or "1", [name for name, _ in prediction.ranking], ActionChosen)
        case NameAction():
            return ActionNamed(typed)
        case WriteResponse():
            return ResponseWritten(_variations(typed))
        case AskFormValidation():
            given = _yes_no(typed, ValidationChosen(False), ValidationChosen(True))
            if given is None:
                raise IllegalInput(f"{typed!r} is no answer here", hint="Answer y or n.")
            return given
        case WarnContradiction():
            return WarningAcknowledged()
        case AskAfterFailure():
            ways: dict[str, HumanInput] = {"": Retried(), "r": Retried(), "s": StubRequested(), "n": Denied("intent")}
            if typed.lower() not in ways:
                raise IllegalInput(f"{typed!r} is no answer here", hint="Answer r or s, or :undo.")
            return ways[typed.lower()]
        case StubResult(_, suggestion):
            return ResultStubbed(parse_events(line.replace(" ; ", "\n")) if typed else suggestion)


def _yes_no(typed: str, no: HumanInput, yes: HumanInput | None = None) -> HumanInput | None:
    if typed.lower() in ("", "y", "yes"):
        return yes or Confirmed()
    return no if typed.lower() in ("n", "no") else None


def _part(typed: str) -> HumanInput | None:
    return {"i": Denied("intent"), "t": Denied("entities")}.get(typed.lower())


def _picked(typed: str, names: Sequence[str], chosen: Callable[[str], HumanInput]) -> HumanInput:
    if typed == ":new":
        return NewNameRequested()
    if typed.isdecimal():
        if 1 <= int(typed) <= len(names):
            return chosen(names[int(typed) - 1])
        raise IllegalInput(f"there is no number {typed}", hint=f"Numbers go from 1 to {len(names)}.")
    return chosen(typed)


def _variations(typed: str) -> tuple[ResponseVariation, ...]:
    if not typed:
        raise IllegalInput("a response needs a text", hint="Type what the bot says.")
    if typed[0] not in "[{":
        return (ResponseVariation(typed),)
    try:
        items = json.loads(typed)
    except ValueError as error:
        raise IllegalInput("the JSON of the response is broken", f"{error}.") from error
    return tuple(_variation(item) for item in (items if isinstance(items, list) else [items]))


def _variation(item: Any) -> ResponseVariation:
    if isinstance(item, str):
        return ResponseVariation(item)
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise IllegalInput("each variation needs a text", hint='Such as {"text": "Sure?", "buttons": [{"title": …}]}.')
    data = {name: value for name, value in item.items() if name != "text"}
    return ResponseVariation(item["text"], data)
