"""A fit of NLU data in a process of its own: `python -m trainer_tui.runtime.fits.nlu_process`.

Standard input: JSON (`FitAssignment.to_json`). Standard output: one line of JSON (`FittedModel.to_parts`), then its
arrays. What cannot be fitted is one line on standard error.
"""

from __future__ import annotations

import json
import sys

from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel
from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays


def assignment_as_bytes(assignment: FitAssignment) -> bytes:
    return json.dumps(assignment.to_json()).encode()


def model_from_bytes(data: bytes, lessons: tuple[Example, ...]) -> FittedModel:
    """ValueError where the process did not come to its end."""
    described, _, arrays = data.partition(b"\n")
    return FittedModel.from_parts(json.loads(described), unpack_arrays(arrays), lessons)


def main() -> int:
    assignment = FitAssignment.from_json(json.loads(sys.stdin.buffer.read()))
    try:
        described, arrays = assignment.solve().to_parts()
    except TrainerError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(json.dumps(described).encode() + b"\n" + pack_arrays(arrays))
    return 0


if __name__ == "__main__":
    sys.exit(main())
