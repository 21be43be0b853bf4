"""JSON of any size, a piece at a time: of a file no more is held than the piece at hand and what is read ahead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TextIO

from trainer_tui.errors import FormatError

_AHEAD = 1 << 16
_BLANKS = re.compile(r"[ \t\r\n]*")
_BLANKS_OF_LINE = re.compile(r"[ \t]*")
_OPEN_STRING = re.compile(r'"(?:[^"\\]|\\.)*+\\?', re.DOTALL)
_LONGEST_WORD = len("-Infinity")
_NUMBERS = {"$numberDouble": float, "$numberInt": int, "$numberLong": int}
"""How MongoDB writes numbers that JSON cannot tell apart."""


class Pieces:
    """Stands at the beginning of a file's first value. What is asked for is what comes next; FormatError where it is
    none, which leaves it where that begins. Where each value `has_a_line`, none goes on behind its own."""

    def __init__(self, file: TextIO) -> None:
        self.has_a_line = False
        self._file = file
        self._text = ""
        self._at = 0
        self._passed = 0
        self._counted = 0
        self._line = 1
        self._decode = json.JSONDecoder().raw_decode

    @property
    def line(self) -> int:
        """From 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    @property
    def offset(self) -> int:
        """In characters."""
        return self._passed + self._at

    def is_at_end(self) -> bool:
        """Whether no value comes any more."""
        return not self._past(_BLANKS)

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        return self._past(_BLANKS_OF_LINE if self.has_a_line else _BLANKS)

    def _past(self, blank: re.Pattern[str]) -> str:
        while True:
            blanks = blank.match(self._text, self._at)
            assert blanks is not None
            self._at = blanks.end()
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def rest_of_line(self) -> str:
        """As far as it is read ahead."""
        stop = self._text.find("\n", self._at)
        return self._text[self._at : stop if stop >= 0 else None]

    def on_this_line(self) -> Any:
        """The next value where it is read ahead already and ends on its line; None where that is not known."""
        stop = self._text.find("\n", self._at)
        if stop < 0 and len(self._text) - self._at < _AHEAD and self._more():
            stop = self._text.find("\n", self._at)
        try:
            if stop < 0:
                return self._passed_over(*self._decode(self._text, self._at))
            value, end = self._decode(self._text[self._at : stop])
        except (ValueError, RecursionError):
            return None
        return self._passed_over(value, self._at + end)

    def value(self) -> Any:
        """The next value, of any size; as it can be written again."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not (self._is_cut(error.pos) and self._more()):
                    raise self._broken() from None
            except (ValueError, RecursionError):
                raise self._broken() from None
            else:
                # A number may go on: of 1.5 only 1. may be here.
                if end < len(self._text) - _LONGEST_WORD or not self._more():
                    return self._passed_over(value, end)

    def elements(self) -> Iterator[None]:
        """Stand before each element of the list that comes next; whoever asks takes it before the next one."""
        self._take("[")
        while self.peek() != "]":
            yield
            if self.peek() != "]":
                self._take(",")
        self._take("]")

    def members(self) -> Iterator[str]:
        """The name of each member of the object that comes next, standing before its value."""
        self._take("{")
        while self.peek() != "}":
            name = self.value()
            self.peek()
            self._take(":")
            yield str(name)
            if self.peek() != "}":
                self._take(",")
        self._take("}")

    def leave_line(self) -> None:
        while (stop := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = stop + 1

    def _take(self, sign: str) -> None:
        if not self._text.startswith(sign, self._at):
            raise self._broken()
        self._at += 1

    def _passed_over(self, value: Any, end: int) -> Any:
        # Halves of characters come of escapes alone.
        is_clean = self._text.find("\\u", self._at, end) < 0
        self._at = end
        return value if is_clean else cleaned(value)

    def _is_cut(self, place: int) -> bool:
        """Whether a fault may be but the end of what is read ahead."""
        if place >= len(self._text) - _LONGEST_WORD:
            return True
        string = _OPEN_STRING.match(self._text, place)
        return string is not None and string.end() == len(self._text)

    def _more(self) -> bool:
        """Read ahead, as much again as is held; False at the end of the file."""
        more = self._file.read(max(_AHEAD, len(self._text) - self._at))
        if more:
            self._line = self.line
            self._text, self._passed = self._text[self._at :] + more, self.offset
            self._at = self._counted = 0
            if '"$number' in self._text:
                self._decode = json.JSONDecoder(object_hook=number).raw_decode
        return bool(more)

    def _broken(self) -> FormatError:
        self.peek()
        return no_json(self._text[self._at : self._at + 80])


def no_json(text: str) -> FormatError:
    return FormatError(f"no JSON ({text.strip()[:40]!r})")


def number(source: dict[str, Any]) -> Any:
    """An object, or the number that it is in MongoDB."""
    for name, value in source.items():
        if len(source) == 1 and name in _NUMBERS:
            with suppress(TypeError, ValueError):
                return _NUMBERS[name](value)
    return source


def cleaned(value: Any) -> Any:
    """JSON as it can be written again: Rasa's may hold halves of characters, which no file can."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value
