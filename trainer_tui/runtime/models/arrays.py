"""Arrays as bytes in NumPy's npz format, without pickle: for models on disk and for child processes.

The archive is stored, not compressed, so nothing in it can be larger than its own bytes; names, shapes and types are
checked against the bytes that are there before anything is made of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME = re.compile(r"[A-Za-z0-9_.-]+\.npy")


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The same arrays make the same bytes: sorted names, no time of day."""
    import numpy as np

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(arrays[name]), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getbuffer())
    return buffer.getvalue()


def unpack_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays, read only; ValueError says in words what is wrong with the bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > len(data):
                raise ValueError("it claims to hold more than its own size")
            return {_name(member): _array(archive.read(member)) for member in members}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ValueError(f"it is no archive of arrays ({error})") from error


def _name(member: zipfile.ZipInfo) -> str:
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename!r:.60} in it is compressed, which arrays of models are not")
    if not _NAME.fullmatch(member.filename):
        raise ValueError(f"{member.filename!r:.60} in it is no name of an array")
    return member.filename.removesuffix(".npy")


def _array(data: bytes) -> NDArray[Any]:
    """One array of numbers, a view of `data`; ValueError for anything else, a pickled object above all."""
    import numpy as np

    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array is of another version of NumPy's format")
    shape, is_fortran, kind = np.lib.format.read_array_header_1_0(stream)
    body = memoryview(data)[stream.tell() :]
    if kind.kind not in "biuf" or is_fortran:
        raise ValueError(f"an array is of {kind}, not of plain numbers")
    if any(length < 0 for length in shape) or prod(shape) * kind.itemsize != len(body):
        raise ValueError("an array is longer or shorter than it says")
    return np.frombuffer(body, dtype=kind).reshape(shape)
