"""A fit in a process that can be ended at any moment: `python -m trainer_tui.runtime.fits.dialogue_process`.

Standard input: one line of JSON (`LinearProblem.to_parts`), then its arrays. Standard error: one line of JSON a step of
progress. Standard output: the arrays of the solution.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from trainer_tui.policies.linear_model import LinearProblem, LinearSolution, solve
from trainer_tui.runtime.models.arrays import pack_arrays, unpack_arrays


def problem_as_bytes(problem: LinearProblem) -> bytes:
    described, arrays = problem.to_parts()
    return json.dumps(described).encode() + b"\n" + pack_arrays(arrays)


def solution_from_bytes(data: bytes) -> LinearSolution:
    """ValueError where the process did not come to its end."""
    arrays = unpack_arrays(data)
    return LinearSolution(arrays["weights"], arrays["bias"], float(arrays["inverse_temperature"][0]))


def main() -> None:
    described, _, arrays = sys.stdin.buffer.read().partition(b"\n")
    problem = LinearProblem.from_parts(json.loads(described), unpack_arrays(arrays))
    solution = solve(problem, _tell)
    inverse_temperature = np.array([solution.inverse_temperature])
    found = {"weights": solution.weights, "bias": solution.bias, "inverse_temperature": inverse_temperature}
    sys.stdout.buffer.write(pack_arrays(found))


def _tell(doing: str, share: float) -> None:
    print(json.dumps([doing, share]), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
