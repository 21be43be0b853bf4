"""Whether a form takes the latest message, and what to do where stories say otherwise."""

from __future__ import annotations

from trainer_tui.asking.question import Answer, Known, Move, Question, no, yes
from trainer_tui.asking.words import BETWEEN, Name, Quiet, Sign, Words, shown_value
from trainer_tui.session.protocol import (
    AskFormValidation,
    SlotMapping,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
)
from trainer_tui.session.view import SessionView


def ask_form_validation(prompt: AskFormValidation, known: Known) -> Question:
    form, slot = Name(prompt.form), Name(prompt.slot, "slot")
    facts, briefly = _consequences(prompt, known.view)
    return Question(
        ("Should ", form, " validate user input to fill the slot ", slot, "?"),
        short=(
            ("Should ", form, " validate user input to fill the slot ", slot, "?"),
            (form, ": fill ", slot, " from the message?"),
            ("Fill ", slot, " from it?"),
        ),
        facts=tuple((fact,) for fact in facts),
        matter=tuple(_on_one_line(variant) for variant in briefly),
        answers=(yes(ValidationChosen(True)), no(ValidationChosen(False))),
    )


def _consequences(prompt: AskFormValidation, view: SessionView) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What yes and no come to: in full, and at a glance in variants, the longest first."""
    filled = {row.name for row in view.slots if row.is_changed}
    if prompt.would_fill is None:
        facts: tuple[str, ...] = ("yes: the form reads the message", "no: it does not, and asks again")
        return facts, (facts,)
    would = " and ".join(f"{name} = {shown_value(value)}" for name, value in prompt.would_fill)
    how = f" ({_source(prompt.mapping)})" if prompt.mapping and would else ""
    if not would:
        facts = ("the message fills nothing here", "yes: the form refuses it", "no: the form asks again")
        return facts, (facts, ("it fills nothing", "yes: refused", "no: asks again"))
    if all(name in filled for name, _ in prompt.would_fill):
        # Since Rasa 3 slots are filled before the form runs: its validation alone is in question.
        facts = (f"filled already: {would}", "yes: the form checks it", "no: it stays as it is, unchecked")
        return facts, (
            (f"filled already: {would}{how}", "yes: the form checks it", "no: it stays, unchecked"),
            (f"filled: {would}", "yes: checked", "no: stays"),
        )
    nothing = "no: it fills nothing, the form asks again"
    return (f"yes: {would}", nothing), (
        (f"yes: {would}{how}", nothing),
        (f"yes: {would}", "no: it asks again"),
    )


def _source(mapping: SlotMapping) -> str:
    """How the mapping takes it from the message."""
    of = f" {mapping.entity}" if mapping.entity else f" {', '.join(mapping.intents)}" if mapping.intents else ""
    return f"{mapping.type}{of}"


def _on_one_line(facts: tuple[str, ...]) -> Words:
    first, *others = facts
    return (Quiet(first), *(part for fact in others for part in (BETWEEN, Quiet(fact))))


def warn_contradiction(prompt: WarnContradiction, known: Known) -> Question:
    form = Name(prompt.form)
    warned: Words = (Sign("contradiction"), " ")
    by = prompt.decision.interrupted_by or "The bot"
    places = tuple(str(place) for place in prompt.places)
    facts = (*places, ":remove shows how the export takes them out") if places else ("what you taught in this session",)
    by_places = (
        Answer("question.open", ("o",), "open", Move.OPEN_PLACE),
        Answer("question.remove", ("d",), "remove", Move.REMOVE_STORIES),
    )
    return Question(
        ("Remove them and press Enter: the files are read again, and the session goes on",),
        because=(
            f"{by} predicted no form validation based on previous training stories. "
            "Make sure to remove contradictory stories from training data:",
        ),
        short=(
            (*warned, "Training stories say that ", form, " shall not validate here. Remove them, then go on."),
            (*warned, "Stories say: ", form, " shall not validate."),
            (*warned, "Stories say: do not validate."),
        ),
        facts=tuple((fact,) for fact in facts),
        matter=((Quiet(", ".join(places) or "you taught it in this session: undo it, or go on"),),),
        answers=(
            yes(WarningAcknowledged(), "go on, they are changed"),
            *(by_places if places else ()),
        ),
        places=prompt.places,
        how="",
    )
