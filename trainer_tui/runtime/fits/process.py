"""A fit in a process that can be ended at any moment: `python -m trainer_tui.runtime.fits.process dialogue` (or `nlu`).

Standard input: the assignment's parts; standard output: those of the solution; standard error: one line of JSON a step
of progress, and what cannot be fitted in a line of words.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.fits.fit import Fit, as_parts, in_bytes


def main() -> int:
    fit: Fit[Any, Any] = import_module(f"trainer_tui.runtime.fits.{sys.argv[1]}").FIT
    assignment = fit.assignment_of(*as_parts(sys.stdin.buffer.read()))
    try:
        solution = fit.solve(assignment, _tell)
    except TrainerError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(in_bytes(*fit.parts_of_solution(solution)))
    return 0


def _tell(doing: str, share: float) -> None:
    print(json.dumps([doing, share]), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
