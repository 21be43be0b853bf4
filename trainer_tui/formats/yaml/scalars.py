"""What a scalar without quotes means: YAML 1.2 as Rasa 2.8 and 3.6 read it (ruamel.yaml), not quite the standard.

Underscores part the digits of a number (`1_000`), and dates are dates. A broken moment in time (`2020-02-30`), at which
Rasa stops, is a ValueError.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

_INTEGER = re.compile(r"[-+]?[0-9_]*[0-9][0-9_]*")
_BASED = re.compile(r"[-+]?0(?:x_*[0-9a-fA-F][0-9a-fA-F_]*|o_*[0-7][0-7_]*|b_*[01][01_]*)")
# A fraction without digits before its point needs the sign of its exponent: `.5e3` is a text.
_FLOAT = re.compile(
    r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)"
    r"|[-+]?\._*[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?"
    r"(?:[ \t]*(?P<zone>Z|(?P<sign>[-+])(?P<hours>[0-9]{1,2})(?::(?P<minutes>[0-9]{2}))?))?"
)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
# Python refuses to turn longer texts into numbers; nothing that long is meant as one.
_LONGEST = 300


class Spelled(str):
    """A text as its file spells it, without quotes: in them a variable, `${NAME}`, would stand for nothing."""


def plain_value(text: str) -> Any:
    """What an unquoted scalar means: null, a boolean, a number, a date, or the text itself.

    A moment with a time is in UTC and without a zone, as Rasa has it. ValueError where the calendar has no such day.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-." or len(text) > _LONGEST:
        return text
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _BASED.fullmatch(text):
        sign = -1 if text[0] == "-" else 1
        return sign * int(text.lstrip("+-").replace("_", ""), 0)
    return _moment(text)


def _moment(text: str) -> date | str:
    """The day or the moment that the text names; any other text is itself."""
    if day := _DATE.fullmatch(text):
        return date(*map(int, day.groups()))
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return text
    seconds = [int(part) for part in found.groups()[:6]]
    fraction = timedelta(microseconds=round(int(digits) * 10 ** (6 - len(digits)))) if (digits := found[7]) else None
    moment = datetime(*seconds) + (fraction or timedelta())  # type: ignore[arg-type]
    if not found["sign"]:
        return moment
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    zone = timezone(ahead if found["sign"] == "+" else -ahead)
    return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
