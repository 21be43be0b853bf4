"""What a form decides, as Rasa 3.6's FormAction: what the message fills, whether to refuse, which slot comes next.

A form of the 2018 dialect decides on the action server instead; of it only the state is known here.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from trainer_tui.core.action_program import ActionProgram, Call, Events, Rejection
from trainer_tui.core.custom_slots import extract_slots
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    REQUESTED_SLOT,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Era,
    Event,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.form_mappings import filling_of_requested, slots_from_form_mappings
from trainer_tui.core.responses import fitting_variations, said
from trainer_tui.core.slot_filling import filling_of
from trainer_tui.core.slots import Form, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass


def is_form_in_process(action: str, domain: Domain) -> bool:
    """Whether Rasa performs the form itself: from 2.0 on, unless the project has an action of that name."""
    return action in domain.forms and domain.era is not Era.CORE and action not in domain.actions


def form_action(name: str, tracker: DialogueStateTracker, domain: Domain) -> ActionProgram:
    """One run of a form: it is activated, takes the latest message, asks for the next slot, or ends."""
    form = domain.forms[name]
    events: Events = ()
    if not _is_active(name, tracker):
        activated = yield from _activated(form, tracker, domain)
        events = (ActiveLoop(name), *activated)
    if not _is_done(events):
        # Rasa 3 takes the starting message when it activates the form; Rasa 2 once more after that.
        taken: Events | Rejection = ()
        if len(events) < 2 or domain.era is Era.RASA_2:
            taken = yield from _message_taken(form, tracker, domain)
        if isinstance(taken, Rejection):
            return taken
        events = (*events, *taken)
        if not any(isinstance(event, ActionExecutionRejected) for event in taken):
            asked = yield from _next_question(form, events, tracker, domain)
            events = (*events, *asked)
    return (*events, ActiveLoop(None)) if _is_done(events) else events


def form_without_server(name: str, tracker: DialogueStateTracker, domain: Domain) -> Events:
    """What a run of the form comes to where no custom code answers: values stay as they are, and a question that code
    would ask is not asked. A form that refuses says so by a rejection, which must not pass for a run."""
    program = form_action(name, tracker, domain)
    try:
        call = next(program)
        while True:
            call = program.send(_without_code(call, domain))
    except StopIteration as finished:
        return (ActionExecutionRejected(name),) if isinstance(finished.value, Rejection) else finished.value


def _without_code(call: Call, domain: Domain) -> Events:
    slots = call.tracker.slots
    fitting = fitting_variations(domain.responses.get(call.action, ()), slots)
    if fitting:
        return (said(call.action, fitting[0], slots),)
    return ()


def takes_latest_message(tracker: DialogueStateTracker) -> bool:
    """Whether a form fills slots from the latest message: it starts, or comes right after it, uninterrupted."""
    loop = tracker.active_loop
    return loop is None or (tracker.latest_action == ACTION_LISTEN and not loop.is_interrupted)


def slots_filled_by_message(form: Form, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """The form's slots that the latest message fills; from 3.0 on they are set already (action_extract_slots)."""
    if domain.era is Era.RASA_2:
        return slots_from_form_mappings(form, tracker, domain)
    wanted = set(form.required_slots)
    if _is_active(form.name, tracker) and tracker.requested_slot:
        # Asked for by validate_<form>, which may require slots that the domain's form does not.
        wanted.add(tracker.requested_slot)
    return {event.name: event.value for event in _slots_set_since_message(tracker) if event.name in wanted}


def answer_to(
    form: str, slot: str, tracker: DialogueStateTracker, domain: Domain
) -> tuple[tuple[tuple[str, Any], ...] | None, SlotMapping | None]:
    """What the latest message fills, as (slot, value), and the mapping by which it would fill the slot asked for.

    (None, None) for a FormAction of 2018, which keeps its mappings to itself.
    """
    message = tracker.latest_message
    if message is None or not is_form_in_process(form, domain):
        return None, None
    fills = tuple(slots_filled_by_message(domain.forms[form], tracker, domain).items())
    if domain.era is Era.RASA_2:
        filling = filling_of_requested(slot, domain.forms[form], message, domain)
    else:
        filling = filling_of(domain.slots[slot], tracker, message, domain) if slot in domain.slots else None
    return fills, filling[0] if filling else None


def next_slot(form: Form, slots: Mapping[str, Any]) -> str | None:
    """The first required slot without a value."""
    return next((slot for slot in form.required_slots if slots.get(slot) is None), None)


def question_for(form: str, slot: str, domain: Domain) -> str | None:
    """The action or response that asks for a slot, the form's own before the common one; None: nothing is said."""
    names = (f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}")
    return next((name for name in names if name in domain.action_set), None)


# --- the steps of a run -------------------------------------------------------------------------------------------


def _activated(form: Form, tracker: DialogueStateTracker, domain: Domain) -> Generator[Call, Events, Events]:
    """The slots that a form starts with. Rasa 3 fills them from the starting message, now that the form is active;
    those that have a value are validated."""
    extracted: Events = ()
    if domain.era is Era.RASA_3:
        tracker = tracker.with_event(ActiveLoop(form.name))
        found = yield from extract_slots(tracker, domain)
        extracted = tuple(event for event in found if isinstance(event, SlotSet))
        tracker = tracker.with_events(extracted)
    filled = {slot: value for slot in form.required_slots if (value := tracker.slots.get(slot)) is not None}
    validated: Events = ()
    if filled or domain.era is Era.RASA_3:
        validated = yield from _validated(form, filled, tracker, domain)
    settled = {event.name for event in validated if isinstance(event, SlotSet)}
    return (*validated, *(event for event in extracted if isinstance(event, SlotSet) and event.name not in settled))


def _message_taken(
    form: Form, tracker: DialogueStateTracker, domain: Domain
) -> Generator[Call, Events, Events | Rejection]:
    """What the latest message fills, validated. A form that asked for a slot refuses where that is nothing; one that
    the message is not for has its code asked all the same, which may choose the next slot."""
    if not takes_latest_message(tracker):
        return (yield from _validated(form, {}, tracker, domain))
    candidates = slots_filled_by_message(form, tracker, domain)
    validated = yield from _validated(form, candidates, tracker, domain)
    asked_for = tracker.requested_slot if _is_active(form.name, tracker) else None
    has_filled = candidates or any(isinstance(event, SlotSet) and event.name != REQUESTED_SLOT for event in validated)
    is_refused = any(isinstance(event, ActionExecutionRejected) for event in validated)
    if asked_for and not has_filled and not is_refused:
        return Rejection(f"the message fills no slot of {form.name}, which asked for {asked_for}")
    return validated


def _validated(
    form: Form, candidates: Mapping[str, Any], tracker: DialogueStateTracker, domain: Domain
) -> Generator[Call, Events, Events]:
    """What is set of the candidates: as `validate_<form>` leaves them, with what else it returns. In Rasa 3 they are
    set already, and only what code returns is new."""
    found = tuple(SlotSet(slot, value) for slot, value in candidates.items())
    action = f"validate_{form.name}"
    if action not in domain.actions:
        return found if domain.era is Era.RASA_2 else ()
    # The SDK takes the slots at the very end of the log for those to validate; the action before sets them apart.
    asked_for = tracker.requested_slot if _is_active(form.name, tracker) else None
    before = (SlotSet(REQUESTED_SLOT, asked_for), ActionExecuted(form.name))
    returned = yield Call(action, tracker.with_events((*before, *found)))
    if domain.era is Era.RASA_3:
        return returned
    settled = {event.name for event in returned if isinstance(event, SlotSet)}
    return (*returned, *(event for event in found if event.name not in settled))


def _next_question(
    form: Form, events: Events, tracker: DialogueStateTracker, domain: Domain
) -> Generator[Call, Events, Events]:
    """The next slot and the words that ask for it; `requested_slot` null where nothing is left to ask."""
    if _is_done(events):
        return (SlotSet(REQUESTED_SLOT, None),)
    at = tracker.with_events((*events, ActionExecuted(form.name)))
    slot: str | None = next((event.value for event in events if isinstance(event, SlotSet) and _requests(event)), None)
    chosen: Events = ()
    if slot is None:
        slot = next_slot(form, at.slots)
        chosen = (SlotSet(REQUESTED_SLOT, slot),)
    question = question_for(form.name, slot, domain) if slot else None
    if question is None:
        return chosen
    words = yield Call(question, at.with_events(chosen))
    return (*chosen, *words)


def _is_done(events: Events) -> bool:
    """Whether the form ends: nothing is requested any more, or code ended the loop."""
    if any(isinstance(event, ActionExecutionRejected) for event in events):
        return False
    requests = [event for event in events if _requests(event)]
    loops = [event for event in events if isinstance(event, ActiveLoop)]
    return bool(requests and requests[-1] == SlotSet(REQUESTED_SLOT, None)) or bool(loops and loops[-1].name is None)


def _requests(event: Event) -> bool:
    return isinstance(event, SlotSet) and event.name == REQUESTED_SLOT


def _is_active(form: str, tracker: DialogueStateTracker) -> bool:
    return tracker.active_loop is not None and tracker.active_loop.name == form


def _slots_set_since_message(tracker: DialogueStateTracker) -> list[SlotSet]:
    """Slots set after the latest message, oldest first."""
    found: list[SlotSet] = []
    at: DialogueStateTracker | None = tracker
    while at is not None and at.event is not None and not isinstance(at.event, UserUttered):
        if isinstance(at.event, SlotSet):
            found.append(at.event)
        at = at.parent
    found.reverse()
    return found


# --- what a person is told of a form ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormState:
    """The active form: what it asks for and why, (slot, value) filled, slots still needed, and whether it will take
    the next message for an answer (`is_open`: a person is asked that when the form comes back)."""

    name: str
    requested_slot: str | None
    filled: tuple[tuple[str, Any], ...]
    needed: tuple[str, ...]
    will_validate: bool
    reason: str
    is_open: bool = False

    @property
    def outlook(self) -> str:
        """What becomes of the next message, and why."""
        if not self.will_validate:
            does = "the message fills nothing"
        else:
            does = "you are asked whether the message fills it" if self.is_open else "the message fills it"
        return f"{does}: {self.reason}" if self.reason else does

    @property
    def progress(self) -> tuple[str, ...]:
        """The form's slots by name: those that are filled, and those that are not."""
        parts = (("filled", [slot for slot, _ in self.filled]), ("needed", self.needed))
        return tuple(f"{what}: {', '.join(slots)}" for what, slots in parts if slots)


def form_state(tracker: DialogueStateTracker, domain: Domain) -> FormState | None:
    """The active form as it stands; None where none is active or the loop is no form."""
    loop = tracker.active_loop
    if loop is None or loop.name not in domain.forms:
        return None
    form = domain.forms[loop.name]
    slots = form.required_slots or _slots_asked_for(domain)
    asked_for = tracker.requested_slot
    if asked_for and asked_for not in slots:
        slots = (*slots, asked_for)
    filled = tuple((slot, value) for slot in slots if (value := tracker.slots.get(slot)) is not None)
    needed = tuple(slot for slot in slots if tracker.slots.get(slot) is None)
    reason = _reason(form, asked_for, tracker, domain)
    return FormState(form.name, asked_for, filled, needed, not loop.is_interrupted, reason, loop.is_rejected)


def _slots_asked_for(domain: Domain) -> tuple[str, ...]:
    """A FormAction of 2018 keeps its slots to itself; those that the bot has a question for are a good guess."""
    return tuple(slot for slot in domain.slots if f"utter_ask_{slot}" in domain.responses)


def _reason(form: Form, asked_for: str | None, tracker: DialogueStateTracker, domain: Domain) -> str:
    loop = tracker.active_loop
    if loop and loop.is_interrupted:
        return f"{form.name} does not take the latest message for an answer: it asks again"
    if loop and loop.is_rejected:
        return f"{form.name} was left for another action"
    if asked_for is None:
        return "nothing is asked yet"
    if not is_form_in_process(form.name, domain):
        return f"{form.name} on the action server asked for {asked_for}"
    question = question_for(form.name, asked_for, domain) or "no response: validation asks itself"
    if next_slot(form, tracker.slots) == asked_for:
        return f"{asked_for} is the first required slot without a value ({question})"
    return f"validate_{form.name} asked for {asked_for} ({question})"
