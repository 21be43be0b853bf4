"""What a session and its fitting process say to one another: data alone, so that no code comes out of a model's file.

A message is a header of plain JSON and some bytes, the length of each before them. Problems and solutions are such
bytes: a line of JSON, then arrays.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]

_LENGTHS = struct.Struct(">QQ")


def send(stream: IO[bytes], header: Mapping[str, Any], data: bytes = b"") -> None:
    """OSError where nobody hears it any more."""
    described = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(described), len(data)) + described + data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next message; None where the other side has ended, be it in the middle of one."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_header, of_data = _LENGTHS.unpack(lengths)
    described, data = stream.read(of_header), stream.read(of_data)
    if len(described) < of_header or len(data) < of_data:
        return None
    return json.loads(described), data


def in_bytes(described: Mapping[str, Any], arrays: Arrays) -> bytes:
    """One line of JSON, then the arrays."""
    return json.dumps(described).encode() + b"\n" + pack_arrays(arrays)


def as_parts(data: bytes) -> tuple[Mapping[str, Any], Arrays]:
    """The parts that `in_bytes` wrote; ValueError where they are not whole."""
    described, _, arrays = data.partition(b"\n")
    return json.loads(described), unpack_arrays(arrays)
