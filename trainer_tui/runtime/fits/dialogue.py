"""How the learned policy's linear model is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.policies.linear_model import LinearProblem, LinearSolution, solve
from trainer_tui.runtime.fits.fit import Arrays, Fit, Parts


def _size(problem: LinearProblem) -> int:
    """Non-zero features × labels."""
    return len(problem.rows.indices) * problem.classes


def _parts(solution: LinearSolution) -> Parts:
    described = {"inverse_temperature": solution.inverse_temperature}
    return described, {"weights": solution.weights, "bias": solution.bias}


def _solution(problem: LinearProblem, described: Mapping[str, Any], arrays: Arrays) -> LinearSolution:
    return LinearSolution(arrays["weights"], arrays["bias"], described["inverse_temperature"])


FIT = Fit(
    "dialogue",
    "the dialogue model could not be fitted",
    50_000_000,
    _size,
    solve,
    LinearProblem.to_parts,
    LinearProblem.from_parts,
    _parts,
    _solution,
)
