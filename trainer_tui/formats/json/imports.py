"""NLU data as LUIS, wit.ai and Dialogflow export it, read as Rasa reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from trainer_tui.core.events import Entity
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.nlu import parse_nlu_json, read_json_text
from trainer_tui.formats.nlu_building import Beside, NluBuilder, NluRead, nothing_beside
from trainer_tui.formats.report import Report

# Rasa's word for an entity of LUIS without a role, and for a message of wit.ai without an intent.
_NO_ROLE = "O"
_NO_INTENT = "out_of_scope"

# What Dialogflow keeps of an intent or entity in a file of its own, by the word in that file's name.
_Entries = Callable[[str], list[Any]]


# Files of a Dialogflow export that are read with the others, or hold nothing to learn from.
_PART_OF_AN_EXPORT = re.compile(r"(?:.*_(?:usersays|entries)_[\w-]+|agent)\.json", re.IGNORECASE)


def is_part_of_an_export(name: str) -> bool:
    """Whether a file of this name belongs to another one of the same export."""
    return bool(_PART_OF_AN_EXPORT.fullmatch(name))


def looks_like_nlu_json(text: str) -> bool:
    """Whether a JSON text has a key that only NLU data has; it need not be whole."""
    keys = ("rasa_nlu_data", "luis_schema_version", "utterances", "isEnum")
    return any(f'"{key}"' in text for key in keys) or ('"responses"' in text and '"contexts"' in text)


def parse_any_nlu_json(text: str, shown: str, beside: Beside = nothing_beside) -> NluRead | None:
    """The NLU data of a JSON file of rasa_nlu or another tool; None where it is something else.

    Never raises. Dialogflow keeps the examples of `hi.json` `beside` it, in `hi_usersays_en.json`.
    """
    if '"rasa_nlu_data"' in text:
        return parse_nlu_json(text, shown)
    report = Report(shown)
    data = read_json_text(text, report)
    if not isinstance(data, dict):
        return NluRead(problems=tuple(report.problems)) if report.problems else None
    builder = NluBuilder(report)
    reader = _reader_of(data)
    if reader is None:
        return None
    try:
        reader(data, lambda kind: _beside(PurePath(shown), kind, beside, builder), builder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        report.error(None, f"this export cannot be read ({type(error).__name__}: {error!s:.80})", "Export it anew.")
    return builder.finish()


def _reader_of(data: Mapping[str, Any]) -> Callable[[Mapping[str, Any], _Entries, NluBuilder], None] | None:
    if "luis_schema_version" in data:
        return _read_luis
    if "utterances" in data:
        return _read_wit
    if "responses" in data and "contexts" in data:
        return _read_dialogflow_intent
    if "isEnum" in data:
        return _read_dialogflow_entity
    return None


def _read_luis(data: Mapping[str, Any], entries: _Entries, builder: NluBuilder) -> None:
    for utterance in data.get("utterances") or ():
        text = utterance["text"]
        entities = tuple(
            Entity(
                item["entity"],
                text[item["startPos"] : item["endPos"] + 1],
                item["startPos"],
                item["endPos"] + 1,
                item.get("role") or _NO_ROLE,
            )
            for item in utterance.get("entities") or ()
        )
        builder.add(text, utterance.get("intent"), entities)
    for entity in data.get("regex_entities") or ():
        builder.add_regex(entity["name"], entity["regexPattern"])


def _read_wit(data: Mapping[str, Any], entries: _Entries, builder: NluBuilder) -> None:
    for utterance in data.get("utterances") or ():
        entities = []
        for item in utterance.get("entities") or ():
            name, _, role = item["entity"].partition(":")
            entities.append(Entity(name, item["body"], item["start"], item["end"], role if role != name else None))
        builder.add(utterance["text"], utterance.get("intent", _NO_INTENT), tuple(entities))


def _read_dialogflow_intent(data: Mapping[str, Any], entries: _Entries, builder: NluBuilder) -> None:
    for example in entries("usersays"):
        text, entities = "", []
        for part in example["data"]:
            start = len(text)
            text += part["text"]
            name = part.get("alias") or part.get("meta")
            if name and part.get("meta") != "@sys.ignore":
                entities.append(Entity(name, part["text"], start, len(text)))
        builder.add(text, data["name"], tuple(entities))


def _read_dialogflow_entity(data: Mapping[str, Any], entries: _Entries, builder: NluBuilder) -> None:
    words = [(str(entry["value"]), str(word)) for entry in entries("entries") for word in entry["synonyms"]]
    for value, word in words:
        builder.add_synonym(word, value)
        if data.get("isRegexp"):
            builder.add_regex(data["name"], word)
    if words and not data.get("isRegexp"):
        builder.add_lookup(data["name"], tuple(word for _, word in words))


def _beside(path: PurePath, kind: str, beside: Beside, builder: NluBuilder) -> list[Any]:
    """The English examples (or entries), which Dialogflow puts into a file of their own; none where it is absent."""
    try:
        text = beside(f"{path.stem}_{kind}_en.json")
    except FormatError as error:
        builder.report.failure(error, None)
        return []
    found = None if text is None else json.loads(text)
    return found if isinstance(found, list) else []
