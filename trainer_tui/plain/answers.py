"""What a typed line answers. Empty is what Enter does on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.errors import IllegalInput
from trainer_tui.formats.event_notation import parse_events
from trainer_tui.plain.questions import ranking_of
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

NEW = ":new"

Answers = dict[str, HumanInput]


def answer(prompt: Prompt, line: str, controller: Controller) -> HumanInput:
    """The answer; IllegalInput or FormatError with the reason where the line is none."""
    typed = line.strip()
    names = [name for name, _ in ranking_of(prompt)]
    match prompt:
        case AskMessage():
            return MessageTyped(line)
        case AskButton(_, buttons):
            if typed.isdecimal() and 1 <= int(typed) <= len(buttons):
                button = buttons[int(typed) - 1]
                return ButtonChosen(button.payload, button.title)
            return MessageTyped(line)
        case ConfirmIntent(parse):
            parts: Answers = {"i": Denied("intent"), "t": Denied("entities")}
            given = _of(_yes_no(Confirmed(), Denied("both")) | parts, typed) or _picked(
                typed, names, controller.view.intents, IntentChosen
            )
            return Confirmed() if given == IntentChosen(parse.intent or "") else given
        case ChooseIntent():
            return _picked(typed or "1", names, (), IntentChosen)
        case NameIntent(_, _, suggestion):
            return IntentNamed(typed or suggestion)
        case MarkEntities(parse):
            if not typed:
                return EntitiesMarked(parse.entities)
            return EntitiesMarked(controller.entities_from_notation(parse.text, line))
        case ConfirmAction(prediction):
            given = _of(_yes_no(Confirmed(), Denied("action")), typed) or _picked(typed, names, (), ActionChosen)
            return Confirmed() if given == ActionChosen(prediction.action) else given
        case ChooseAction():
            return _picked(typed or "1", names, (), ActionChosen)
        case NameAction():
            return ActionNamed(typed)
        case WriteResponse():
            return ResponseWritten(_variations(typed))
        case AskFormValidation():
            return _one_of(_yes_no(ValidationChosen(True), ValidationChosen(False)), typed, "y or n")
        case WarnContradiction():
            return _one_of({"": WarningAcknowledged(), "y": WarningAcknowledged()}, typed, "Enter, or :undo")
        case AskAfterFailure(effect):
            ways: Answers = {"": Retried(), "r": Retried()}
            if isinstance(effect, RunAction):
                ways["s"] = StubRequested()
            if isinstance(effect, ParseMessage):
                ways["i"] = Denied("intent")
            return _one_of(ways, typed, f"{', '.join(way for way in ways if way)} or u")
        case StubResult(_, suggestion):
            return ResultStubbed(parse_events(line.replace(" ; ", "\n")) if typed else suggestion)


def _yes_no(yes: HumanInput, no: HumanInput) -> Answers:
    return {"": yes, "y": yes, "yes": yes, "n": no, "no": no}


def _of(known: Answers, typed: str) -> HumanInput | None:
    return known.get(typed.lower())


def _one_of(known: Answers, typed: str, expected: str) -> HumanInput:
    given = _of(known, typed)
    if given is None:
        raise IllegalInput(f"{typed!r} is no answer here", hint=f"Answer {expected}.")
    return given


def _picked(typed: str, names: Sequence[str], more: Sequence[str], chosen: Callable[[str], HumanInput]) -> HumanInput:
    """By exact name, else by number; `more` are names that have no number here."""
    if typed == NEW:
        return NewNameRequested()
    if typed in names or typed in more:
        return chosen(typed)
    if typed.isdecimal():
        if 1 <= int(typed) <= len(names):
            return chosen(names[int(typed) - 1])
        raise IllegalInput(f"there is no number {typed}", hint=f"Numbers go from 1 to {len(names)}.")
    everything = list(dict.fromkeys((*names, *more)))
    near = [name for name in everything if typed.lower() in name.lower()] or get_close_matches(typed, everything)
    hint = f"Did you mean {', '.join(near[:3])}?" if near else f"Choose one of the list, or {NEW} to make one."
    raise IllegalInput(f"there is no {typed!r} here", hint=hint)


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
        raise IllegalInput(
            "each variation needs a text", hint='Such as {"text": "Sure?", "buttons": [{"title": ...}]}.'
        )
    buttons = item.get("buttons", [])
    if not isinstance(buttons, list) or not all(isinstance(button, dict) and button.get("title") for button in buttons):
        raise IllegalInput("each button needs a title", hint='Such as {"title": "Yes", "payload": "/affirm"}.')
    return ResponseVariation(item["text"], {name: value for name, value in item.items() if name != "text"})
