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
    for number, part in enumerate(parts, 1):
        yield _line(part, number)


def _line(text: bytes, number: int) -> Line:
    body = text[:-_SEAL_LENGTH] + b"}"
    if text[-_SEAL_LENGTH:] == _SEAL % _checksum(body, number):
        return Line(number, _parsed(body), True)
    return Line(number, _parsed(text))


def _checksum(body: bytes, number: int) -> int:
    return zlib.crc32(body, zlib.crc32(b"%d" % number))


def _parsed(text: bytes) -> Mapping[str, Any] | None:
    try:
        line = text.decode("utf-8", "surrogatepass")
        found, end = _decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not line[end:].strip() else None
