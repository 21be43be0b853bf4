"""Another wording of a response that stands in a domain file: only the variations that differ are written anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.formats.patch.edits import (
    Edit,
    apply_edits,
    end_of_line,
    insert_lines,
    line_end_of,
    refused,
    start_of_line,
)
from trainer_tui.formats.patch.yaml import YamlText, checked, dash_of, data_of, find, item_lines
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.domain_writer import is_text_alone, variation_item
from trainer_tui.formats.yaml.responses import read_variations
from trainer_tui.formats.yaml.writing import flow, scalar

_BY_HAND = "Open the file, and change it by hand."


def reword(text: str, name: str, variations: Sequence[ResponseVariation]) -> tuple[Edit, ...]:
    """The edit that makes the response say this; none where it does. FormatError where the file has no such response,
    or cannot take it."""
    document = YamlText(text)
    for section in ("responses", "templates"):
        pair = find(document.root, section)
        named = find(pair[1], name) if pair and isinstance(pair[1], MappingNode) else None
        if named is not None:
            return _reworded(document, section, name, named[1], variations)
    raise refused(f"the response {name!r} does not stand in this file", hint=_BY_HAND)


def _reworded(
    document: YamlText, section: str, name: str, node: Node, variations: Sequence[ResponseVariation]
) -> tuple[Edit, ...]:
    text = document.text
    held = (data_of(text).data[section] or {})[name]
    before = read_variations(name, held, 1, Report("")) if held else ()
    if not isinstance(node, SequenceNode) or len(before) != len(node.value):
        raise refused(f"the response {name!r} is no list of what it says", hint=_BY_HAND)
    matched = SequenceMatcher(a=[repr(one) for one in before], b=[repr(one) for one in variations], autojunk=False)
    items: list[Any] = []
    edits: list[Edit] = []
    are_texts = True
    for tag, start, end, begin, stop in matched.get_opcodes():
        if tag == "equal":
            items += held[start:end]
            continue
        wanted = [
            _item(held[place], before[place], variation)
            if (place := start + offset) < end
            else _item(held[-1], before[-1], variation, is_new=True)
            for offset, variation in enumerate(variations[begin:stop])
        ]
        items += wanted
        texts = [_text_alone(*one) for one in zip(node.value[start:end], held[start:end], wanted, strict=False)]
        are_texts &= len(wanted) == end - start and None not in texts
        if are_texts or not node.flow_style:
            edits += _edits(document, node, start, end, texts, wanted)
    if node.flow_style and not are_texts:
        edits = [Edit(document.start(node), document.end(node), flow(items))]
    if not edits:
        return ()
    first, last = min(edit.start for edit in edits), max(edit.end for edit in edits)
    moved = [Edit(edit.start - first, edit.end - first, edit.text) for edit in edits]
    whole = Edit(first, last, apply_edits(text[first:last], moved))
    return (checked(text, whole, lambda data: {**data, section: {**data[section], name: items}}),)


def _item(held: Any, before: ResponseVariation, after: ResponseVariation, is_new: bool = False) -> Any:
    """A variation as this file writes such a one: a text by itself (2017) or a mapping, its keys in their order."""
    if not isinstance(held, dict):
        return after.text if is_text_alone(after) else variation_item(after)
    if is_new:
        return variation_item(after)
    old, new = variation_item(before), variation_item(after)
    # A number that was meant as a text stays one where it is no other.
    is_same = {key: new[key] == old.get(key) and not isinstance(held[key], str) for key in held if key in new}
    kept = {key: held[key] if same else new[key] for key, same in is_same.items()}
    return kept | {key: value for key, value in new.items() if key not in kept}


def _edits(
    document: YamlText,
    node: SequenceNode,
    start: int,
    end: int,
    texts: Sequence[ScalarNode | None],
    wanted: Sequence[Any],
) -> Iterator[Edit]:
    """Variations `start` to `end` become the `wanted` ones, each in its own lines; `texts` are those that alone are to
    be another."""
    text = document.text
    for offset, place in enumerate(range(start, end)):
        if offset >= len(wanted):
            # With the line end above it, or for the first one that below.
            begin, stop = _lines_of(document, node, place)
            yield Edit(begin - len(_line_end_before(text, begin)), stop, "")
        elif (said := texts[offset]) is not None:
            style = said.style if said.style in ("'", '"') else ""
            new = wanted[offset] if isinstance(wanted[offset], str) else wanted[offset]["text"]
            yield Edit(document.start(said), document.end(said), scalar(str(new), style, bool(node.flow_style)))
        else:
            begin, stop = _lines_of(document, node, place)
            lines = item_lines(document, node, [wanted[offset]])
            yield Edit(begin, stop, line_end_of(text).join(lines))
    if more := list(wanted[end - start :]):
        at = document.line_end(node.value[end - 1]) if end else document.start(node)
        yield insert_lines(text, at, item_lines(document, node, more))


def _text_alone(item: Node, held: Any, wanted: Any) -> ScalarNode | None:
    """The node of the text where nothing else is another, and both stand on one line."""
    if isinstance(held, dict) and isinstance(wanted, dict):
        pair = find(item, "text") if isinstance(item, MappingNode) else None
        is_else_same = {**held, "text": 0} == {**wanted, "text": 0}
        said, new = pair[1] if pair else None, wanted.get("text")
    else:
        is_else_same, said, new = not isinstance(held, dict), item, wanted
    if not is_else_same or not isinstance(said, ScalarNode) or not isinstance(new, str) or "\n" in new:
        return None
    return said if said.style not in ("|", ">") and said.start_mark.line == said.end_mark.line else None


def _lines_of(document: YamlText, node: SequenceNode, place: int) -> tuple[int, int]:
    """From the start of its dash's line to the end of its last; FormatError where it shares a line with another."""
    dash = dash_of(document, node, place)
    if dash is None:
        raise refused("a variation of this response shares its line with something else", hint=_BY_HAND)
    return start_of_line(document.text, dash), end_of_line(document.text, document.end(node.value[place]))


def _line_end_before(text: str, position: int) -> str:
    if not text[:position].endswith("\n"):
        return ""
    return "\r\n" if text[:position].endswith("\r\n") else "\n"
