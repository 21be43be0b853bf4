"""A domain → YAML of its era: `templates:` of the Markdown era, `responses:` and forms of 2.x, slot mappings of 3.x."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.core.domain import Domain, Intent, ResponseVariation
from trainer_tui.core.domain_json import entity_entry, intent_properties
from trainer_tui.core.events import Era
from trainer_tui.core.slots import Form, Slot, SlotMapping
from trainer_tui.formats.yaml.writing import YamlStyle, block_lines, quoted, scalar


def write_domain_yaml(domain: Domain, style: YamlStyle | None = None) -> str:
    """A whole file in the notation of `domain.era`. `domain.version` is written as it is; from 2.x on one is added."""
    style = style or YamlStyle()
    version = domain.version or {Era.RASA_2: "2.0", Era.RASA_3: "3.1"}.get(domain.era)
    blocks = [f"version: {scalar(version, style.quote)}\n"] if version else []
    for key, value in _sections(domain).items():
        lines = block_lines({key: value}, style)
        separator = "\n\n" if key in ("responses", "templates") else "\n"
        blocks.append(_spread(lines, separator, style) + "\n")
    return "\n".join(blocks)


def _spread(lines: list[str], separator: str, style: YamlStyle) -> str:
    """The lines of a section; a blank line between the entries of a mapping where `separator` has one."""
    text = lines[0]
    for number, line in enumerate(lines[1:]):
        is_entry = number and line[: style.indent].isspace() and not line[style.indent :].startswith((" ", "-"))
        text += (separator if is_entry else "\n") + line
    return text


def _sections(domain: Domain) -> dict[str, Any]:
    is_core = domain.era is Era.CORE
    sections: dict[str, Any] = {
        "intents": [_intent(intent) for intent in domain.intents.values()],
        "entities": [entity_entry(entity) for entity in domain.entities.values()],
        "slots": {name: slot_entry(slot, domain.era) for name, slot in domain.slots.items()},
        "templates" if is_core else "responses": {
            name: [variation_item(variation) for variation in variations]
            for name, variations in domain.responses.items()
        },
        "actions": [
            {name: {"send_domain": True}} if name in domain.send_domain_actions else name for name in domain.actions
        ],
        "forms": _forms(domain),
        "e2e_actions": list(domain.end_to_end_actions),
        "session_config": dict(domain.session_config),
        "config": {} if domain.store_entities_as_slots else {"store_entities_as_slots": False},
    }
    return {key: value for key, value in sections.items() if value or key == "templates"}


def _intent(intent: Intent) -> Any:
    properties = intent_properties(intent)
    return {intent.name: properties} if properties else intent.name


def slot_entry(slot: Slot, era: Era) -> dict[str, Any]:
    """What stands below a slot's name; Rasa 3 wants `mappings:` there, even of a slot that nothing fills."""
    entry: dict[str, Any] = {"type": slot.type_name or slot.type}
    if slot.initial_value is not None:
        entry["initial_value"] = slot.initial_value
    if slot.type == "categorical":
        entry["values"] = list(slot.values)
    if slot.min_value != 0.0:
        entry["min_value"] = slot.min_value
    if slot.max_value != 1.0:
        entry["max_value"] = slot.max_value
    if not slot.influence_conversation:
        entry["influence_conversation"] = False
    if not slot.auto_fill:
        entry["auto_fill"] = False
    if slot.mappings:
        entry["mappings"] = [mapping_entry(mapping) for mapping in slot.mappings]
    elif era is Era.RASA_3:
        entry["mappings"] = []
    return entry


def mapping_entry(mapping: SlotMapping) -> dict[str, Any]:
    """A slot mapping as Rasa writes it."""
    entry: dict[str, Any] = {"type": mapping.type}
    for key in ("entity", "role", "group"):
        if getattr(mapping, key) is not None:
            entry[key] = getattr(mapping, key)
    if mapping.intents:
        entry["intent"] = _one_or_many(mapping.intents)
    if mapping.not_intents:
        entry["not_intent"] = _one_or_many(mapping.not_intents)
    if mapping.value is not None:
        entry["value"] = mapping.value
    if mapping.action is not None:
        entry["action"] = mapping.action
    if mapping.conditions:
        entry["conditions"] = [
            {
                key: getattr(condition, key)
                for key in ("active_loop", "requested_slot")
                if key == "active_loop" or getattr(condition, key) is not None
            }
            for condition in mapping.conditions
        ]
    return entry


def _one_or_many(names: tuple[str, ...]) -> Any:
    return names[0] if len(names) == 1 else list(names)


def _forms(domain: Domain) -> Any:
    forms = domain.forms.values()
    if domain.era is Era.CORE and not any(form.required_slots or form.ignored_intents for form in forms):
        return list(domain.forms)
    return {form.name: _form(form, domain.era) for form in forms}


def _form(form: Form, era: Era) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if form.ignored_intents:
        entry["ignored_intents"] = list(form.ignored_intents)
    if form.mappings or (form.required_slots and era is Era.RASA_2):
        entry["required_slots"] = {
            slot: [mapping_entry(mapping) for mapping in form.mappings.get(slot, ())] for slot in form.required_slots
        }
    elif form.required_slots or era is Era.RASA_3:
        entry["required_slots"] = list(form.required_slots)
    return entry


def variation_item(variation: ResponseVariation) -> dict[str, Any]:
    """One variation of a response as a mapping."""
    item: dict[str, Any] = {}
    if variation.id is not None:
        item["id"] = variation.id
    if variation.condition:
        item["condition"] = [dict(condition) for condition in variation.condition]
    if variation.text is not None:
        item["text"] = quoted(variation.text)
    if variation.channel is not None:
        item["channel"] = variation.channel
    return item | {key: _with_quotes(value) for key, value in variation.data.items()}


def is_text_alone(variation: ResponseVariation) -> bool:
    """Whether a variation may be written as its text, without a mapping around it."""
    return variation.text is not None and list(variation_item(variation)) == ["text"]


def _with_quotes(value: Any) -> Any:
    """Titles and payloads of buttons, and the like, in the quotes of texts."""
    match value:
        case str():
            return quoted(value)
        case Mapping():
            return {key: _with_quotes(item) for key, item in value.items()}
        case list() | tuple():
            return [_with_quotes(item) for item in value]
        case _:
            return value
