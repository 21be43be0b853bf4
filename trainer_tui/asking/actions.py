"""What the bot does next, what a new response says, and what an action that does not answer would have returned."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from trainer_tui.asking.notation import format_events, parse_events
from trainer_tui.asking.question import Candidate, Known, Question, chosen, no, yes
from trainer_tui.asking.second_opinions import disagreeing
from trainer_tui.asking.words import Confidence, Name, Quiet, Sign, Speech, Warned, Words
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.errors import FormatError, IllegalInput
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ChooseAction,
    ConfirmAction,
    Confirmed,
    Denied,
    EnsemblePrediction,
    Evidence,
    NameAction,
    ResponseVariation,
    ResponseWritten,
    ResultStubbed,
    StubResult,
    WriteResponse,
)
from trainer_tui.session.view import UNSURE_BELOW

BREAK = "\\n"
"""How a line break is typed in a text of one line."""

RESULTS_APART = " ; "
"""What stands between two results that are typed on one line."""

# `{name}, hello` is a text with a slot in it, and `[laughs]` one with brackets: neither can be JSON.
_JSON = re.compile(r'\[\s*["\[{\]]|\{\s*["}]')
_BESIDE_DATA = frozenset(("text", "channel", "condition", "id"))
_TEXT_ALONE = _BESIDE_DATA | {"buttons"}
"""What says nothing without a text; an image or what is custom does."""
_BUTTON = re.compile(r"\s*(?P<title>.*?)\s*\((?P<payload>.*)\)\s*")


def confirm_action(prompt: ConfirmAction, known: Known) -> Question:
    prediction = prompt.prediction
    action = Name(prediction.action)
    candidates = _candidates(prediction, Confirmed())
    confidence = Confidence(prediction.confidence)
    unsure: Words = (Warned("unsure"), ", ") if prediction.confidence < UNSURE_BELOW else ()
    sure: Words = (" (", *unsure, confidence, ")")
    said = known.preview(prediction.action)
    return Question(
        ("The bot wants to run ", action, " (", confidence, f", {prediction.policy}), correct?"),
        short=(
            ("The bot wants to run ", action, *sure, ", correct?"),
            ("Run ", action, *sure, "?"),
            (action, *sure, "?"),
        ),
        facts=(
            *(("it says: ", Speech(line)) for line in said.splitlines()),
            *disagreeing(prediction.second, "action"),
            *(_contradicted(evidence) for evidence in prediction.contradictions),
        ),
        matter=_what_matters_most(prediction, known, said),
        answers=(yes(Confirmed()), no(Denied("action"))),
        candidates=candidates,
        places=tuple(place for evidence in prediction.contradictions for place in evidence.places),
        about="action",
        is_before_message=prediction.action == ACTION_LISTEN,
        read=chosen(candidates),
    )


def choose_action(prompt: ChooseAction, known: Known) -> Question:
    ranking = prompt.prediction.ranking
    candidates = _candidates(prompt.prediction, ActionChosen(ranking[0][0]))
    return Question(
        ("What is the next action of the bot?",),
        matter=((Quiet("type to filter"),),),
        candidates=candidates,
        suggestion=ranking[0][0],
        how="Number, name or :new",
        takes="choice",
        about="action",
        read=chosen(candidates),
    )


def name_action(prompt: NameAction, known: Known) -> Question:
    asked = "The name of the new action"
    return Question(
        (f"{asked} (utter_... is a response, whose text is asked next)",),
        short=(
            (f"{asked}?", Quiet("  utter_"), Sign("more"), Quiet(" is a response: you write its text next")),
            (f"{asked}?",),
        ),
        takes="name",
        about="action",
        read=lambda line: ActionNamed(line.strip()),
    )


def write_response(prompt: WriteResponse, known: Known) -> Question:
    form = 'a text, or JSON: {"text": ..., "buttons": [{"title": ..., "payload": ...}]}; a list for variations'
    action = Name(prompt.action)
    return Question(
        ("What does ", action, f" say? ({form})"),
        short=(("What does ", action, " say?"),),
        takes="response",
        read=lambda line: ResponseWritten(variations((line,))),
    )


def stub_result(prompt: StubResult, known: Known) -> Question:
    action = Name(prompt.effect.action)
    form = 'texts and events such as slot{"city": "Rome"}, " ; " between them'
    suggestion = prompt.suggestion
    return Question(
        ("What would ", action, f" have returned? ({form})"),
        short=(("What would ", action, " have returned?"),),
        matter=(
            (
                Quiet('one a line: slot{"city": "Rome"}'),
                Sign("between"),
                Quiet('form{"name": null}'),
                Sign("between"),
                Quiet('{"event": '),
                Sign("more"),
                Quiet("}"),
                Sign("between"),
                Quiet("what the bot says"),
            ),
        ),
        suggestion=RESULTS_APART.join(format_events(suggestion).splitlines()),
        takes="result",
        read=lambda line: _result_on_one_line(line) if line.strip() else ResultStubbed(suggestion),
    )


def result(lines: Sequence[str]) -> ResultStubbed:
    """What the action returned, one event or utterance a line; FormatError names the line."""
    return ResultStubbed(parse_events("\n".join(lines)))


def _result_on_one_line(line: str) -> ResultStubbed:
    parts = line.split(RESULTS_APART)
    try:
        return result(parts)
    except FormatError as error:
        where = f" (part {error.place.line})" if error.place and len(parts) > 1 else ""
        raise FormatError(f"{error.title}{where}", error.message, error.hint) from None


def variations(texts: Sequence[str], buttons: str = "") -> tuple[ResponseVariation, ...]:
    """A response as it is typed: texts, or JSON where one begins as JSON does; `buttons` go to every text.

    IllegalInput where there is no text, or where JSON or buttons cannot be read.
    """
    data = {"buttons": found} if (found := buttons_in(buttons)) else {}
    said = tuple(variation for text in texts if text.strip() for variation in _variations_of(text.strip(), data))
    if not said:
        raise IllegalInput("a response needs a text", hint="Type what the bot says.")
    return said


def as_typed(said: Sequence[ResponseVariation]) -> tuple[tuple[str, ...], str]:
    """The texts and buttons that `variations` reads as this response again; in JSON what they do not hold."""
    shared = said[0].data.get("buttons", []) if said else []
    is_plain = all(
        variation.text is not None
        and not _JSON.match(variation.text)
        and BREAK not in variation.text
        and variation.text == variation.text.strip()
        and variation == ResponseVariation(variation.text, {"buttons": shared} if shared else {})
        for variation in said
    )
    buttons = " | ".join(f"{button.get('title')} ({button.get('payload')})" for button in shared)
    try:
        is_plain = is_plain and buttons_in(buttons) == list(shared)
    except IllegalInput:
        is_plain = False
    if is_plain:
        return tuple((variation.text or "").replace("\n", BREAK) for variation in said), buttons
    return tuple(map(in_json, said)), ""


def in_json(said: ResponseVariation) -> str:
    """All of it, on one line."""
    told = {"id": said.id, "condition": list(said.condition), "text": said.text, "channel": said.channel, **said.data}
    return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False, default=str)


def buttons_in(typed: str) -> list[dict[str, str]]:
    """`great (/mood_great) | bad (/mood_unhappy)` as Rasa's buttons; IllegalInput where one lacks a payload."""
    buttons = []
    for part in typed.split("|"):
        if not part.strip():
            continue
        match = _BUTTON.fullmatch(part)
        if match is None or not match["title"]:
            raise IllegalInput(
                f"the button {part.strip()!r} has no payload", hint="Write title (/payload), | between two."
            )
        buttons.append({"title": match["title"], "payload": match["payload"]})
    return buttons


def _variations_of(typed: str, data: dict[str, Any]) -> tuple[ResponseVariation, ...]:
    if not _JSON.match(typed):
        return (ResponseVariation(typed.replace(BREAK, "\n"), dict(data)),)
    try:
        items = json.loads(typed)
    except ValueError as error:
        raise IllegalInput("the JSON of the response is broken", f"{error}.") from error
    return tuple(_variation(item, data) for item in (items if isinstance(items, list) else [items]))


def _variation(item: Any, data: dict[str, Any]) -> ResponseVariation:
    if isinstance(item, str):
        return ResponseVariation(item, dict(data))
    if not isinstance(item, dict) or not (isinstance(item.get("text"), str) or item.keys() - _TEXT_ALONE):
        raise IllegalInput(
            "each variation needs a text", hint='Such as {"text": "Sure?", "buttons": [{"title": ...}]}.'
        )
    buttons = item.get("buttons", [])
    if not isinstance(buttons, list) or not all(isinstance(button, dict) and button.get("title") for button in buttons):
        raise IllegalInput("each button needs a title", hint='Such as {"title": "Yes", "payload": "/affirm"}.')
    return ResponseVariation(
        item.get("text"),
        data | {name: value for name, value in item.items() if name not in _BESIDE_DATA},
        item.get("channel"),
        tuple(item.get("condition", ())),
        item.get("id"),
    )


def _candidates(prediction: EnsemblePrediction, first: Confirmed | ActionChosen) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(name, first if name == prediction.action else ActionChosen(name), confidence)
        for name, confidence in prediction.ranking
    )


def _contradicted(evidence: Evidence) -> Words:
    where = ", ".join(str(place) for place in evidence.places)
    return (f"but {evidence.text}" + (f" ({where})" if where else ""),)


def _what_matters_most(prediction: EnsemblePrediction, known: Known, said: str) -> tuple[Words, ...]:
    """What speaks against it, else what hinders it, else what it says or does."""
    if second := disagreeing(prediction.second, "action"):
        return second
    if prediction.contradictions:
        first = prediction.contradictions[0]
        # The place comes first: what a narrow terminal cuts off is told in full elsewhere.
        where = f"{first.places[0]}: " if first.places else ""
        is_all = len(prediction.contradictions) == 1 and len(first.places) <= 1
        more: Words = () if is_all else (Warned(" "), Sign("more"))
        return ((Sign("contradiction"), " ", Warned(f"{where}{first.text}"), *more),)
    status = known.view.status
    if not status.actions_ok and not prediction.action.startswith("utter_") and prediction.action != "action_listen":
        return (
            (
                Sign("contradiction"),
                " ",
                Warned(f"actions {status.actions}: if none answers, you say what it would return"),
            ),
        )
    if said:
        return ((Speech(said),),)
    does = known.about_action(prediction.action)
    return ((Quiet(does),),) if does else ()
