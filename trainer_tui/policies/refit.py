"""What of a linear model a few lessons change: only that is fitted anew.

Theory of operation. A linear SVM tells each class from all others by itself, and the weights of a class come from those
rows alone that lie within its margin. A row that is added on the far side of it leaves them as they are: they are the
solution with it, too. So the classes to fit are those within whose margin a new row lies, by the tolerance at which a
fit stops anyhow: the label of a correction, what was predicted in its place, and a few more, of a hundred. Refits begin
with the model of the stories alone, never with one another, so that what was learned depends on the lessons alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer_tui.dataclass import replace
from trainer_tui.numerics import np
from trainer_tui.policies.linear_model import TOLERANCE, UNSEEN_BIAS, LinearModel, LinearProblem, LinearSolution
from trainer_tui.policies.window_features import Feature


def carried_over(known: LinearModel, vocabulary: Sequence[Feature], labels: Sequence[str]) -> LinearSolution | None:
    """The weights of `known` in the columns of this vocabulary; what it does not know has none. None where its labels
    are not the first of these."""
    if known.labels != tuple(labels[: len(known.labels)]):
        return None
    columns = np.array([known.vocabulary.get(feature, -1) for feature in vocabulary], dtype=np.int64)
    found = np.flatnonzero(columns >= 0)
    weights = np.zeros((len(vocabulary), len(labels)), dtype=np.float32)
    weights[found, : len(known.labels)] = known.solution.weights[columns[found]]
    bias = np.full(len(labels), UNSEEN_BIAS, dtype=np.float32)
    bias[: len(known.labels)] = known.solution.bias
    return LinearSolution(weights, bias, known.solution.inverse_temperature, known.solution.is_torn)


def narrowed(problem: LinearProblem, known: LinearSolution, changed: Iterable[int]) -> LinearProblem:
    """The problem of those classes only within whose margin a changed row lies; as it is where these are the most."""
    is_open = np.zeros(problem.classes, dtype=bool)
    rows = problem.rows
    for row in changed:
        columns = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        margins = -(known.weights[columns].sum(axis=0, dtype=np.float64) + known.bias)
        margins[problem.labels[row]] *= -1.0
        is_open |= margins < 1.0 - TOLERANCE
    wanted = np.flatnonzero(is_open).astype(np.int32)
    return replace(problem, wanted=wanted) if 2 * len(wanted) < problem.classes else problem
