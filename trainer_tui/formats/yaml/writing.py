"""Plain data → YAML text that reads back as the same data in YAML 1.2, as Rasa reads it, and in YAML 1.1 alike.

A text is left without quotes only where no reader of either version could take it for anything but a text: `yes`,
`on`, `12:30`, `010` and `1e3` are quoted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.formats.yaml.scalars import Spelled

_PLAIN = re.compile(r"""[^\W\d][\w ./+,'!?()&;=$%^*~<>|@:#"-]*""")
_PLAIN_IN_FLOW = re.compile(r"[^\W\d][\w./+ -]*")
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"))
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\0": "\\0",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
# Rasa reads \\u0041 as a letter anywhere in a file of ASCII alone, but for a backslash that is itself escaped.
_NOT_IN_SINGLE_QUOTES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|\\\\[uU]")
_NOT_IN_LITERAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|\\\\[uU]")


class Literal(str):
    """A text to be written as a block, `|`, where that is possible: message texts and NLU examples."""


class Quoted(str):
    """A text to be written in the file's usual quotes even where it needs none: response texts."""


def quoted(text: str) -> str:
    """To be written in the file's usual quotes, where they change nothing."""
    return text if isinstance(text, Spelled) else Quoted(text)


@dataclass(frozen=True, slots=True)
class YamlStyle:
    """How a file is written: columns per level, columns between a key and the dashes of its list, quotes of texts.

    `dash` is the width of a list's dash with the blanks behind it. `quote` is `"`, `'` or empty for none.
    """

    indent: int = 2
    list_offset: int = 0
    dash: int = 2
    quote: str = '"'


def scalar(value: Any, quote: str = "", in_flow: bool = False) -> str:
    """One value on one line. `quote` is used wherever the text allows it; empty = only where needed, then double."""
    match value:
        case Spelled() if not in_flow:
            return str(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float(value)
        case str():
            return _text(value, quote, in_flow)
        case datetime() if in_flow:  # whose colons no flow can hold unquoted
            return f"!!timestamp '{value}'"
        case date():
            return str(value)
        case Mapping() | Sequence():
            return flow(value)
        case _:
            return _text(str(value), quote, in_flow)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    if "e" in text and "." not in text:  # YAML 1.1 knows no 1e+16
        text = text.replace("e", ".0e")
    return text


def _text(text: str, quote: str, in_flow: bool) -> str:
    if not quote and is_plain(text, in_flow):
        return str(text)
    if quote == "'" and not _NOT_IN_SINGLE_QUOTES.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    """`\\x8b` and not `\\u008b`, which Rasa puts in place before it reads the YAML, and then cannot read."""
    character = found.group()
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def is_plain(text: str, in_flow: bool = False) -> bool:
    """Whether the text needs no quotes."""
    if text.lower() in _RESERVED or len(text) > 1000 or ": " in text or " #" in text or text.endswith((" ", ":")):
        return False
    return bool((_PLAIN_IN_FLOW if in_flow else _PLAIN).fullmatch(text))


def flow(value: Any) -> str:
    """A value in flow style, `{a: 1, b: [x, y]}`, on one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{scalar(key, in_flow=True)}: {flow(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(flow(item) for item in value) + "]"
        case Quoted():
            return scalar(value, quote='"')
        case _:
            return scalar(value, in_flow=True)


def block_lines(value: Any, style: YamlStyle) -> list[str]:
    """A mapping or list in block style, as lines without their end, the outermost at column 0."""
    if isinstance(value, Mapping) and value:
        return [line for key, item in value.items() for line in _entry(scalar(key) + ":", item, style)]
    if isinstance(value, (list, tuple)) and value:
        return [line for item in value for line in list_item(item, style)]
    return [scalar(value)]


def list_item(item: Any, style: YamlStyle) -> list[str]:
    """One item of a list with its dash, as lines without their end, the dash at column 0."""
    if isinstance(item, (Mapping, list, tuple)) and item:
        first, *rest = block_lines(item, style)
        return ["-".ljust(style.dash) + first, *_indented(rest, style.dash)]
    return _entry("-".ljust(style.dash - 1), item, style)


def _entry(head: str, item: Any, style: YamlStyle) -> list[str]:
    """A key, or a dash, and what belongs to it."""
    if isinstance(item, Mapping) and item:
        return [head, *_indented(block_lines(item, style), style.indent)]
    if isinstance(item, (list, tuple)) and item:
        return [head, *_indented(block_lines(item, style), style.list_offset)]
    if isinstance(item, str) and not isinstance(item, Spelled) and (isinstance(item, Literal) or "\n" in item):
        literal = literal_lines(item, style.indent)
        if literal:
            return [f"{head} {literal[0]}", *literal[1:]]
    quote = style.quote if isinstance(item, (Quoted, Literal)) else ""
    return [f"{head} {scalar(item, quote)}"]


def literal_lines(text: str, indent: int) -> list[str]:
    """The text as a literal block: its header (`|`, `|-`), then its lines; empty where no such block can hold it."""
    if not text.strip() or text[0] in " \n\t" or _NOT_IN_LITERAL.search(text) or text.endswith("\n\n"):
        return []
    header = "|" if text.endswith("\n") else "|-"
    return [header, *_indented(text.removesuffix("\n").split("\n"), indent)]


def _indented(lines: Sequence[str], columns: int) -> Iterator[str]:
    for line in lines:
        yield " " * columns + line if line else ""
