"""Takes one story, rule or name out of a text, and leaves every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yaml.nodes import MappingNode, SequenceNode

from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.patch.edits import Edit, apply_edits, end_of_content, end_of_line, refused, start_of_line
from trainer_tui.formats.patch.yaml import YamlText, checked, dash_of, find

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD = re.compile(r"[ \t]*(?:#|>>)")
_BY_HAND = "Open the file, and take it out by hand."


def remove_markdown_story(text: str, line: int) -> Edit:
    """The story that has the line (counted from 1), from its name to its last step.

    Comments around it stay, since nobody knows whose they are; FormatError where it cannot be taken out alone.
    """
    lines = _visible_lines(text)
    heads = [number for number, (_, shown) in enumerate(lines) if _HEAD.match(shown)]
    first = next((number for number in reversed(heads) if number < line), None)
    if first is None or line > len(lines):
        raise refused(f"no story stands at line {line}", hint=_BY_HAND)
    following = next((number for number in heads if number > first), len(lines))
    last = max(number for number in range(first, following) if lines[number][1].strip("\ufeff \t\r"))
    end = end_of_line(text, lines[last][0])
    for comment in _COMMENT.finditer(text):
        if comment.start() < end < comment.end():
            end = end_of_line(text, comment.end())
    edit = _without(text, lines[first][0], end)
    before = parse_stories_markdown(text, "").stories
    after = parse_stories_markdown(apply_edits(text, [edit]), "").stories
    block = range(first + 1, following + 1)
    steps = [step for step in before.steps if step.place is None or step.place.line not in block]
    rules = [rule for rule in before.rules if rule.place is None or rule.place.line not in block]
    if (list(after.steps), list(after.rules)) != (steps, rules):
        raise refused("a comment goes through this story", hint=_BY_HAND)
    return edit


def remove_yaml_story(text: str, line: int) -> Edit:
    """The item of `stories:` or `rules:` that has the line (counted from 1).

    Comments around it stay; FormatError where it cannot be taken out alone.
    """
    document = YamlText(text)
    for section in ("stories", "rules"):
        pair = find(document.root, section)
        if pair is None or not isinstance(pair[1], SequenceNode) or pair[1].flow_style:
            continue
        items = pair[1]
        for number, item in enumerate(items.value):
            begin = dash_of(document, items, number)
            if isinstance(item, MappingNode) and begin is not None:
                end = end_of_line(text, document.end(item))
                if text.count("\n", 0, begin) < line <= text.count("\n", 0, end) + 1:
                    edit = _without(text, begin, end)
                    left = [place for place in range(len(items.value)) if place != number]
                    checked(
                        text,
                        edit,
                        lambda data, section=section, left=left: {  # type: ignore[misc]
                            **data,
                            section: [data[section][place] for place in left] or None,
                        },
                    )
                    return edit
    raise refused(f"no story stands in lines of its own at line {line}", hint=_BY_HAND)


def remove_name(text: str, section: str, name: str) -> Edit:
    """What defines a name in a section of a domain file: its key with all below it, or its item of a list.

    Comments around it stay; FormatError where it is not there, or cannot be taken out alone.
    """
    document = YamlText(text)
    for key in ("responses", "templates") if section == "responses" else (section,):
        pair = find(document.root, key)
        held = pair[1] if pair is not None else None
        if not isinstance(held, MappingNode | SequenceNode) or held.flow_style or len(held.value) < 2:
            continue
        if isinstance(held, MappingNode):
            places = [(document.start(one), document.end(other)) for one, other in held.value if one.value == name]
        else:
            begun = ((dash_of(document, held, number), item) for number, item in enumerate(held.value))
            places = [(begin, document.end(item)) for begin, item in begun if begin is not None and item.value == name]
        for begin, end in places:
            edit = _without(text, begin, end_of_line(text, end))
            checked(text, edit, lambda data, key=key: {**data, key: _less(data[key], name)})  # type: ignore[misc]
            return edit
    raise refused(f"{name} does not stand in lines of its own under '{section}:'", hint=_BY_HAND)


def _less(held: Any, name: str) -> Any:
    if isinstance(held, Mapping):
        return {key: value for key, value in held.items() if key != name}
    return [item for item in held if item != name]


def _without(text: str, begin: int, end: int) -> Edit:
    """From the line of `begin` to `end`, with the blank lines above; at the start of a file with those below."""
    begin = start_of_line(text, begin)
    above = end_of_content(text, begin)
    if text[:above].strip("\ufeff"):
        return Edit(above, end, "")
    below = end + len(text[end:]) - len(text[end:].lstrip())
    is_last = below == len(text)
    after = text.find("\n", end) + 1 if is_last else start_of_line(text, below)
    return Edit(max(begin, int(text.startswith("\ufeff"))), after or len(text), "")


def _visible_lines(text: str) -> list[tuple[int, str]]:
    """(place, what Rasa reads of it) of every line."""
    shown = _COMMENT.sub(lambda comment: re.sub(r"[^\r\n]", " ", comment.group()), text.removeprefix("\ufeff"))
    position = int(text.startswith("\ufeff"))
    found = []
    for line in shown.split("\n"):
        found.append((position, line))
        position += len(line) + 1
    return found
