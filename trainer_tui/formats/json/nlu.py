"""NLU data in rasa_nlu's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trainer_tui.core.events import Entity
from trainer_tui.formats.nlu_building import NluBuilder, NluRead
from trainer_tui.formats.report import Report
from trainer_tui.words import quoted

_EXAMPLE_LISTS = ("common_examples", "intent_examples", "entity_examples")


def parse_nlu_json(text: str, path: str) -> NluRead:
    """The NLU data of a JSON text; never raises: what is wrong is in `problems`, the rest is read."""
    report = Report(path)
    builder = NluBuilder(report)
    data = read_json_text(text, report)
    if data is None:
        return builder.finish()
    found = data.get("rasa_nlu_data") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        report.error(1, "the file holds no 'rasa_nlu_data'", 'Expected {"rasa_nlu_data": {"common_examples": [...]}}.')
        return builder.finish()
    lines = _LineFinder(text)
    for section in _EXAMPLE_LISTS:
        for number, example in _objects(found, section, report):
            _add_example(example, f"example {number} of {section!r}", lines, builder)
    for _, feature in _objects(found, "regex_features", report):
        builder.add_regex(str(feature.get("name", "")), str(feature.get("pattern", "")))
    for _, synonym in _objects(found, "entity_synonyms", report):
        said = synonym.get("synonyms")
        for word in said if isinstance(said, list) else []:
            builder.add_synonym(str(word), str(synonym.get("value", "")))
    for _, table in _objects(found, "lookup_tables", report):
        elements = table.get("elements")
        if isinstance(elements, list):
            builder.add_lookup(str(table.get("name", "")), tuple(str(element) for element in elements))
        else:
            builder.add_lookup(str(table.get("name", "")), path=str(elements))
    return builder.finish()


def read_json_text(text: str, report: Report) -> Any:
    """The JSON value of a text; None where it is broken, which is reported. What stands behind it is an error."""
    source = text.removeprefix("\ufeff")
    decoder = json.JSONDecoder()
    start = len(source) - len(source.lstrip())
    try:
        value, end = decoder.raw_decode(source, start)
    except json.JSONDecodeError as error:
        hint = "Check the commas, quotes and brackets here."
        report.error(error.lineno, f"this is not JSON. {error.msg}", hint, column=error.colno)
        return None
    except (ValueError, RecursionError):
        report.error(1, "this JSON is nested too deep, or holds a number that is too long")
        return None
    rest = source[end:]
    if rest.strip():
        line = source.count("\n", 0, len(source) - len(rest.lstrip())) + 1
        report.error(line, "something stands behind the end of the JSON", "Remove it.")
    return value


def _objects(data: Mapping[str, Any], section: str, report: Report) -> list[tuple[int, Mapping[str, Any]]]:
    """The objects of a list, each with its number in it, from 1: JSON parsers tell no lines."""
    source = data.get(section)
    if source is None:
        return []
    if not isinstance(source, list):
        report.error(None, f"{section!r} holds no list")
        return []
    for number, item in enumerate(source, 1):
        if not isinstance(item, dict):
            report.error(
                None, f"item {number} of {section!r} is no JSON object and left out", f"Found {quoted(item, 60)}."
            )
    return [(number, item) for number, item in enumerate(source, 1) if isinstance(item, dict)]


def _add_example(example: Mapping[str, Any], called: str, lines: _LineFinder, builder: NluBuilder) -> None:
    text, intent = example.get("text"), example.get("intent")
    if not isinstance(text, str):
        builder.report.error(None, f"{called} has no text", 'Expected {"text": ..., "intent": ...}.')
        return
    line = lines.line_of(text)
    entities = []
    given = example.get("entities")
    for item in given if isinstance(given, list) else []:
        entity = _entity(item, text)
        if entity is None:
            builder.report.error(
                line,
                f"an entity of the example {quoted(text, 60)} cannot be read",
                'Expected {"start": 0, "end": 4, "value": ..., "entity": ...}.',
            )
            continue
        entities.append(entity)
        if not 0 <= (entity.start or 0) < (entity.end or 0) <= len(text):
            builder.report.warning(
                line,
                f"the entity {entity.entity!r} lies outside its example {quoted(text, 60)}",
                "Correct start and end.",
            )
    builder.add(text, None if intent is None else str(intent), tuple(entities), line, _metadata(example))


def _metadata(example: Mapping[str, Any]) -> Mapping[str, Any]:
    """Rasa writes {"intent": …, "example": …}; what anyone else writes is the example's own."""
    given = example.get("metadata")
    if given is None or (isinstance(given, dict) and given.keys() <= {"intent", "example"}):
        return given or {}
    return {"example": given}


def _entity(item: Any, text: str) -> Entity | None:
    if not isinstance(item, dict) or not isinstance(item.get("entity"), str):
        return None
    start, end = item.get("start"), item.get("end")
    if not (isinstance(start, int) and isinstance(end, int)):
        return None
    role, group = (None if item.get(key) is None else str(item[key]) for key in ("role", "group"))
    return Entity(item["entity"], item.get("value", text[max(start, 0) : end]), start, end, role, group)


class _LineFinder:
    """Lines of the examples' texts, found in their order; JSON parsers do not tell them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line = 1

    def line_of(self, example: str) -> int | None:
        for escaped in (False, True):
            place = self._text.find(json.dumps(example, ensure_ascii=escaped), self._position)
            if place >= 0:
                self._line += self._text.count("\n", self._position, place)
                self._position = place
                return self._line
        return None
