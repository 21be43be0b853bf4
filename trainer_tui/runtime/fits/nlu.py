"""How intents and entities are fitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel
from trainer_tui.runtime.beside import Progress
from trainer_tui.runtime.fits.fit import Arrays, Fit, Parts


def _size(assignment: FitAssignment) -> int:
    return assignment.size


def _solve(assignment: FitAssignment, progress: Progress) -> FittedModel:
    return assignment.solve()


def _parts(assignment: FitAssignment) -> Parts:
    return assignment.to_json(), {}


def _assignment(described: Mapping[str, Any], arrays: Arrays) -> FitAssignment:
    return FitAssignment.from_json(described)


def _model(assignment: FitAssignment, described: Mapping[str, Any], arrays: Arrays) -> FittedModel:
    """The lessons do not come back: they are the assignment's own."""
    return FittedModel.from_parts(described, arrays, assignment.lessons)


FIT = Fit(
    "nlu",
    "the NLU data could not be learned",
    500_000,
    _size,
    _solve,
    _parts,
    _assignment,
    FittedModel.to_parts,
    _model,
)
