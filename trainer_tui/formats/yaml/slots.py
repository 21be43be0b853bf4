"""Slots, forms and slot mappings of a domain file, of every era."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.core.slots import Form, MappingCondition, Slot, SlotMapping
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlMapping, YamlSequence
from trainer_tui.words import quoted

_CLASSES = {
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "CategoricalSlot": "categorical",
    "FloatSlot": "float",
    "ListSlot": "list",
    "AnySlot": "any",
    "UnfeaturizedSlot": "unfeaturized",
}
_SHORT_TYPES = tuple(_CLASSES.values())
_RASA_MODULES = ("rasa_core.slots", "rasa.core.slots", "rasa.shared.core.slots")
_MAPPING_TYPES = (
    "from_entity",
    "from_text",
    "from_intent",
    "from_trigger_intent",
    "custom",
    "controlled",
    "from_llm",
)


def read_slot(name: str, source: Any, line: int, report: Report) -> Slot:
    """One entry of `slots:`; what cannot be read of it is reported, and the slot is text."""
    if not isinstance(source, YamlMapping):
        report.error(line, f"the slot {name!r} has no type", "Expected 'type: text' (or another type) below it.")
        return Slot(name, type_name="text")
    type_name = str(source.get("type") or "")
    kind = _slot_type(name, type_name, source.line_of("type"), report)
    low = _number(name, "min_value", source, 0.0, report)
    high = _number(name, "max_value", source, 1.0, report)
    if kind == "float" and low >= high:
        report.error(line, f"the slot {name!r} has a min_value that is not below its max_value", "Swap or change them.")
        low, high = 0.0, 1.0
    return Slot(
        name,
        kind,
        type_name,
        source.get("initial_value"),
        _categories(name, source, line, report) if kind == "categorical" else (),
        low,
        high,
        source.get("influence_conversation", True) is not False,
        source.get("auto_fill", True) is not False,
        read_mappings(source["mappings"], source.value_line("mappings"), report) if source.get("mappings") else (),
    )


def _slot_type(name: str, type_name: str, line: int, report: Report) -> str:
    if type_name in _SHORT_TYPES:
        return type_name
    module, _, last = type_name.rpartition(".")
    if last in _CLASSES and module in _RASA_MODULES:
        return _CLASSES[last]
    if module:
        report.warning(
            line,
            f"the slot {name!r} is of the class {type_name}, which is not run here",
            "Policies see only whether it is set.",
        )
        return "custom"
    known = ", ".join(_SHORT_TYPES)
    report.error(line, f"the slot {name!r} is of the unknown type {type_name!r}", f"Expected one of {known}.")
    return "text"


def _categories(name: str, source: YamlMapping, line: int, report: Report) -> tuple[str, ...]:
    """The values as Rasa compares them: Python's texts of them, lower-cased where they are compared."""
    values = source.get("values")
    if not isinstance(values, list):
        report.error(
            line, f"the categorical slot {name!r} has no list of values", "Expected 'values: [a, b]' below it."
        )
        return ()
    if None in values:
        report.warning(
            source.value_line("values"),
            f"the categorical slot {name!r} lists nothing (null) among its values, which is left out",
            "A slot that is not set has no value; quote it if the text is meant.",
        )
    return tuple(str(value) for value in values if value is not None)


def _number(name: str, key: str, source: YamlMapping, default: float, report: Report) -> float:
    value = source.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        report.error(
            source.line_of(key), f"the slot {name!r} has a {key} that is no number", f"Found {quoted(value, 60)}."
        )
        return default
    return float(value)


def read_mappings(source: Any, line: int, report: Report) -> tuple[SlotMapping, ...]:
    """A list of slot mappings, or a single one."""
    items = source if isinstance(source, YamlSequence) else [source]
    found = []
    for position, item in enumerate(items):
        at = source.lines[position] if isinstance(source, YamlSequence) else line
        if not isinstance(item, YamlMapping) or not isinstance(item.get("type"), str):
            report.error(at, "a slot mapping has no type", f"Expected 'type:' with one of {', '.join(_MAPPING_TYPES)}.")
            continue
        if item["type"] not in _MAPPING_TYPES:
            report.warning(
                item.line_of("type"),
                f"the slot mapping type {item['type']!r} is unknown and fills nothing",
                f"Expected one of {', '.join(_MAPPING_TYPES)}.",
            )
        found.append(_mapping(item))
    return tuple(found)


def _mapping(item: YamlMapping) -> SlotMapping:
    conditions = item.get("conditions")
    return SlotMapping(
        item["type"],
        _text(item.get("entity")),
        _text(item.get("role")),
        _text(item.get("group")),
        names(item.get("intent")),
        names(item.get("not_intent")),
        item.get("value"),
        _text(item.get("action")),
        tuple(
            MappingCondition(_text(condition.get("active_loop")), _text(condition.get("requested_slot")))
            for condition in (conditions if isinstance(conditions, list) else [])
            if isinstance(condition, Mapping)
        ),
    )


def read_form(name: str, source: Any, line: int, report: Report) -> Form:
    """One entry of `forms:`: nothing, slots with mappings (2.0), or `required_slots` as a map (2.x) or list (3.x)."""
    if source is None:
        return Form(name)
    if not isinstance(source, YamlMapping):
        report.error(line, f"the form {name!r} is no mapping", "Expected 'required_slots:' below it.")
        return Form(name)
    if "required_slots" not in source and "ignored_intents" not in source:
        required: Any = _slots_of_early_form(name, source, report)
    else:
        required = source.get("required_slots")
    ignored = names(source.get("ignored_intents"))
    if isinstance(required, YamlMapping):
        mappings = {
            str(slot): read_mappings(given, required.value_line(slot), report)
            for slot, given in required.items()
            if given
        }
        return Form(name, tuple(str(slot) for slot in required), ignored, mappings)
    return Form(name, names(required), ignored)


def _slots_of_early_form(name: str, source: YamlMapping, report: Report) -> YamlMapping:
    """Rasa 2.0's form holds its slots directly; keys that hold no mappings are no slots and are named once."""
    others = [key for key, value in source.items() if not _are_mappings(value)]
    if others:
        report.error(
            source.line_of(others[0]),
            f"the form {name!r} has keys that are no slots ({', '.join(map(str, others[:5]))})",
            "Expected 'required_slots:' and 'ignored_intents:'.",
        )
    for key in others:
        del source[key]
    return source


def _are_mappings(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return not value or all(isinstance(item, dict) and "type" in item for item in items)


def names(source: Any) -> tuple[str, ...]:
    """A name, a list of names or nothing, as a tuple."""
    if source is None:
        return ()
    items = source if isinstance(source, list) else [source]
    return tuple(str(item) for item in items if item is not None and not isinstance(item, (dict, list)))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
