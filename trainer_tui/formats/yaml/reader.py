"""YAML as Rasa reads it (ruamel's YAML 1.2), with the line of everything and a check for keys that stand twice.

PyYAML by itself reads YAML 1.1 (`no` is false, `010` is 8, `12:30` is 750) and silently keeps the last of two equal
keys. Here only its C parser is used: it finds the nodes, this module says what they mean, and `scalars` what a scalar
without quotes does.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError, Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.errors import MAXIMUM_DEPTH, syntax_error, too_deep
from trainer_tui.formats.yaml.scalars import Spelled, plain_value

_Parser: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_PLAIN = "plain"
_TEXT = "tag:yaml.org,2002:str"
_MAPPING, _SEQUENCE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
# What aliases may repeat, in nodes, before a document is taken for an attack on the memory.
_MAXIMUM_REPEATED = 200_000

_HAS_VARIABLE = re.compile(r"\$\{.*\}")
_VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|(\w+))", re.ASCII)
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)((?:\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8})+)")


class YamlMapping(dict[Any, Any]):
    """A mapping that knows where it stands. `line` counts from 1, as `line_of(key)` and `value_line(key)` do."""

    __slots__ = ("_lines", "line")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self._lines: dict[Any, tuple[int, int]] = {}

    def line_of(self, key: Any) -> int:
        """The line of the key; the mapping's own where it has none (a merged key, an absent one)."""
        return self._lines.get(key, (self.line, self.line))[0]

    def value_line(self, key: Any) -> int:
        """The line where the key's value begins: of a block scalar, the first line of its text."""
        return self._lines.get(key, (self.line, self.line))[1]


class YamlSequence(list[Any]):
    """A list that knows where it stands: `lines[i]` is the line of item `i`, from 1."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a YAML text holds: `data` is None where it is empty or broken; `problems` says what is broken."""

    data: Any
    problems: tuple[Problem, ...] = ()

    def mapping(self, report: Report, what: str, expected: str) -> YamlMapping | None:
        """What the file holds; None where that is nothing, or no mapping, which is reported."""
        if self.data is not None and not isinstance(self.data, YamlMapping):
            report.error(1, f"{what} holds no mapping", f"Expected {expected}.")
        return self.data if isinstance(self.data, YamlMapping) else None


def read_yaml(text: str, path: str, environ: Mapping[str, str] | None = None) -> YamlFile:
    """The data of a YAML text, mappings as YamlMapping and lists as YamlSequence.

    `${NAME}` in a scalar without quotes is the variable of `environ`, as Rasa has it; None leaves it as
    it is written (`Spelled`).

    Never raises: what is wrong (syntax, equal keys, several documents, unknown tags) is in `problems`. Of equal keys
    the first is kept. As Rasa does, `\\uXXXX` is decoded anywhere in a text that is pure ASCII.
    """
    return parse_yaml(unescaped(text), path, environ)


def unescaped(text: str) -> str:
    """The text as Rasa hands it to its YAML reader."""
    return _ESCAPE.sub(_decoded, text) if has_escapes(text) else text


def parse_yaml(text: str, path: str, environ: Mapping[str, str] | None = None) -> YamlFile:
    """As `read_yaml`, of a text that is `unescaped` already."""
    try:
        node = compose(text, path)
    except FormatError as error:
        return YamlFile(None, (as_problem(error),))
    if node is None:
        return YamlFile(None)
    construction = _Construction(path, environ)
    try:
        data = construction.value(node)
    except FormatError as error:
        return YamlFile(None, (*construction.problems, as_problem(error)))
    return YamlFile(data, tuple(construction.problems))


def has_escapes(text: str) -> bool:
    """Whether Rasa decodes escapes of the text before it reads the YAML: it does where all of the text is ASCII."""
    return text.isascii() and "\\" in text and bool(_ESCAPE.search(text))


def compose(text: str, path: str) -> Node | None:
    """The nodes of a YAML text with their marks (line, column and index count from 0); FormatError where it is broken.

    The tag of an unquoted scalar is "plain": `plain_value` says what it means.
    """
    text = text.removeprefix("\ufeff")
    try:
        loader = _Loader(text)
    except (yaml.YAMLError, UnicodeError) as error:
        raise syntax_error(error, text, path) from None
    try:
        node: Node | None = loader.get_single_node()
        return node
    except _TooDeep as error:
        raise too_deep(Place(path, error.line, error.column)) from None
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        raise syntax_error(error, text, path) from None
    finally:
        loader.dispose()


def as_problem(error: FormatError) -> Problem:
    """The error as one line of a list of problems."""
    message = ". ".join(part.rstrip(".") for part in (error.title, error.message) if part)
    return Problem(message, error.place, error.hint)


class _TooDeep(Exception):
    def __init__(self, node: Node) -> None:
        self.line, self.column = node.start_mark.line + 1, node.start_mark.column + 1


class _Loader(_Parser):  # type: ignore[misc]
    """The parser alone: it leaves the meaning of plain scalars to `plain_value`."""

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return _PLAIN if implicit[0] else _TEXT
        return _MAPPING if kind is MappingNode else _SEQUENCE

    # The C parser recurses without a limit of its own; these two, which it calls for every node, count for it.
    depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise _TooDeep(current_node)

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _Construction:
    """One pass from nodes to data; repeated nodes (aliases) become the same object and are counted."""

    def __init__(self, path: str, environ: Mapping[str, str] | None) -> None:
        self.problems: list[Problem] = []
        self._environ = environ
        self._path = path
        self._done: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._size = 0
        self._repeated = 0

    def value(self, node: Node) -> Any:
        self._size += 1
        if isinstance(node, ScalarNode):
            if node.tag is _PLAIN:
                return self._plain(node)
            return node.value if node.tag is _TEXT else self._tagged(node)
        key = id(node)
        if key in self._done:
            data, size = self._done[key]
            self._size += size
            self._repeated += size
            if self._repeated > _MAXIMUM_REPEATED:
                raise self._error(node, "aliases repeat too much of this file", "Write the values out.")
            return data
        if key in self._open:
            raise self._error(node, "an alias stands inside what it repeats", "Write the value out.")
        before = self._size
        self._open.add(key)
        data = self._mapping(node) if isinstance(node, MappingNode) else self._sequence(node)
        self._open.discard(key)
        self._done[key] = (data, self._size - before)
        return data

    def _sequence(self, node: Node) -> YamlSequence:
        self._check_tag(node, "seq", "omap", "pairs")
        found = YamlSequence(node.start_mark.line + 1)
        for item in node.value:
            found.append(self.value(item))
            found.lines.append(item.start_mark.line + 1)
        return found

    def _mapping(self, node: Node) -> YamlMapping:
        self._check_tag(node, "map", "set")
        found = YamlMapping(node.start_mark.line + 1)
        merged: list[Node] = []
        lines = found._lines
        for key_node, value_node in node.value:
            if key_node.tag is _PLAIN and key_node.value == "<<":
                merged.append(value_node)
                continue
            key = self.value(key_node)
            value = self.value(value_node)
            if not isinstance(key, Hashable):
                self._report(key_node, "a list or mapping stands where a name is expected", "Use a text as the key.")
            elif key in lines:
                self._report(
                    key_node,
                    f"the key {key!r} stands twice (first in line {lines[key][0]})",
                    "Join both parts under one key, or rename one.",
                )
            else:
                found[key] = value
                is_block = isinstance(value_node, ScalarNode) and value_node.style in ("|", ">")
                lines[key] = (key_node.start_mark.line + 1, value_node.start_mark.line + (2 if is_block else 1))
        for value_node in merged:
            self._merge(found, value_node)
        return found

    def _merge(self, found: YamlMapping, node: Node) -> None:
        source = self.value(node)
        for mapping in source if isinstance(source, YamlSequence) else [source]:
            if isinstance(mapping, YamlMapping):
                for key, value in mapping.items():
                    found.setdefault(key, value)
            else:
                self._report(node, "'<<' merges something that is no mapping", "Give it an alias of a mapping.")

    def _plain(self, node: ScalarNode) -> Any:
        if _HAS_VARIABLE.search(node.value):
            return Spelled(node.value) if self._environ is None else self._expanded(node, self._environ)
        try:
            return plain_value(node.value)
        except (ValueError, OverflowError) as error:
            hint = "Correct it, or write it in quotes if it is a text."
            self._report(node, f"there is no such date as {node.value:.40}: {error}", hint)
            return node.value

    def _expanded(self, node: ScalarNode, environ: Mapping[str, str]) -> str:
        """The text with its variables in place. Rasa stops at a word that begins with one that is not set, and leaves
        one within a word as it is."""
        text: str = node.value
        found: str = _VARIABLE.sub(lambda match: environ.get(match[1] or match[2], match[0]), text)
        for match in _VARIABLE.finditer(text):
            name = match[1] or match[2]
            if name in environ or not match[1]:
                continue
            is_first = match.start() == 0 or text[match.start() - 1].isspace()
            hint = "Set it, or write the text in quotes if it is meant as it stands."
            what = f"the environment variable {name} is not set" + ("" if is_first else f": {match[0]} stays as it is")
            self.problems.append(Problem(what, self._place(node), hint, is_error=is_first))
        return found

    def _tagged(self, node: ScalarNode) -> Any:
        """A scalar with an explicit tag, such as `!!str 5`."""
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind in ("str", "!", "binary"):
            return node.value
        value = self._plain(node)
        match kind:
            case "timestamp" if isinstance(value, date):
                return value
            case "null" if value is None:
                return None
            case "bool" if isinstance(value, bool):
                return value
            case "int" if isinstance(value, int):
                return value
            case "float" if isinstance(value, (int, float)):
                return float(value)
        self._report(node, f"the tag {_short(node.tag)} cannot be read here", "Remove the tag, or quote the value.")
        return node.value

    def _check_tag(self, node: Node, *known: str) -> None:
        if node.tag is _MAPPING or node.tag is _SEQUENCE:
            return  # as it is without a tag of its own
        if node.tag.removeprefix("tag:yaml.org,2002:") not in (*known, "!"):
            self._report(node, f"the tag {_short(node.tag)} cannot be read here", "Remove the tag.")

    def _place(self, node: Node) -> Place:
        return Place(self._path, node.start_mark.line + 1, node.start_mark.column + 1)

    def _error(self, node: Node, title: str, hint: str) -> FormatError:
        return FormatError(title, hint=hint, place=self._place(node))

    def _report(self, node: Node, message: str, hint: str) -> None:
        self.problems.append(Problem(message, self._place(node), hint))


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")[:60]


def _decoded(match: re.Match[str]) -> str:
    """Characters for `\\uXXXX`; control characters stay escaped, so that lines keep their numbers."""
    try:
        decoded = match[2].encode("ascii").decode("raw_unicode_escape")
        decoded = decoded.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return match[0]
    return match[1] + decoded if decoded.isprintable() else match[0]
