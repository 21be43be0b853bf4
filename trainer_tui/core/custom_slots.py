"""Slots that code fills after every message: what of Rasa 3.6's action_extract_slots needs an action server."""

from __future__ import annotations

from collections.abc import Iterable

from trainer_tui.core.action_program import ActionProgram, Call
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import BotUttered, Era, Event, SlotSet
from trainer_tui.core.forms import changes
from trainer_tui.core.slot_filling import mapping_applies
from trainer_tui.core.tracker import DialogueStateTracker

ACTION_VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"


def has_custom_slots(domain: Domain) -> bool:
    """Whether code may fill slots after a message, so that `extract_custom_slots` has something to ask."""
    if domain.era is not Era.RASA_3:
        return False
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.action_set:
        return True
    return any(mapping.action for slot in domain.slots.values() for mapping in slot.mappings)


def extract_custom_slots(tracker: DialogueStateTracker, domain: Domain) -> ActionProgram:
    """After a message whose other slots are filled: the actions of the custom mappings that apply to it, then
    `action_validate_slot_mappings` on all slots that were set."""
    message = tracker.latest_message
    if domain.era is not Era.RASA_3 or message is None:
        return ()
    actions = dict.fromkeys(
        mapping.action
        for slot in domain.slots.values()
        for mapping in slot.mappings
        if mapping.type == "custom" and mapping.action and mapping_applies(slot, mapping, tracker, message, domain)
    )
    events: list[Event] = []
    for action in actions:
        outcome = yield Call(action, tracker)
        events += _slots_and_words(outcome)
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.actions:
        extracted = [event for event in events if isinstance(event, SlotSet)]
        outcome = yield Call(ACTION_VALIDATE_SLOT_MAPPINGS, tracker.with_events(extracted))
        validated = _slots_and_words(outcome)
        settled = {event.name for event in validated if isinstance(event, SlotSet)}
        # A slot that the code does not mention is right as it is.
        events = [*validated, *(item for item in events if not (isinstance(item, SlotSet) and item.name in settled))]
    return changes(tuple(events), tracker)


def _slots_and_words(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, (SlotSet, BotUttered))]
