"""A domain as the JSON that action servers are sent, in the names of each era (Rasa's `Domain.as_dict`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import Era
from trainer_tui.core.slots import Form, Slot, SlotMapping


def domain_as_dict(domain: Domain) -> dict[str, Any]:
    """The whole domain; it may be large."""
    responses = {name: [_variation(item) for item in items] for name, items in domain.responses.items()}
    parts: dict[str, Any] = {
        "config": {"store_entities_as_slots": domain.store_entities_as_slots},
        "intents": [_intent(intent) for intent in domain.intents.values()],
        "entities": [entity_entry(entity) for entity in domain.entities.values()],
        "slots": {name: _slot(slot, domain.era) for name, slot in domain.slots.items()},
        "actions": list(domain.actions),
    }
    if domain.era is Era.CORE:
        return {**parts, "templates": responses, "forms": list(domain.forms)}
    return {
        "version": domain.version or ("3.1" if domain.era is Era.RASA_3 else "2.0"),
        **parts,
        "responses": responses,
        "forms": {name: _form(form) for name, form in domain.forms.items()},
        "e2e_actions": list(domain.end_to_end_actions),
        "session_config": dict(domain.session_config),
    }


def _intent(intent: Intent) -> dict[str, Any]:
    return {intent.name: {"use_entities": True, **intent_properties(intent)}}


def intent_properties(intent: Intent) -> dict[str, Any]:
    """What more there is to say of an intent than its name, as a file says it."""
    properties: dict[str, Any] = {}
    if intent.use_entities is not None:
        properties["use_entities"] = list(intent.use_entities)
    if intent.ignore_entities:
        properties["ignore_entities"] = list(intent.ignore_entities)
    if intent.triggers:
        properties["triggers"] = intent.triggers
    if intent.is_retrieval:
        properties["is_retrieval_intent"] = True
    return properties


def entity_entry(entity: EntityType) -> str | dict[str, Any]:
    """An entity as a domain lists it, on the wire and in a file: its name, or what more there is to say of it."""
    properties: dict[str, Any] = {}
    if entity.roles:
        properties["roles"] = list(entity.roles)
    if entity.groups:
        properties["groups"] = list(entity.groups)
    if not entity.influence_conversation:
        properties["influence_conversation"] = False
    return {entity.name: properties} if properties else entity.name


def _slot(slot: Slot, era: Era) -> dict[str, Any]:
    found: dict[str, Any] = {"type": slot.type_name or slot.type, "initial_value": slot.initial_value}
    if slot.type == "categorical":
        found["values"] = list(slot.values)
    if slot.type == "float":
        found |= {"min_value": slot.min_value, "max_value": slot.max_value}
    if era is not Era.RASA_3:
        found["auto_fill"] = slot.auto_fill
    if era is not Era.CORE:
        found["influence_conversation"] = slot.influence_conversation
    if era is Era.RASA_3:
        found["mappings"] = _mappings(slot.mappings)
    return found


def _mappings(mappings: Iterable[SlotMapping]) -> list[dict[str, Any]]:
    return [_mapping(mapping) for mapping in mappings]


def _mapping(mapping: SlotMapping) -> dict[str, Any]:
    found: dict[str, Any] = {"type": mapping.type}
    for name in ("entity", "role", "group", "value", "action"):
        value = getattr(mapping, name)
        if value is not None:
            found[name] = value
    if mapping.intents:
        found["intent"] = list(mapping.intents)
    if mapping.not_intents:
        found["not_intent"] = list(mapping.not_intents)
    if mapping.conditions:
        found["conditions"] = [
            {
                "active_loop": condition.active_loop,
                **({"requested_slot": condition.requested_slot} if condition.requested_slot else {}),
            }
            for condition in mapping.conditions
        ]
    return found


def _form(form: Form) -> dict[str, Any]:
    required: Any = list(form.required_slots)
    if form.mappings:
        required = {slot: _mappings(form.mappings.get(slot, ())) for slot in form.required_slots}
    found: dict[str, Any] = {"required_slots": required}
    if form.ignored_intents:
        found["ignored_intents"] = list(form.ignored_intents)
    return found


def _variation(variation: ResponseVariation) -> dict[str, Any]:
    found: dict[str, Any] = {} if variation.text is None else {"text": variation.text}
    found |= variation.data
    if variation.channel:
        found["channel"] = variation.channel
    if variation.condition:
        found["condition"] = [dict(condition) for condition in variation.condition]
    if variation.id:
        found["id"] = variation.id
    return found
