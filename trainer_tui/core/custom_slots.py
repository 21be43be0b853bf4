"""What a message fills in Rasa 3.x where a project's code has a say: action_extract_slots as a program."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from trainer_tui.core.action_program import Call, Events
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import BotUttered, Era, Event, SlotSet, UserUttered
from trainer_tui.core.slot_filling import filling_of, mapping_applies, slots_from_message
from trainer_tui.core.slots import Slot
from trainer_tui.core.tracker import DialogueStateTracker

ACTION_VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"


def has_custom_slots(domain: Domain) -> bool:
    """Whether code may fill slots after a message, so that `extract_slots` has something to ask."""
    if domain.era is not Era.RASA_3:
        return False
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.action_set:
        return True
    return any(mapping.action for slot in domain.slots.values() for mapping in slot.mappings)


def extract_slots(tracker: DialogueStateTracker, domain: Domain) -> Generator[Call, Events, Events]:
    """What the latest message fills, and what the project's code says while it does, as Rasa 3.6's
    `action_extract_slots`: slot by slot the mapping that fills it, or the action of a custom mapping, each action
    once; then `action_validate_slot_mappings` on all slots that were set."""
    message = tracker.latest_message
    if message is None:
        return ()
    if not has_custom_slots(domain):
        return slots_from_message(tracker, message, domain)
    events: list[Event] = []
    asked: set[str] = set()
    for slot in domain.slots.values():
        filling = filling_of(slot, tracker, message, domain)
        for action in _actions_before(slot, filling[0] if filling else None, tracker, message, domain):
            if action not in asked:
                asked.add(action)
                events += _slots_and_words((yield Call(action, tracker, is_optional=True)))
        if filling is not None:
            events.append(SlotSet(slot.name, filling[1]))
    if ACTION_VALIDATE_SLOT_MAPPINGS not in domain.actions:
        return tuple(events)
    extracted = [event for event in events if isinstance(event, SlotSet)]
    words = [event for event in events if not isinstance(event, SlotSet)]
    call = Call(ACTION_VALIDATE_SLOT_MAPPINGS, tracker.with_events(extracted), is_optional=True)
    validated = _slots_and_words((yield call))
    settled = {event.name for event in validated if isinstance(event, SlotSet)}
    # A slot that the code does not mention is right as it is.
    return (*words, *validated, *(event for event in extracted if event.name not in settled))


def _actions_before(
    slot: Slot, filling: object, tracker: DialogueStateTracker, message: UserUttered, domain: Domain
) -> Iterable[str]:
    """The actions of the slot's custom mappings that apply, up to the mapping that fills it."""
    for mapping in slot.mappings:
        if mapping is filling:
            return
        if mapping.type == "custom" and mapping.action and mapping_applies(slot, mapping, tracker, message, domain):
            yield mapping.action


def _slots_and_words(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, (SlotSet, BotUttered))]
