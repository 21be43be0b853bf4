"""Reads arrays from a safetensors file: a length, a JSON header and plain numbers; nothing in it can run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trainer_tui.errors import FormatError, Place

if TYPE_CHECKING:
    from trainer_tui.nlu.vectorizer import Floats

_TYPES = {"F16": np.float16, "F32": np.float32}


def read_safetensors(file: Path) -> dict[str, Floats]:
    """Every array of floating-point numbers in `file`, as float32; FormatError where it is damaged or missing."""
    try:
        data = file.read_bytes()
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        arrays: dict[str, Floats] = {}
        for name, tensor in header.items():
            if name == "__metadata__" or tensor["dtype"] not in _TYPES:
                continue
            start, end = tensor["data_offsets"]
            numbers = np.frombuffer(data[8 + length + start : 8 + length + end], dtype=_TYPES[tensor["dtype"]])
            arrays[name] = numbers.reshape(tensor["shape"]).astype(np.float32)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            "the sentence vectors cannot be read",
            f"{type(error).__name__}: {error}.",
            "Install the package that carries them again.",
            Place(str(file)),
        ) from error
    return arrays
