"""The lines of a journal: JSON objects, each with a checksum of its content and its place.

    {"session":"monday","at":1.0,"version":2,"sum":"…"}       the header
    {"domain":"3f…","is":{…},"sum":"…"}                       a domain, once, under the hash of its content
    {"is":"Answered","given":{…},"sum":"…"}                   a record of the timeline

A line whose checksum is wrong is damaged, and so is one that was moved, or that another was lost before. Journals of
version 1 have no checksums.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from trainer_tui.dataclass import dataclass

VERSION = 2
SUM = "sum"
_SEAL = b',"sum":"%08x"}'
_SEAL_LENGTH = len(_SEAL % 0)
_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Line:
    """One line, counted from 1: what it holds, None where it cannot be read. `is_sealed`: its checksum is right."""

    number: int
    holds: Mapping[str, Any] | None
    is_sealed: bool = False


def line(content: Mapping[str, Any], number: int) -> bytes:
    """The line of that number, with its checksum and its end."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return body[:-1] + _SEAL % _checksum(body, number) + b"\n"


def lines(content: bytes) -> Iterator[Line]:
    """The lines of a journal of either version, damaged ones included; what follows the last line end is one, too."""
    parts = content.split(b"\n")
    if not parts[-1]:
        parts.pop()
    if all(_is_sealed(part, number) for number, part in enumerate(parts, 1)):
        # Each is as it was written, so all can be read in one go, which takes three quarters of the time.
        whole = _list(b"[" + b",".join(map(_body, parts)) + b"]")
        if len(whole) == len(parts) and all(isinstance(holds, dict) for holds in whole):
            yield from (Line(number, holds, True) for number, holds in enumerate(whole, 1))
            return
    yield from (_line(part, number) for number, part in enumerate(parts, 1))


def _line(text: bytes, number: int) -> Line:
    is_sealed = _is_sealed(text, number)
    return Line(number, _parsed(_body(text) if is_sealed else text), is_sealed)


def _is_sealed(text: bytes, number: int) -> bool:
    return text[-_SEAL_LENGTH:] == _SEAL % _checksum(_body(text), number)


def _body(text: bytes) -> bytes:
    """A line without its checksum."""
    return text[:-_SEAL_LENGTH] + b"}"


def _list(text: bytes) -> list[Any]:
    """None of it where it cannot be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    assert isinstance(found, list)
    return found


def _checksum(body: bytes, number: int) -> int:
    return zlib.crc32(body, zlib.crc32(b"%d" % number))


def _parsed(text: bytes) -> Mapping[str, Any] | None:
    try:
        line = text.decode("utf-8", "surrogatepass")
        found, end = _decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not line[end:].strip() else None
