"""What a form of Rasa 2.x takes from a message: its slot mappings stand in the form, and only the form reads them."""

from __future__ import annotations

from typing import Any

from trainer_tui.core.domain import Domain, base_intent
from trainer_tui.core.events import Entity, UserUttered
from trainer_tui.core.slots import Form, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker


def slots_from_form_mappings(form: Form, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """The values that the latest message gives to the form's slots, as Rasa 2.8's FormAction.

    The requested slot takes what its mappings allow. Another slot is filled only by an entity that cannot be meant
    for a different one, or, when the form starts, by the intent that triggered it.
    """
    message = tracker.latest_message
    if message is None:
        return {}
    is_active = tracker.active_loop is not None and tracker.active_loop.name == form.name
    requested = tracker.requested_slot if is_active else None
    found: dict[str, Any] = {}
    for slot in form.required_slots:
        if slot != requested:
            filling = _filling_of_other(slot, form, message, requested, domain, starts=not is_active)
            if filling is not None:
                found[slot] = filling[1]
    if requested:
        filling = filling_of_requested(requested, form, message, domain)
        if filling is not None:
            found[requested] = filling[1]
    return found


def filling_of_requested(slot: str, form: Form, message: UserUttered, domain: Domain) -> tuple[SlotMapping, Any] | None:
    """The first mapping of the requested slot that the message satisfies, and the value it gives."""
    for mapping in _mappings(slot, form):
        if not _intent_is_desired(mapping, form, message):
            continue
        value = _value(slot, mapping, message, domain)
        if value is not None:
            return mapping, value
    return None


def _filling_of_other(
    slot: str, form: Form, message: UserUttered, requested: str | None, domain: Domain, *, starts: bool
) -> tuple[SlotMapping, Any] | None:
    for mapping in _mappings(slot, form):
        if not _intent_is_desired(mapping, form, message):
            continue
        if mapping.type == "from_entity" and _is_meant_for(slot, mapping, form, requested):
            value = _value(slot, mapping, message, domain)
        elif mapping.type == "from_trigger_intent" and starts:
            value = mapping.value
        else:
            value = None
        if value is not None:
            return mapping, value
    return None


def _is_meant_for(slot: str, mapping: SlotMapping, form: Form, requested: str | None) -> bool:
    """Whether an entity fills this slot though another is asked for: it bears the slot's name, is told apart by a role
    or group from the entity asked for, or maps to no other slot of the form."""
    if mapping.entity == slot:
        return True
    asked_for = {other.entity for other in _mappings(requested, form) if other.entity} if requested else set()
    if (mapping.role or mapping.group) and asked_for == {mapping.entity}:
        return True
    return sum(mappings.count(mapping) for mappings in form.mappings.values()) == 1


def _mappings(slot: str, form: Form) -> tuple[SlotMapping, ...]:
    return form.mappings.get(slot) or (SlotMapping("from_entity", entity=slot),)


def _intent_is_desired(mapping: SlotMapping, form: Form, message: UserUttered) -> bool:
    intents = {message.intent, base_intent(message.intent)}
    if mapping.intents:
        return bool(intents & set(mapping.intents))
    return not intents & {*mapping.not_intents, *form.ignored_intents}


def _value(slot: str, mapping: SlotMapping, message: UserUttered, domain: Domain) -> Any:
    match mapping.type:
        case "from_entity":
            values = [entity.value for entity in message.entities if _is_mapped(entity, mapping)]
            if slot in domain.slots and domain.slots[slot].type == "list":
                # An empty list is a value: as in Rasa 2.8, a form does not ask for its list slots.
                return values
            return (values[0] if len(values) == 1 else values) if values else None
        case "from_intent":
            return mapping.value
        case "from_text":
            return message.text
        case _:
            return None


def _is_mapped(entity: Entity, mapping: SlotMapping) -> bool:
    return (entity.entity, entity.role, entity.group) == (mapping.entity, mapping.role, mapping.group)
