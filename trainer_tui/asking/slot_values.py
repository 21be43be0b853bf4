"""A slot's value as a person types it: JSON or a text, checked against the slot's type."""

from __future__ import annotations

import json
import math
from typing import Any

from trainer_tui.core.slots import Slot
from trainer_tui.errors import IllegalInput
from trainer_tui.words import quoted

HOW_TO_TYPE = "JSON, or a text as it is; none, null or nothing unsets it"

_UNSETS = ("", "none", "null")
_OTHER = "__other__"
"""Rasa's name for every value of a categorical slot that is not listed."""


def typed_value(slot: Slot, typed: str) -> Any:
    """The value that `typed` means for the slot, None = unset. IllegalInput where the slot's type has no such value.

    In quotes, `none` and `null` are texts.
    """
    text = typed.strip()
    if text.lower() in _UNSETS:
        return None
    value = _json(text)
    match slot.type:
        case "text":
            return value if isinstance(value, str) else text
        case "bool":
            if isinstance(value, bool):
                return value
            if text.lower() in ("true", "false"):
                return text.lower() == "true"
            _refuse(slot, text, "true or false")
        case "float":
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if is_number and math.isfinite(value):
                return value
            _refuse(slot, text, "a number, such as 3 or 0.5")
        case "list":
            if isinstance(value, list):
                return value
            _refuse(slot, text, 'a JSON list, such as ["one", "two"]')
        case "categorical":
            known = {name.lower(): name for name in (*slot.values, _OTHER)}
            if not isinstance(value, (list, dict)) and str(value).lower() in known:
                return value
            _refuse(slot, text, f"one of {', '.join(slot.values)}")
        case _:
            return value


def as_typed(value: Any) -> str:
    """The text that `typed_value` reads as this value again."""
    if value is None:
        return ""
    if isinstance(value, str) and value.strip().lower() not in _UNSETS and _json(value.strip()) == value:
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _json(text: str) -> Any:
    """The JSON value, or the text itself where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refuse(slot: Slot, text: str, expected: str) -> None:
    raise IllegalInput(
        f"{slot.name} is a {slot.type} slot and cannot be {quoted(text, 60)}",
        hint=f"Expected {expected}; none unsets it.",
    )
