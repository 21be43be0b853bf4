"""Additions to one domain file: intents, entities, actions, responses; what is there already is left alone."""

from __future__ import annotations

from collections.abc import Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import Era
from trainer_tui.formats.patch.edits import Edit, apply_edits, in_one
from trainer_tui.formats.patch.yaml import YamlText, append_to_list, append_to_mapping, find
from trainer_tui.formats.yaml.domain_writer import is_text_alone, variation_item

Edits = tuple[Edit, ...]


def add_intent(text: str, name: str) -> Edits:
    return _add_name(text, "intents", name)


def add_entity(text: str, name: str) -> Edits:
    return _add_name(text, "entities", name)


def add_action(text: str, name: str) -> Edits:
    return _add_name(text, "actions", name)


def add_response(text: str, name: str, variations: Sequence[ResponseVariation], era: Era) -> Edits:
    """A response; `templates:` in a file that has them, or that is new in a project of the Markdown era.

    Where responses stand in `templates:`, an `utter_…` is listed under `actions:` too, as Rasa up to 0.14 demands.
    """
    section = response_section(text, era)
    if name in names_in(text, section):
        return ()
    are_texts = _are_texts(text, section)
    value = [
        variation.text if are_texts and is_text_alone(variation) else variation_item(variation)
        for variation in variations
    ]
    edit = append_to_mapping(text, section, name, value, None)
    is_listed = section == "templates" and "/" not in name
    listed = _add_name(apply_edits(text, [edit]), "actions", name) if is_listed else ()
    return in_one(edit, listed[0]) if listed else (edit,)


def response_section(text: str, era: Era) -> str:
    """The key under which this file keeps its responses, or would."""
    root = YamlText(text).root
    for section in ("responses", "templates"):
        if find(root, section) is not None:
            return section
    return "templates" if era is Era.CORE else "responses"


def has_section(text: str, section: str) -> bool:
    """Whether a domain file has the key."""
    return find(YamlText(text).root, section) is not None


def names_in(text: str, section: str) -> tuple[str, ...]:
    """The names that one section of a domain file defines; none where it has no such section."""
    pair = find(YamlText(text).root, section)
    if pair is None:
        return ()
    value = pair[1]
    if isinstance(value, MappingNode):
        return tuple(_written(key) for key, _ in value.value)
    if not isinstance(value, SequenceNode):
        return ()
    return tuple(
        _written(key)
        for item in value.value
        for key in ([pair[0] for pair in item.value] if isinstance(item, MappingNode) else [item])
    )


def _add_name(text: str, section: str, name: str) -> Edits:
    if name in names_in(text, section):
        return ()
    pair = find(YamlText(text).root, section)
    if pair is not None and isinstance(pair[1], MappingNode) and pair[1].value:
        return (append_to_mapping(text, section, name, None, None),)
    return (append_to_list(text, section, name, False),)


def _written(node: Node) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _are_texts(text: str, section: str) -> bool:
    """Whether the file's last response is a list of plain texts, as in 2017, and not of mappings."""
    pair = find(YamlText(text).root, section)
    if pair is None or not isinstance(pair[1], MappingNode) or not pair[1].value:
        return False
    last = pair[1].value[-1][1]
    return isinstance(last, SequenceNode) and bool(last.value) and isinstance(last.value[-1], ScalarNode)
