"""NLU examples into a YAML text: at the end of the last block of their intent, in the form that this block has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainer_tui.formats.patch.edits import Edit, end_of_line, insert_lines, start_of_line
from trainer_tui.formats.patch.yaml import YamlText, append_to_list, append_to_sequence, checked, data_of, find
from trainer_tui.formats.yaml.nlu_writer import intent_block, is_bullet_text
from trainer_tui.formats.yaml.writing import Literal, Quoted

_BULLET = re.compile(r"(\s*-\s+)\S")


def append_examples(text: str, intent: str, marked: Sequence[str]) -> Edit:
    """Messages, already marked, as examples of an intent; a new block where no block of it can take them."""
    document = YamlText(text)
    found = _last_block(document, intent)
    if found is None:
        return append_to_list(text, "nlu", intent_block(intent, marked), None)
    position, key, examples = found
    before = data_of(text).data["nlu"][position]["examples"]
    after: Any
    if isinstance(examples, ScalarNode) and examples.style == "|" and all(map(is_bullet_text, marked)):
        bullet, edit = _append_lines(document, key, examples, marked)
        body = before.rstrip("\n")
        lines = [body] if body else []
        after = "\n".join((*lines, *(bullet + message for message in marked))) + (before[len(body) :] if body else "\n")
    elif isinstance(examples, SequenceNode) and examples.value:
        items = [_like(examples.value[-1], message) for message in marked]
        edit = append_to_sequence(document, examples, items, False)
        after = [*before, *items]
    else:
        return append_to_list(text, "nlu", intent_block(intent, marked), None)
    return checked(text, edit, lambda data: _with_examples(data, position, after))


def _last_block(document: YamlText, intent: str) -> tuple[int, Node, Node] | None:
    """The place of the intent's last block in `nlu:`, with the nodes of `examples` and its value."""
    pair = find(document.root, "nlu")
    if pair is None or not isinstance(pair[1], SequenceNode):
        return None
    for position in range(len(pair[1].value) - 1, -1, -1):
        block = pair[1].value[position]
        if not isinstance(block, MappingNode) or block.flow_style:
            continue
        name, examples = find(block, "intent"), find(block, "examples")
        if name and examples and isinstance(name[1], ScalarNode) and name[1].value == intent:
            return position, *examples
    return None


def _append_lines(document: YamlText, key: Node, examples: ScalarNode, marked: Sequence[str]) -> tuple[str, Edit]:
    """The bullet of the new lines without its indentation, and the edit."""
    text = document.text
    start = document.start(examples)
    end = start + len(text[start : document.end(examples)].rstrip())
    first_line_end = end_of_line(text, start)
    if end <= first_line_end:
        bullet = " " * (document.column(key) + 2) + "- "
        end = first_line_end
    else:
        last_line = text[start_of_line(text, end) : end]
        match = _BULLET.match(last_line)
        bullet = match[1] if match else last_line[: len(last_line) - len(last_line.lstrip())] + "- "
    return bullet.lstrip(), insert_lines(text, end_of_line(text, end), [bullet + message for message in marked])


def _like(last: Node, message: str) -> Any:
    """A message in the form of the list's last item: a text, or a mapping with `text`."""
    if isinstance(last, ScalarNode):
        return Quoted(message) if last.style else message
    text = find(last if isinstance(last, MappingNode) else None, "text")
    written = text[1] if text else None
    if isinstance(written, ScalarNode) and written.value.startswith("- "):
        message = "- " + message
    is_block = isinstance(written, ScalarNode) and written.style in ("|", ">")
    return {"text": Literal(message + "\n") if is_block else Quoted(message)}


def _with_examples(data: Mapping[str, Any], position: int, examples: Any) -> dict[str, Any]:
    blocks = list(data["nlu"])
    blocks[position] = {**blocks[position], "examples": examples}
    return {**data, "nlu": blocks}
