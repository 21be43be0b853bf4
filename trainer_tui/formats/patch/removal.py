"""Takes one story, rule, intent or name out of a text, and leaves every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yaml.nodes import MappingNode, SequenceNode

from trainer_tui.core.domain import base_intent
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.patch.edits import Edit, apply_edits, end_of_content, end_of_line, refused, start_of_line
from trainer_tui.formats.patch.yaml import YamlText, checked, dash_of, data_of, find

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD = re.compile(r"[ \t]*(?:#|>>)")
_SECTION = re.compile(r"[ \t]*##[ \t]*(?:(\w+):(.*))?")
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


def remove_markdown_examples(text: str, intent: str) -> tuple[Edit, ...]:
    """Every section of the intent, and of its responses where it is a retrieval intent (`faq/hours`); none where there
    is none. Comments around them stay; FormatError where a section cannot be taken out alone."""
    lines = _visible_lines(text)
    heads = [(number, found) for number, (_, shown) in enumerate(lines) if (found := _SECTION.match(shown))]
    edits = []
    for (first, head), following in zip(heads, [*(number for number, _ in heads[1:]), len(lines)], strict=True):
        if head[1] == "intent" and _is_of(head[2].strip(), intent):
            last = max(number for number in range(first, following) if lines[number][1].strip("\ufeff \t\r"))
            edits.append(_without(text, lines[first][0], end_of_line(text, lines[last][0])))
    removals = tuple(_apart(edits))
    before, after = (parse_nlu_markdown(one, "").data for one in (text, apply_edits(text, removals)))
    left = tuple(example for example in before.examples if not _is_of(example.intent, intent))
    if (after.examples, after.synonyms, after.regexes) != (left, before.synonyms, before.regexes):
        raise refused(f"the examples of {intent} do not stand in lines of their own", hint=_BY_HAND)
    return removals


def remove_yaml_examples(text: str, intent: str) -> tuple[Edit, ...]:
    """The same of the items of `nlu:`."""
    document = YamlText(text)
    pair = find(document.root, "nlu")
    items = pair[1] if pair is not None else None
    if not isinstance(items, SequenceNode):
        return ()
    edits = []
    for number, item in enumerate(items.value):
        named = find(item, "intent") if isinstance(item, MappingNode) else None
        begin = dash_of(document, items, number)
        if named and _is_of(named[1].value, intent) and begin is not None:
            edits.append(_without(text, begin, end_of_line(text, document.end(item))))
    found = tuple(_apart(edits))
    before, after = (data_of(one) for one in (text, apply_edits(text, found)))
    blocks = (before.data or {}).get("nlu") or []
    left = [block for block in blocks if not (isinstance(block, Mapping) and _is_of(block.get("intent"), intent))]
    if len(after.problems) > len(before.problems) or (found and after.data != {**before.data, "nlu": left or None}):
        raise refused(f"the examples of {intent} do not stand in lines of their own", hint=_BY_HAND)
    return found


def _is_of(name: Any, intent: str) -> bool:
    return isinstance(name, str) and base_intent(name) == intent


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Removals one behind the other; blank lines between two of them belong to the first."""
    end = 0
    for edit in edits:
        yield Edit(max(edit.start, end), edit.end, "")
        end = edit.end


def remove_name(text: str, section: str, name: str) -> Edit:
    """What defines a name in a section of a domain file: its key with all below it, or its item of a list, which may
    be one of brackets; the last one with the section.

    Comments around it stay; FormatError where it is not there, or cannot be taken out alone.
    """
    document = YamlText(text)
    for key in ("responses", "templates") if section == "responses" else (section,):
        pair = find(document.root, key)
        held = pair[1] if pair is not None else None
        if pair is None or not isinstance(held, MappingNode | SequenceNode):
            continue
        if [_named(item) for item in held.value] == [name]:
            edit = _without(text, document.start(pair[0]), end_of_line(text, document.end(held)))
            return checked(text, edit, lambda data, key=key: _less(data, key))  # type: ignore[misc]
        for edit in _removals(document, held, name):
            checked(text, edit, lambda data, key=key: {**data, key: _less(data[key], name)})  # type: ignore[misc]
            return edit
    raise refused(f"{name} does not stand in lines of its own under '{section}:'", hint=_BY_HAND)


def _named(item: Any) -> str:
    """What an item of a list or mapping names: with properties, a name is the one key of a mapping
    (`- greet: {use_entities: []}`)."""
    if isinstance(item, MappingNode) and len(item.value) == 1:
        item = item.value[0]
    return str(item[0].value if isinstance(item, tuple) else item.value)


def _removals(document: YamlText, held: MappingNode | SequenceNode, name: str) -> Iterator[Edit]:
    text = document.text
    if isinstance(held, MappingNode):
        for key, value in held.value if not held.flow_style else ():
            if key.value == name:
                yield _without(text, document.start(key), end_of_line(text, document.end(value)))
        return
    for number, item in enumerate(held.value):
        if _named(item) != name:
            continue
        if not held.flow_style:
            begin = dash_of(document, held, number)
            if begin is not None:
                yield _without(text, begin, end_of_line(text, document.end(item)))
        elif number + 1 < len(held.value):
            yield Edit(document.start(item), document.start(held.value[number + 1]), "")
        else:
            yield Edit(document.end(held.value[number - 1]), document.end(item), "")


def _less(held: Any, name: str) -> Any:
    if isinstance(held, Mapping):
        return {key: value for key, value in held.items() if key != name}
    return [item for item in held if item != name and not (isinstance(item, Mapping) and [*item] == [name])]


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
