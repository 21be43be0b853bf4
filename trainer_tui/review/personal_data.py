"""What of a text looks like personal data: e-mail addresses, phone, card and account numbers, long numbers.

>>> [str(found) for found in personal_data("I am ann@mail.example, call 0171 5552371")]
["e-mail address 'ann@mail.example'", "phone number '0171 5552371'"]
>>> personal_data("a table for 12 on 2026-11-30 at 19:30, for 1.500.000 or 0.25")
()
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer_tui.dataclass import dataclass

_EMAIL = re.compile(r"[\w.+\-]+@\w[\w\-]*(?:\.\w[\w\-]*)+")
_ACCOUNT = re.compile(r"(?<!\w)[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?!\w)")
_NUMBER = re.compile(r"(?<![\w.])[+(]{0,2}[0-9][0-9 ()./\-]{4,}[0-9](?!\w)")
_NO_NUMBER_OF_ANYBODY = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}([./\-])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+\.[0-9]+"
)
"""Dates, thousands, decimals."""
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 15  # as E.164 has it
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_LONG = 7


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.text!r}"


def personal_data(text: str) -> tuple[Found, ...]:
    """What looks like it, each once, in its order by kind."""
    return tuple(dict.fromkeys(_found(text)))


def _found(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found("e-mail address", match[0].rstrip("."))
    rest = _EMAIL.sub(" ", text)
    for match in _ACCOUNT.finditer(rest):
        if _is_account(match[0]):
            yield Found("account number", match[0])
            rest = rest.replace(match[0], " ")
    for match in _NUMBER.finditer(rest):
        number = match[0].strip()
        if kind := _kind_of(number):
            yield Found(kind, number)


def _kind_of(number: str) -> str | None:
    digits = "".join(filter(str.isdigit, number))
    if _NO_NUMBER_OF_ANYBODY.fullmatch(number):
        return None
    if _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD and _is_card(digits):
        return "card number"
    if number.startswith(("+", "0", "(")) and _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE:
        return "phone number"
    return "long number" if len(digits) >= _LONG else None


def _is_card(digits: str) -> bool:
    """Whether the last digit is the check of the others (Luhn, ISO/IEC 7812)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_account(text: str) -> bool:
    """Whether the check digits are those of the rest (ISO 13616)."""
    account = text.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1
