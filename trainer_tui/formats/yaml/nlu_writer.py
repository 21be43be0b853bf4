"""NLU data → YAML of Rasa 2.0 to 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.formats.entity_writing import marked_example
from trainer_tui.formats.synonyms import by_value, unmarked_synonyms
from trainer_tui.formats.yaml.stories_writer import item_lines
from trainer_tui.formats.yaml.writing import Literal, Quoted, YamlStyle, literal_lines


def write_nlu_yaml(data: TrainingData, version: str | None = "3.1", style: YamlStyle | None = None) -> str:
    """A whole file; examples keep their order, those of one intent in a row stand in one block.

    Examples without an intent have no place in YAML and are left out. FormatError for an example whose text would be
    read as an entity mark.
    """
    style = style or YamlStyle()
    head = f'version: "{version}"\n\n' if version else ""
    items = [
        *_intent_blocks(data.examples),
        *(_block("synonym", value, said) for value, said in by_value(unmarked_synonyms(data)).items()),
        *(_block("regex", name, [pattern for _, pattern in found]) for name, found in groupby(data.regexes, _first)),
        *(_lookup(lookup) for lookup in data.lookups),
    ]
    if not items:
        return f"{head}nlu: []\n"
    return f"{head}nlu:\n" + "\n".join("\n".join(item_lines(item, style)) + "\n" for item in items)


def intent_block(intent: str, marked: Sequence[str]) -> dict[str, Any]:
    """The data of a block: a text of bullets, or a list of texts where one of them fits in no bullet."""
    return _block("intent", intent, marked)


def is_bullet_text(message: str) -> bool:
    """Whether a message can stand behind a bullet of `examples: |`."""
    return "\n" not in message and message == message.strip("\r ") and bool(literal_lines("- " + message, 2))


def _first(pair: tuple[str, str]) -> str:
    return pair[0]


def _intent_blocks(examples: Iterable[Example]) -> Iterable[dict[str, Any]]:
    """One block for examples in a row of the same intent and of the same metadata of the intent."""
    for intent, found in groupby(examples, key=lambda example: example.intent):
        if intent is None:
            continue
        for shared, group in groupby(found, key=lambda example: example.metadata.get("intent")):
            members = list(group)
            own = [example.metadata.get("example") for example in members]
            marked = [marked_example(example) for example in members]
            block = _block("intent", intent, marked, own if any(item is not None for item in own) else None)
            yield {"intent": intent, "metadata": shared, **block} if shared is not None else block


def _block(kind: str, name: str, texts: Sequence[str], metadata: Sequence[Any] | None = None) -> dict[str, Any]:
    if metadata is None and all(is_bullet_text(text) for text in texts):
        return {kind: name, "examples": Literal("".join(f"- {text}\n" for text in texts))}
    items: list[dict[str, Any]] = []
    for text, given in zip(texts, metadata or [None] * len(texts), strict=True):
        written = Literal(text) if "\n" in text else Quoted(text)
        items.append({"text": written} | ({} if given is None else {"metadata": given}))
    return {kind: name, "examples": items}


def _lookup(lookup: Lookup) -> dict[str, Any]:
    """A table; a file's path stands as its only element, as Rasa's converter leaves it."""
    return _block("lookup", lookup.name, [*lookup.elements, *([lookup.path] if lookup.path else [])])
