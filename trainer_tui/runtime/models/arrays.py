"""Arrays as bytes in NumPy's npz format, without pickle: for models on disk and for child processes.

The archive is stored, not compressed, so nothing in it can be larger than its own bytes; names, shapes and types are
checked against the bytes that are there before anything is made of them.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Mapping
from math import prod
from struct import calcsize
from typing import TYPE_CHECKING, Any, cast

from trainer_tui.words import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAGIC = b"\x93NUMPY\x01\x00"
_LETTERS = {"|b1": "?", "|i1": "b", "|u1": "B", "<i2": "h", "<u2": "H", "<i4": "i", "<u4": "I", "<i8": "q", "<u8": "Q"}
_LETTERS |= {"<f4": "f", "<f8": "d"}
"""NumPy's names of plain numbers, and those of Python's own views of bytes (on machines that begin with the lowest)."""

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
        raise ValueError(f"{quoted(member.filename, 60)} in it is compressed, which arrays of models are not")
    if not _NAME.fullmatch(member.filename):
        raise ValueError(f"{quoted(member.filename, 60)} in it is no name of an array")
    return member.filename.removesuffix(".npy")


class StoredArray:
    """An array as it lies in the bytes, of which NumPy makes one of its own when it is first calculated with.

    Lists, lengths and shapes, which are all that opening a model takes, are had without NumPy, and so is the first
    question of a session.
    """

    __slots__ = ("_body", "_kind", "_made", "shape")

    def __init__(self, body: memoryview, kind: str, shape: tuple[int, ...]) -> None:
        self._body = body
        self._kind = kind
        self._made: NDArray[Any] | None = None
        self.shape = shape

    def __len__(self) -> int:
        return self.shape[0]

    def tolist(self) -> Any:
        if 0 in self.shape:
            return self._array.tolist()
        view: Any = self._body
        return view.cast(_LETTERS[self._kind], self.shape).tolist()

    def __getitem__(self, place: Any) -> Any:
        return self._array[place]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy:
            return self._array.astype(dtype or self._array.dtype)
        return self._array if dtype is None else self._array.astype(dtype, copy=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._array, name)

    def __reduce__(self) -> Any:
        """Another process gets NumPy's own."""
        return self._array.__reduce__()

    @property
    def _array(self) -> NDArray[Any]:
        if self._made is None:
            import numpy as np

            self._made = np.frombuffer(self._body, dtype=self._kind).reshape(self.shape)
        return self._made


def _array(data: bytes) -> NDArray[Any]:
    """One array of numbers, a view of `data`; ValueError for anything else, a pickled object above all."""
    if not data.startswith(_MAGIC):
        raise ValueError("an array is of another version of NumPy's format")
    start = len(_MAGIC) + 2
    body = start + int.from_bytes(data[len(_MAGIC) : start], "little")
    try:
        header = ast.literal_eval(data[start:body].decode("latin-1").strip())
        kind, is_fortran, shape = header["descr"], header["fortran_order"], header["shape"]
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("an array has no header of NumPy's format") from error
    if kind not in _LETTERS or is_fortran:
        raise ValueError(f"an array is of {quoted(kind, 40)}, not of plain numbers")
    numbers = memoryview(data)[body:]
    is_shape = isinstance(shape, tuple) and all(type(length) is int and length >= 0 for length in shape)
    if not is_shape or prod(shape) * calcsize(_LETTERS[kind]) != len(numbers):
        raise ValueError("an array is longer or shorter than it says")
    return cast("NDArray[Any]", StoredArray(numbers, kind, shape))
