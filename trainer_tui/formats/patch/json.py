"""Additions to a list in a JSON text, in its own indentation: `rasa_nlu_data` → `common_examples`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.formats.patch.edits import Edit, apply_edits, end_of_line, line_end_of, refused, start_of_line

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LISTS = ("common_examples", "intent_examples")


@dataclass(slots=True)
class _Value:
    """A value's range in the text; `members` of an object (by key) or `items` of a list."""

    start: int
    end: int = 0
    members: dict[str, _Value] = field(default_factory=dict)
    items: list[_Value] = field(default_factory=list)


def append_examples(text: str, examples: Sequence[Mapping[str, Any]]) -> Edit:
    """Examples as JSON objects at the end of `rasa_nlu_data.common_examples` (or the list that this file uses)."""
    if not text.removeprefix("\ufeff").strip():
        whole = {"rasa_nlu_data": {"common_examples": list(examples)}}
        return Edit(len(text), len(text), json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    data = _outline(text, _end_of_value(text)).members.get("rasa_nlu_data")
    if data is None:
        raise refused(
            "this JSON file has no `rasa_nlu_data`", 'Expected {"rasa_nlu_data": {"common_examples": [...]}}.'
        )
    for name in _LISTS:
        if name in data.members and text[data.members[name].start] == "[":
            edit = _append(text, data.members[name], examples)
            _end_of_value(apply_edits(text, [edit]))
            return edit
    raise refused("this JSON file has no list of examples", "Expected `common_examples` in `rasa_nlu_data`.")


def _end_of_value(text: str) -> int:
    """Where the JSON value of a text ends; FormatError where there is none."""
    start = len(text) - len(text.removeprefix("\ufeff").lstrip())
    try:
        return int(json.JSONDecoder().raw_decode(text, start)[1])
    except (ValueError, RecursionError) as error:
        raise refused("this is not JSON", f"{error}.") from None


def _append(text: str, array: _Value, examples: Sequence[Mapping[str, Any]]) -> Edit:
    line_end = line_end_of(text)
    own = _indentation(text, array.start)
    last = array.items[-1] if array.items else None
    if last is not None and "\n" not in text[array.start : last.start]:
        written = "".join(", " + json.dumps(example, ensure_ascii=False) for example in examples)
        return Edit(last.end, last.end, written)
    margin = _indentation(text, last.start) if last is not None else own + _step(text)
    is_one_line = last is not None and "\n" not in text[last.start : last.end]
    if last is not None and last.members:
        step = _indentation(text, next(iter(last.members.values())).start).removeprefix(margin)
    else:
        step = _step(text)
    blocks = [_block(example, margin, None if is_one_line else step or "  ", line_end) for example in examples]
    if last is not None:
        return Edit(last.end, last.end, "".join("," + line_end + block for block in blocks))
    return Edit(array.start + 1, array.end - 1, line_end + f",{line_end}".join(blocks) + line_end + own)


def _block(example: Mapping[str, Any], margin: str, step: str | None, line_end: str) -> str:
    lines = json.dumps(example, ensure_ascii=False, indent=step).split("\n")
    return line_end.join(margin + line for line in lines)


def _indentation(text: str, position: int) -> str:
    line = text[start_of_line(text, position) : end_of_line(text, position)].lstrip("\ufeff")
    return line[: len(line) - len(line.lstrip())]


def _step(text: str) -> str:
    """The first indentation of the file: that of one level."""
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "


def _outline(text: str, end: int) -> _Value:
    """The ranges of everything in the JSON value that ends there."""
    root = _Value(0)
    stack: list[_Value] = []
    key: str | None = None
    for token in _TOKEN.finditer(text, int(text.startswith("\ufeff")), end):
        written = token.group()
        if written in "]}":
            stack.pop().end = token.end()
        elif written not in ":,":
            value = _Value(token.start(), token.end())
            if not stack:
                root = value
            elif text[stack[-1].start] == "[":
                stack[-1].items.append(value)
            elif key is None:
                key = str(json.loads(written))
                continue
            else:
                stack[-1].members[key] = value
                key = None
            if written in "[{":
                stack.append(value)
    return root
