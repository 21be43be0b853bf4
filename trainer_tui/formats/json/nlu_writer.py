"""NLU data → rasa_nlu's JSON."""

from __future__ import annotations

import json
from typing import Any

from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.formats.synonyms import by_value


def write_nlu_json(data: TrainingData) -> str:
    """A whole file, letters of every language as they are."""
    found: dict[str, Any] = {
        "common_examples": [example_object(example) for example in data.examples],
        "regex_features": [{"name": name, "pattern": pattern} for name, pattern in data.regexes],
        "lookup_tables": [
            {"name": lookup.name, "elements": lookup.path or list(lookup.elements)} for lookup in data.lookups
        ],
        "entity_synonyms": [{"value": value, "synonyms": said} for value, said in by_value(data.synonyms).items()],
    }
    kept = {name: items for name, items in found.items() if items or name == "common_examples"}
    return json.dumps({"rasa_nlu_data": kept}, ensure_ascii=False, indent=2, default=str) + "\n"


def example_object(example: Example) -> dict[str, Any]:
    """One example as its JSON object."""
    written: dict[str, Any] = {"text": example.text}
    if example.intent is not None:
        written["intent"] = example.intent
    if example.metadata:
        written["metadata"] = dict(example.metadata)
    if example.entities:
        written["entities"] = [
            {
                key: getattr(entity, key)
                for key in ("start", "end", "value", "entity", "role", "group")
                if getattr(entity, key) is not None
            }
            for entity in example.entities
        ]
    return written
