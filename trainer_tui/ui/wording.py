"""What each prompt says: the question, what matters to the answer, and the answers with their keys; pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from trainer_tui.errors import Place
from trainer_tui.session.protocol import (
    ActionChosen,
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Denied,
    Effect,
    Entity,
    Evidence,
    ExtractSlots,
    HumanInput,
    IntentChosen,
    MarkEntities,
    NameAction,
    NameIntent,
    ParseMessage,
    PredictAction,
    Prompt,
    Retried,
    RunAction,
    StubRequested,
    StubResult,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
    WriteResponse,
)
from trainer_tui.session.view import UNSURE_BELOW, SessionView
from trainer_tui.ui.keymap import Keys
from trainer_tui.ui.lines import Line, clean, cut_line, width_of
from trainer_tui.ui.marked_message import marked_message
from trainer_tui.ui.theme import Signs, probability


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: the command that gives it, what it says, and what it gives to the session, or which move."""

    command: str
    label: str
    given: HumanInput | Literal["undo", "accept_offer", "decline_offer", "open_place", "remove_story"]
    is_likely: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """`variants`: the question, longest first; the first that fits is shown. `matter`: what counts for this answer.

    `hint`: what to do, beneath the answers of a question that has no candidates.
    """

    variants: tuple[Line, ...]
    matter: Line = ()
    answers: tuple[Answer, ...] = ()
    candidates: tuple[Answer, ...] = ()
    places: tuple[Place, ...] = field(default=())
    hint: Line = ()

    def title(self, width: int) -> Line:
        for line in self.variants:
            if width_of(line) <= width:
                return line
        return cut_line(self.variants[-1], width)


@dataclass(frozen=True, slots=True)
class Speaker:
    """What the wording needs beside the prompt: signs, the room, the notation, a response's text."""

    signs: Signs
    width: int
    notation: Callable[[str, Sequence[Entity]], str]
    preview: Callable[[str], str]
    keys: Keys

    def word(self, prompt: Prompt, view: SessionView) -> Wording:
        match prompt:
            case AskMessage():
                return self._message(view)
            case AskButton():
                return Wording(
                    (_line("The bot offers buttons: a digit takes one, or type"), _line("A button, or type")),
                    (("  ", ""), *self._buttons(prompt)),
                )
            case ConfirmIntent():
                return self._confirm_intent(prompt)
            case ChooseIntent(parse=parse):
                matter = "type to filter"
                if parse.is_shorthand and parse.intent and parse.intent not in dict(prompt.ranking):
                    new = self.keys.shown("choice.new")
                    matter = f"no intent is called {clean(parse.intent)}: {new} makes it, or take one that is"
                return Wording((self._about("What intent is it?", parse.text, parse.entities),), _dim(matter))
            case NameIntent(parse=parse):
                return Wording((self._about("The name of the new intent?", parse.text, parse.entities),))
            case MarkEntities(parse=parse):
                title = _line("Which words are entities?", f"  intent {clean(parse.intent or self.signs.unset)}")
                return Wording((title, _line("Which words are entities?")))
            case ConfirmAction():
                return self._confirm_action(prompt, view)
            case ChooseAction():
                return Wording((_line("What is the next action of the bot?"),), _dim("type to filter"))
            case NameAction():
                long = _line("The name of the new action?", "  utter_… is a response: you write its text next")
                return Wording((long, _line("The name of the new action?")))
            case WriteResponse(action=action):
                return Wording((_line("What does ", "", (clean(action), "bot"), " say?"),))
            case AskFormValidation():
                return self._form_validation(prompt, view)
            case WarnContradiction():
                return self._contradiction(prompt)
            case AskAfterFailure():
                return self._after_failure(prompt)
            case StubResult(effect=effect):
                title = _line("What would ", "", (clean(effect.decision.action), "bot"), " have returned?")
                return Wording((title,), _dim(STUB_HELP))

    def offer(self, description: str) -> Wording:
        """An earlier session can be gone on with."""
        return Wording(
            (_line("Go on with the earlier session?"),),
            _dim(description),
            (
                Answer("question.yes", "yes, where it was left", "accept_offer"),
                Answer("question.no", "no, a new one", "decline_offer"),
            ),
        )

    # --- one question each ----------------------------------------------------------------------------------------

    def _message(self, view: SessionView) -> Wording:
        if not any(entry.kind == "message" for entry in view.history):
            send, menu, keys = (self.keys.shown(id_) for id_ in ("message.send", "session.menu", "app.help"))
            return Wording(
                (_line("Say something to the bot, as its users would."), _line("Say something to the bot.")),
                self._first_fit(
                    f"{send} sends · / lists the intents · {menu} opens the menu · {keys} shows the keys",
                    f"{send} sends · / lists the intents · {menu} menu",
                    f"/ lists the intents · {menu} menu",
                ),
            )
        form = view.form
        if form is not None and form.requested_slot:
            fills = "" if form.will_validate else "; the next message fills nothing"
            return Wording((_line("Your message"),), _dim(f"{form.name} asks {form.requested_slot}{fills}"))
        return Wording((_line("Your message"),))

    def _buttons(self, prompt: AskButton) -> Line:
        spans: list[tuple[str, str]] = []
        for number, button in enumerate(prompt.buttons[:9], 1):
            spans += [(f"{number} ", "key"), (clean(button.title) + "   ", "label")]
        return tuple(spans)

    def _confirm_intent(self, prompt: ConfirmIntent) -> Wording:
        parse = prompt.parse
        intent = clean(parse.intent or self.signs.unset)
        tail: Line = (
            (f"  {self.signs.arrow} intent ", "dim"),
            (intent, "strong"),
            (f" {probability(parse.confidence)}", ""),
            *(((f" {self.signs.unsure}", "warn"),) if parse.confidence < UNSURE_BELOW else ()),
        )
        head = _line("Is this right?  ")
        room = max(self.width - width_of(head) - width_of(tail), 10)
        message = cut_line(marked_message(parse.text, parse.entities, self.notation), room)
        return Wording(
            ((*head, *message, *tail), (*message, *tail)),
            self._entities(parse.entities),
            (
                Answer("question.yes", "yes", Confirmed()),
                Answer("question.no", "no", Denied("both")),
                Answer("question.intent", "intent", Denied("intent")),
                Answer("question.entities", "entities", Denied("entities")),
            ),
            tuple(
                Answer(
                    f"question.{number}",
                    name,
                    Confirmed() if name == parse.intent else IntentChosen(name),
                    _is_worth_a_key(number, value),
                )
                for number, (name, value) in enumerate(parse.ranking[:9], 1)
            ),
        )

    def _entities(self, entities: Sequence[Entity]) -> Line:
        if not entities:
            return _dim("no entities")
        spans: list[tuple[str, str]] = [("entities  ", "dim")]
        for entity in entities:
            more = "".join(
                f" {name} {value}" for name, value in (("role", entity.role), ("group", entity.group)) if value
            )
            spans += [
                (clean(entity.entity), "label"),
                (f" = {clean(json.dumps(entity.value, ensure_ascii=False, default=str))}{clean(more)}   ", ""),
            ]
        return tuple(spans)

    def _confirm_action(self, prompt: ConfirmAction, view: SessionView) -> Wording:
        prediction = prompt.prediction
        action = clean(prediction.action)
        unsure: Line = ((f"{self.signs.unsure} ", "warn"),) if prediction.confidence < UNSURE_BELOW else ()
        sure: Line = ((" (", ""), *unsure, (f"{probability(prediction.confidence)})", ""))
        return Wording(
            (
                (*_line("The bot wants to run "), (action, "bot"), *sure, (", correct?", "")),
                (*_line("Run "), (action, "bot"), *sure, ("?", "")),
                ((action, "bot"), *sure, ("?", "")),
            ),
            self._matter_of(prediction.contradictions, prediction.action, view),
            (Answer("question.yes", "yes", Confirmed()), Answer("question.no", "no", Denied("action"))),
            tuple(
                Answer(
                    f"question.{number}",
                    name,
                    Confirmed() if number == 1 else ActionChosen(name),
                    _is_worth_a_key(number, value),
                )
                for number, (name, value) in enumerate(prediction.ranking[:9], 1)
            ),
            _places(prediction.contradictions),
        )

    def _matter_of(self, contradictions: Sequence[Evidence], action: str, view: SessionView) -> Line:
        if contradictions:
            first = contradictions[0]
            # The place comes first: what a narrow terminal cuts off is told by `e`, too.
            where = f"{first.places[0]}: " if first.places else ""
            more = f" {self.signs.more}" if len(contradictions) > 1 or len(first.places) > 1 else ""
            return ((f"{self.signs.contradiction} ", "bad"), (clean(f"{where}{first.text}{more}"), "warn"))
        if not view.status.actions_ok and not action.startswith("utter_") and action != "action_listen":
            return ((f"{self.signs.contradiction} ", "bad"), (clean(f"actions {view.status.actions}"), "warn"))
        said = self.preview(action)
        if said:
            return _dim(f"{self.signs.open_quote}{said}{self.signs.close_quote}")
        return ()

    def _form_validation(self, prompt: AskFormValidation, view: SessionView) -> Wording:
        form, slot = clean(prompt.form), clean(prompt.slot)
        would = " and ".join(
            f"{name} = {json.dumps(value, ensure_ascii=False, default=str)}" for name, value in prompt.would_fill
        )
        how = f" ({_mapping(prompt)})" if prompt.mapping and would else ""
        filled = {row.name for row in view.slots if row.is_changed}
        if not would and prompt.mapping is None:
            # What the form reads is told by its code on the action server.
            matter = self._first_fit("yes: the form reads the message · no: it does not, and asks again")
        elif not would:
            matter = self._first_fit("yes or no: the message would fill nothing", "it would fill nothing")
        elif all(name in filled for name, _ in prompt.would_fill):
            # Since Rasa 3 slots are filled before the form runs: its validation alone is in question.
            matter = self._first_fit(
                f"filled already: {would}{how} · yes: the form checks it · no: it stays, unchecked",
                f"filled: {would} · yes: checked · no: stays",
            )
        else:
            matter = self._first_fit(
                f"yes: {would}{how} · no: it fills nothing, the form asks again",
                f"yes: {would} · no: it asks again",
            )
        return Wording(
            (
                _line("Should ", "", (form, "bot"), " validate user input to fill the slot ", (slot, "strong"), "?"),
                _line("", "", (form, "bot"), ": fill ", (slot, "strong"), " from the message?"),
                _line("Fill ", "", (slot, "strong"), " from it?"),
            ),
            matter,
            (
                Answer("question.yes", "yes", ValidationChosen(True)),
                Answer("question.no", "no", ValidationChosen(False)),
            ),
        )

    def _contradiction(self, prompt: WarnContradiction) -> Wording:
        form = clean(prompt.form)
        where = ", ".join(str(place) for place in prompt.places)
        return Wording(
            (
                (
                    (f"{self.signs.contradiction} ", "bad"),
                    *_line(
                        "Training stories say that ",
                        "",
                        (form, "bot"),
                        " shall not validate here. Remove them, then go on.",
                    ),
                ),
                (
                    (f"{self.signs.contradiction} ", "bad"),
                    *_line("Stories say: ", "", (form, "bot"), " shall not validate."),
                ),
                ((f"{self.signs.contradiction} ", "bad"), *_line("Stories say: do not validate.")),
            ),
            _dim(where or "you taught it in this session: undo it, or go on"),
            (
                Answer("question.yes", "go on, they are changed", WarningAcknowledged()),
                *(
                    (Answer("question.open", "open", "open_place"), Answer("question.remove", "remove", "remove_story"))
                    if prompt.places
                    else ()
                ),
            ),
            places=prompt.places,
        )

    def _after_failure(self, prompt: AskAfterFailure) -> Wording:
        answers = [Answer("question.retry", "retry", Retried())]
        if isinstance(prompt.effect, RunAction):
            answers.append(Answer("question.stub", "stub the result", StubRequested()))
        if isinstance(prompt.effect, ParseMessage):
            answers.append(Answer("question.intent", "choose the intent", Denied("intent")))
        answers.append(Answer("question.undo", "undo", "undo"))
        return Wording(
            (((f"{self.signs.contradiction} ", "bad"), (clean(prompt.title), "strong")),),
            _dim(prompt.message),
            tuple(answers),
            hint=_dim(prompt.hint),
        )

    def _about(self, question: str, text: str, entities: Sequence[Entity]) -> Line:
        return (*_line(f"{question}  "), *marked_message(text, entities, self.notation))

    def _first_fit(self, *variants: str) -> Line:
        return _dim(next((text for text in variants if len(text) <= self.width), variants[-1]))

    def waiting(self, effect: Effect, seconds: int) -> Wording:
        """What is under way, once it takes long enough to be said."""
        match effect:
            case ParseMessage():
                what = _line("Reading the message")
            case PredictAction():
                what = _line("Choosing the next action")
            case ExtractSlots():
                what = _line("The action server fills slots")
            case RunAction(decision=decision):
                what = _line("Running ", "", (clean(decision.action), "bot"))
        stop, menu = (self.keys.shown(id_) for id_ in ("waiting.cancel", "session.menu"))
        return Wording(
            (((*what, (f" {self.signs.more} {seconds} s", "dim"))),), _dim(f"{stop} stops waiting · {menu} menu")
        )


STUB_HELP = 'one a line: slot{"city": "Rome"} · form{"name": null} · {"event": …} · what the bot says'


def _is_worth_a_key(number: int, value: float) -> bool:
    """Whatever the bot thinks possible; all the others are in the pane, by the same digits."""
    return number == 1 or value >= 0.005


def _mapping(prompt: AskFormValidation) -> str:
    mapping = prompt.mapping
    assert mapping is not None
    source = f" {mapping.entity}" if mapping.entity else f" {', '.join(mapping.intents)}" if mapping.intents else ""
    return f"{mapping.type}{source}"


def _places(evidence: Sequence[Evidence]) -> tuple[Place, ...]:
    return tuple(place for one in evidence for place in one.places)


def _line(strong: str, dim: str = "", *more: tuple[str, str] | str) -> Line:
    spans: list[tuple[str, str]] = [(strong, "")]
    if dim:
        spans.append((dim, "dim"))
    spans += [(item, "") if isinstance(item, str) else item for item in more]
    return tuple(span for span in spans if span[0])


def _dim(text: str) -> Line:
    return ((clean(text), "dim"),)
