"""What the bot says: the variations of a response in a domain or NLU file."""

from __future__ import annotations

from datetime import date
from typing import Any

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlMapping, YamlSequence


def read_variations(name: str, source: Any, line: int, report: Report) -> tuple[ResponseVariation, ...]:
    """The variations of one response: texts (2017) or mappings; null is none."""
    if source is None:
        return ()
    if not isinstance(source, YamlSequence):
        report.error(line, f"the response {name!r} holds {kind_of(source)}", "Expected a list: '- text: ...'.")
        return ()
    found = []
    for item, at in zip(source, source.lines, strict=True):
        if isinstance(item, YamlMapping):
            found.append(_variation(item))
        elif item is None or isinstance(item, list):
            report.error(at, f"a variation of the response {name!r} is {kind_of(item)}", "Expected '- text: ...'.")
        else:
            found.append(ResponseVariation(_said(item)))
    return tuple(found)


def _variation(item: YamlMapping) -> ResponseVariation:
    text, channel, identity, condition = (item.get(key) for key in ("text", "channel", "id", "condition"))
    return ResponseVariation(
        _said(text),
        {str(key): value for key, value in item.items() if key not in ("text", "channel", "id", "condition")},
        None if channel is None else str(channel),
        tuple(part for part in condition if isinstance(part, dict)) if isinstance(condition, list) else (),
        None if identity is None else str(identity),
    )


def _said(text: Any) -> str | None:
    """The text of a response; numbers and booleans were meant as text."""
    if text is None:
        return None
    if isinstance(text, str):
        return text
    return str(text).lower() if isinstance(text, bool) else str(text)


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (dict, "a mapping"),
    (list, "a list"),
    (str, "a text"),
    (date, "a date"),
)


def kind_of(value: Any) -> str:
    """What a YAML value is, in words."""
    if value is None:
        return "nothing"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "a number")
