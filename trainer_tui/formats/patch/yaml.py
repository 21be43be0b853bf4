"""Additions to the lists and mappings of a YAML text, found by its nodes and written in its own style.

Every result is read again before it is handed out: the data must be the old one and the addition, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainer_tui.formats.patch.edits import (
    Edit,
    apply_edits,
    end_of_content,
    end_of_line,
    insert_lines,
    line_end_of,
    refused,
    replace_lines,
    start_of_line,
)
from trainer_tui.formats.yaml.reader import YamlFile, compose, has_escapes, read_yaml
from trainer_tui.formats.yaml.writing import YamlStyle, block_lines, flow, list_item

_Value = TypeVar("_Value")


class YamlText:
    """A YAML text and its nodes. `bom` is how far the nodes' places lie behind those of the text."""

    def __init__(self, text: str, path: str = "") -> None:
        self.text = text
        self.bom = int(text.startswith("\ufeff"))
        root = compose(text, path)
        if root is not None and not isinstance(root, MappingNode):
            if not isinstance(root, ScalarNode) or root.value:
                raise refused("this file is a list or a text, and has no sections", "Expected keys such as `stories:`.")
            root = None
        self.root: MappingNode | None = root

    def start(self, node: Node) -> int:
        return int(node.start_mark.index) + self.bom

    def column(self, node: Node) -> int:
        """The column of a node, a BOM in its line not counted."""
        return int(node.start_mark.column)

    def end(self, node: Node) -> int:
        """Where the content of a node ends: before trailing blanks, comments and blank lines."""
        if isinstance(node, ScalarNode):
            start, end = self.start(node), int(node.end_mark.index) + self.bom
            if node.style in ("|", ">"):
                written = self.text[start:end]
                is_kept = self._keeps_blank_lines(node)
                return start + len(written.removesuffix("\n").removesuffix("\r") if is_kept else written.rstrip())
            return end
        if not isinstance(node, (SequenceNode, MappingNode)) or node.flow_style:
            return int(node.end_mark.index) + self.bom
        last = node.value[-1]
        found = max(self.end(part) for part in last) if isinstance(last, tuple) else self.end(last)
        if found >= self.start(node):
            return found
        return end_of_content(self.text, int(node.end_mark.index) + self.bom)  # an alias: its node stands elsewhere

    def _keeps_blank_lines(self, node: Node) -> bool:
        """Whether blank lines below belong to the node: its last text is a block that keeps them (`|+`)."""
        while not isinstance(node, ScalarNode):
            if not isinstance(node, (SequenceNode, MappingNode)) or node.flow_style or not node.value:
                return False
            node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
        start = self.start(node)
        return node.style in ("|", ">") and "+" in self.text[start : end_of_line(self.text, start)].split("#")[0]

    def has_blank_lines(self, node: SequenceNode | MappingNode) -> bool:
        """Whether blank lines stand between the last two items of a list or mapping; yes where there is but one."""
        if self._keeps_blank_lines(node):
            return False
        if len(node.value) < 2:
            return True
        before, last = node.value[-2:]
        end = max(self.end(part) for part in before) if isinstance(before, tuple) else self.end(before)
        start = self.start(last[0] if isinstance(last, tuple) else last)
        gap = self.text[end_of_line(self.text, end) : start].replace("\r", "").split("\n")
        return any(not line.strip() for line in gap[1:-1])

    def line_end(self, node: Node) -> int:
        """Where the last line of a node's content ends, comments that belong to it included."""
        position = end_of_line(self.text, self.end(node))
        column = self.column(node)
        while True:
            following = self.text[position:].split("\n", 2)[1:2]
            stripped = following[0].strip() if following else ""
            if not stripped.startswith("#") or following[0].index("#") <= column:
                return position
            position = end_of_line(self.text, self.text.index("\n", position) + 1)


def find(mapping: MappingNode | None, key: str) -> tuple[Node, Node] | None:
    """The nodes of a key and its value; the first one where a key stands twice."""
    for key_node, value_node in mapping.value if mapping is not None else ():
        if isinstance(key_node, ScalarNode) and key_node.value == key:
            return key_node, value_node
    return None


def append_to_list(text: str, section: str, item: Any, is_separate: bool | None) -> Edit:
    """One item more at the end of a top-level list, which is made where it is missing or empty.

    `is_separate`: a blank line before the item; None = as the file's items have it.
    """
    document = YamlText(text)
    pair = find(document.root, section)
    if pair is None:
        edit = _new_section(document, section, [item])
    else:
        _, value = pair
        if isinstance(value, SequenceNode) and value.value:
            edit = append_to_sequence(document, value, [item], is_separate)
        else:
            edit = _fill_empty(document, pair, [item])
    return checked(text, edit, lambda data: {**data, section: [*(data.get(section) or ()), item]})


def append_to_mapping(text: str, section: str, key: str, value: Any, is_separate: bool | None) -> Edit:
    """One key more at the end of a top-level mapping, which is made where it is missing or empty."""
    document = YamlText(text)
    pair = find(document.root, section)
    if pair is None:
        edit = _new_section(document, section, {key: value})
    else:
        _, mapping = pair
        if isinstance(mapping, MappingNode) and mapping.value:
            if mapping.flow_style:
                edit = append_to_flow(document, mapping, flow({key: value})[1:-1])
            else:
                edit = _append_key(document, mapping, key, value, is_separate)
        else:
            edit = _fill_empty(document, pair, {key: value})
    return checked(text, edit, lambda data: {**data, section: {**(data.get(section) or {}), key: value}})


def checked(text: str, edit: Edit, expected: Callable[[Mapping[str, Any]], Any]) -> Edit:
    """The edit as this text can take it; FormatError unless the patched text holds just what is expected of the old
    data."""
    edit = _as_escaped(text, edit)
    before = data_of(text)
    after = data_of(apply_edits(text, [edit]))
    old = dict(before.data or {})
    if len(after.problems) > len(before.problems) or after.data != expected(old):
        problem = str(after.problems[-1]) if after.problems else ""
        raise refused("the addition would change what else is in this file", problem)
    return edit


def _as_escaped(text: str, edit: Edit) -> Edit:
    """The edit in escapes where the text has some: they count only as long as all of the file is ASCII."""
    if edit.text.isascii() or not has_escapes(text):
        return edit
    return replace(edit, text="".join(map(_escaped, edit.text)))


def _escaped(character: str) -> str:
    if character.isascii():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def append_to_sequence(
    document: YamlText, node: SequenceNode, items: Sequence[Any], is_separate: bool | None = None
) -> Edit:
    """Items more at the end of a list that has some, in its own style."""
    if node.flow_style:
        return append_to_flow(document, node, ", ".join(flow(item) for item in items))
    separate = document.has_blank_lines(node) if is_separate is None else is_separate
    return insert_lines(document.text, document.line_end(node), item_lines(document, node, items), separate)


def replace_item(text: str, section: str, written: str, item: Any) -> Edit | None:
    """An item of a top-level list in the place of one that was written before and still stands there as it was
    written; None where it does not. Lines that both begin with stay untouched."""
    document = YamlText(text)
    pair = find(document.root, section)
    if pair is None or not isinstance(pair[1], SequenceNode) or not pair[1].value or pair[1].flow_style:
        return None
    edit = replace_lines(text, written, item_lines(document, pair[1], [item]))
    if edit is None:
        return None
    edit = _as_escaped(text, edit)
    before, after = data_of(text).data[section], data_of(apply_edits(text, [edit])).data
    others = [new for old, new in zip(before, (after or {}).get(section) or (), strict=False) if old != new]
    return edit if others in ([item], []) else None  # else somebody wrote more below it


def dash_of(document: YamlText, items: SequenceNode, number: int) -> int | None:
    """Where the dash of an item stands; None where it is not the first of its line."""
    text = document.text
    above = document.start(items) if number == 0 else document.end(items.value[number - 1])
    above = start_of_line(text, above) if number == 0 else above
    column = " " * document.column(items)
    dashes = list(re.finditer(rf"^{column}-(?=\s)", text[: document.start(items.value[number])], re.MULTILINE))
    return dashes[-1].end() - 1 if dashes and dashes[-1].start() >= above else None


def item_lines(document: YamlText, node: SequenceNode, items: Sequence[Any]) -> list[str]:
    """Items of a list as the lines of its own style."""
    column = " " * document.column(node)
    style = style_of(document, node)
    return [column + line if line else "" for item in items for line in list_item(item, style)]


def _append_key(document: YamlText, mapping: MappingNode, key: str, value: Any, is_separate: bool | None) -> Edit:
    column = " " * document.column(mapping)
    lines = [column + line if line else "" for line in block_lines({key: value}, style_of(document, mapping))]
    separate = document.has_blank_lines(mapping) if is_separate is None else is_separate
    return insert_lines(document.text, document.line_end(mapping), lines, separate)


def append_to_flow(document: YamlText, node: Node, written: str) -> Edit:
    """One item more in a list or mapping of brackets; on a line of its own where the last one has one."""
    text = document.text
    closing = document.end(node) - 1
    if not node.value:
        return Edit(closing, closing, written)
    last = node.value[-1]
    parts = last if isinstance(last, tuple) else (last,)
    position = max(document.end(part) for part in parts)
    begin = min(document.start(part) for part in parts)
    between = text[position:closing]
    if between.lstrip().startswith(","):
        position += between.index(",") + 1
        separator = ""
    else:
        separator = ","
    indentation = text[start_of_line(text, begin) : begin]
    if indentation.strip() or "\n" not in text[document.start(node) : begin]:
        return Edit(position, position, f"{separator} {written}")
    return Edit(position, position, f"{separator}{line_end_of(text)}{indentation}{written}")


def _fill_empty(document: YamlText, pair: tuple[Node, Node], value: Any) -> Edit:
    """The first item behind a key that has nothing behind it, or `[]`, `{}`, `null`."""
    key, empty = pair
    text = document.text
    is_null = isinstance(empty, ScalarNode) and not empty.style and empty.value in ("", "~", "null", "Null", "NULL")
    if not is_null and (isinstance(empty, ScalarNode) or empty.value):
        raise refused(f"`{key.value}:` holds something else than {_kind(value)}", f"Expected {_kind(value)} there.")
    if document.root is not None and document.root.flow_style:
        return Edit(document.start(empty), document.end(empty), flow(value))
    style = style_of(document)
    column = document.column(key) + (style.list_offset if isinstance(value, list) else style.indent)
    lines = [" " * column + line if line else "" for line in block_lines(value, style)]
    colon = text.index(":", document.end(key)) + 1
    written_end = max(document.end(empty), colon)
    line_end = end_of_line(text, written_end)
    if not text[colon:written_end].strip():
        return insert_lines(text, line_end, lines)
    below = insert_lines(text, line_end, lines).text
    return Edit(colon, line_end, text[written_end:line_end].rstrip() + below)


def _new_section(document: YamlText, section: str, value: Any) -> Edit:
    """A key more at the end of the file."""
    text = document.text
    style = style_of(document)
    if document.root is None:
        position = end_of_content(text, _document_end(text, 0))
        return insert_lines(text, position, block_lines({section: value}, style), bool(text[:position].strip()))
    if document.root.flow_style:
        return append_to_flow(document, document.root, flow({section: value})[1:-1])
    column = " " * document.column(document.root)
    lines = [column + line if line else "" for line in block_lines({section: value}, style)]
    return insert_lines(text, end_of_content(text, _document_end(text, document.end(document.root))), lines, True)


def _document_end(text: str, after: int) -> int | None:
    """Where the line `...` stands that ends the document."""
    found = text.find("\n...", after)
    return found if found >= 0 and not text[found + 4 :].strip() else None


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a mapping"


def data_of(text: str) -> YamlFile:
    """What a text holds. A block at the very end has the line end that it may lack, since what is put behind it gives
    it one."""
    return read_yaml(text if text.endswith("\n") else text + "\n", "")


def style_of(document: YamlText, section: Node | None = None) -> YamlStyle:
    """How this text writes lists in mappings, mappings in mappings, dashes and texts."""
    offsets: list[int] = []
    indents: list[int] = []
    dashes: list[int] = []
    quotes: list[str] = []

    def look(node: Node, depth: int) -> None:
        if depth > 6 or getattr(node, "flow_style", False) or len(quotes) > 40:
            return
        if isinstance(node, SequenceNode):
            for item in node.value[-20:]:
                if isinstance(item, MappingNode) and not item.flow_style and item.start_mark.index >= _index(node):
                    dashes.append(document.column(item) - document.column(node))
                look(item, depth + 1)
        elif isinstance(node, MappingNode):
            for key, value in node.value[-20:]:
                if isinstance(value, SequenceNode) and not value.flow_style and _index(value) > _index(key):
                    offsets.append(document.column(value) - document.column(key))
                elif isinstance(value, MappingNode) and not value.flow_style and _index(value) > _index(key):
                    indents.append(document.column(value) - document.column(key))
                elif isinstance(value, ScalarNode) and key.value in ("text", "story", "rule", "title"):
                    quotes.append(value.style if value.style in ("'", '"') else "")
                look(value, depth + 1)

    root = section or document.root
    if root is not None:
        look(root, 0)
        if not offsets and document.root is not None and section is not None:
            return style_of(document)
    return YamlStyle(
        indent=_usual(indents, 2), list_offset=_usual(offsets, 0), dash=_usual(dashes, 2), quote=_usual(quotes, '"')
    )


def _index(node: Node) -> int:
    return int(node.start_mark.index)


def _usual(found: Sequence[_Value], default: _Value) -> _Value:
    return max(set(found), key=lambda value: (found.count(value), str(value))) if found else default
