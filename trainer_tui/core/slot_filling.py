"""Which slots a message fills: by entity name up to Rasa 2.x, by the slots' mappings from 3.0 on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trainer_tui.core.domain import DEFAULT_INTENTS, Domain, base_intent
from trainer_tui.core.events import REQUESTED_SLOT, Entity, Era, SlotSet, UserUttered
from trainer_tui.core.slots import Slot, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker


def slots_from_entities(entities: Iterable[Entity], domain: Domain) -> tuple[SlotSet, ...]:
    """The slots that a story's message fills, in the domain's order; as Rasa's `Domain.slots_for_entities`.

    Mappings bound to a form are left aside and conditions on intents ignored, as Rasa 3.6 does in training.
    """
    found = tuple(entities)
    if not found or not domain.store_entities_as_slots:
        return ()
    events = []
    for slot in domain.slots.values():
        values = _values_in_story(slot, found, domain.era)
        if values:
            events.append(SlotSet(slot.name, list(values) if slot.type == "list" else values[-1]))
    return tuple(events)


def _values_in_story(slot: Slot, entities: tuple[Entity, ...], era: Era) -> list[Any]:
    if era is not Era.RASA_3:
        return _by_name(slot, entities)
    return [
        entity.value
        for mapping in slot.mappings
        if mapping.type == "from_entity" and not (mapping.conditions and mapping.conditions[0].active_loop)
        for entity in _matching(mapping, entities)
    ]


def _by_name(slot: Slot, entities: tuple[Entity, ...]) -> list[Any]:
    return [entity.value for entity in entities if entity.entity == slot.name] if slot.auto_fill else []


def _matching(mapping: SlotMapping, entities: tuple[Entity, ...]) -> list[Entity]:
    wanted = (mapping.entity, mapping.role, mapping.group)
    return [entity for entity in entities if (entity.entity, entity.role, entity.group) == wanted]


def slots_from_message(tracker: DialogueStateTracker, message: UserUttered, domain: Domain) -> tuple[SlotSet, ...]:
    """The slots that a message fills in a live conversation; `tracker` is the one before the message or after it.

    Up to 2.x: the slots of the entities' names. From 3.0 on: the first mapping of each slot that applies, as Rasa
    3.6's `action_extract_slots` without the code of a project (see `extract_slots`).
    """
    if domain.era is not Era.RASA_3:
        return slots_from_entities(message.entities, domain)
    filled = ((slot.name, filling_of(slot, tracker, message, domain)) for slot in domain.slots.values())
    return tuple(SlotSet(name, filling[1]) for name, filling in filled if filling is not None)


def filling_of(
    slot: Slot, tracker: DialogueStateTracker, message: UserUttered, domain: Domain
) -> tuple[SlotMapping, Any] | None:
    """The first mapping of a Rasa 3.x slot that the message satisfies, and the value it gives; None: none does."""
    for mapping in slot.mappings:
        if not mapping_applies(slot, mapping, tracker, message, domain):
            continue
        values = _extracted(mapping, message, tracker)
        if not values:
            continue
        value = values if slot.type == "list" else values[-1]
        # An entity may be null: that unsets a slot, and is nothing where none is set.
        if value is not None or tracker.slots.get(slot.name) is not None:
            return mapping, value
    return None


def mapping_applies(
    slot: Slot, mapping: SlotMapping, tracker: DialogueStateTracker, message: UserUttered, domain: Domain
) -> bool:
    """Whether the mapping looks at this message: its intents, conditions and the form that is active allow it."""
    if not _is_known(mapping, domain) or not _intent_is_desired(mapping, tracker, message, domain):
        return False
    if mapping.type != "from_trigger_intent" and not _conditions_hold(slot, mapping, tracker):
        return False
    return not _is_for_another_slot(slot, mapping, tracker, domain)


def _is_known(mapping: SlotMapping, domain: Domain) -> bool:
    """Whether the domain has what the mapping names; Rasa leaves out mappings of unknown entities or intents."""
    match mapping.type:
        case "from_entity":
            return mapping.entity in domain.entities
        case "from_intent":
            return all(intent in domain.intents or intent in DEFAULT_INTENTS for intent in mapping.intents)
        case _:
            return True


def _intent_is_desired(
    mapping: SlotMapping, tracker: DialogueStateTracker, message: UserUttered, domain: Domain
) -> bool:
    refused = set(mapping.not_intents)
    loop = tracker.active_loop.name if tracker.active_loop else None
    if loop and loop in domain.forms and _is_bound_to(mapping, loop):
        refused |= set(domain.forms[loop].ignored_intents)
    intents = {message.intent, base_intent(message.intent)}
    if mapping.intents:
        return bool(intents & set(mapping.intents))
    return not intents & refused


def _is_bound_to(mapping: SlotMapping, loop: str) -> bool:
    return not mapping.conditions or any(condition.active_loop == loop for condition in mapping.conditions)


def _conditions_hold(slot: Slot, mapping: SlotMapping, tracker: DialogueStateTracker) -> bool:
    if not mapping.conditions:
        return True
    loop, requested = tracker.active_loop, tracker.slots.get(REQUESTED_SLOT)
    if loop and loop.is_rejected and requested == slot.name:
        # The form was left and has not run since: "yes" may answer whether to go on, not what the form had asked.
        return False
    return any(
        condition.active_loop == (loop.name if loop else None)
        and (loop is None or condition.requested_slot in (None, requested))
        for condition in mapping.conditions
    )


def _is_for_another_slot(slot: Slot, mapping: SlotMapping, tracker: DialogueStateTracker, domain: Domain) -> bool:
    """Whether a form asks for another slot and this entity could fill several of the form's slots."""
    form = domain.forms.get(tracker.active_loop.name) if tracker.active_loop else None
    if mapping.type != "from_entity" or form is None or slot.name not in form.required_slots:
        return False
    if tracker.slots.get(REQUESTED_SLOT) == slot.name:
        return False
    required = (domain.slots[name] for name in form.required_slots if name in domain.slots)
    return sum(other.mappings.count(mapping) for other in required) > 1


def _extracted(mapping: SlotMapping, message: UserUttered, tracker: DialogueStateTracker) -> list[Any]:
    match mapping.type:
        case "from_entity":
            return [entity.value for entity in _matching(mapping, message.entities)]
        case "from_text":
            return [message.text]
        case "from_intent":
            return [mapping.value]
        case "from_trigger_intent":
            loop = tracker.active_loop.name if tracker.active_loop else None
            return [mapping.value] if loop and _is_bound_to(mapping, loop) else []
        case _:
            return []
