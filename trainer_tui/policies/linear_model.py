"""A linear classifier over named features: predicts with numpy alone, imports scikit-learn only to be fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_tui.policies.feature_rows import SparseRows
from trainer_tui.policies.window_features import Feature

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""

SVC_ROWS = 35_000
LOGISTIC_ROWS = 150_000

UNJUDGED_TEMPERATURE = 5.0
"""Where there are too few stories to judge by some of them."""
JUDGED_STORIES = 10

_TEMPERATURES = np.geomspace(0.25, 32.0, 57)


@dataclass(frozen=True, slots=True, eq=False)
class LinearProblem:
    """What there is to fit: rows of features, the label of each (0 to `classes` - 1), and how often each fold of the
    stories holds it. `temperature` is that of an earlier fit to almost the same rows; None = find one.
    """

    rows: SparseRows
    labels: NDArray[np.int32]
    counts: NDArray[np.int32]
    classes: int
    stories: int
    temperature: float | None = None

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        json = {
            "width": self.rows.width,
            "classes": self.classes,
            "stories": self.stories,
            "temperature": self.temperature,
        }
        rows = {"indptr": self.rows.indptr, "indices": self.rows.indices}
        return json, {**rows, "labels": self.labels, "counts": self.counts}

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LinearProblem:
        rows = SparseRows(arrays["indptr"], arrays["indices"], json["width"])
        return cls(
            rows, arrays["labels"], arrays["counts"], json["classes"], json["stories"], temperature=json["temperature"]
        )


@dataclass(frozen=True, slots=True, eq=False)
class LinearSolution:
    """`weights` is float32, columns × labels, C order, so that a prediction gathers whole rows."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """softmax(temperature · (Σ weights[column] + bias)), with names for columns and labels."""

    labels: tuple[str, ...]
    vocabulary: Mapping[Feature, int]
    solution: LinearSolution

    def probabilities(self, found: Iterable[Feature]) -> dict[str, float]:
        """P(label); features that were never seen in training say nothing."""
        known, solution = self.vocabulary, self.solution
        # Added up in one order, so that a set's own order never shows in the last bit.
        columns = sorted(known[feature] for feature in found if feature in known)
        scores = solution.weights[columns].sum(axis=0, dtype=np.float64) + solution.bias
        return dict(zip(self.labels, softmax(scores * solution.temperature).tolist(), strict=True))

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        json = {
            "labels": list(self.labels),
            "vocabulary": list(self.vocabulary),
            "temperature": self.solution.temperature,
        }
        return json, {"weights": self.solution.weights, "bias": self.solution.bias}

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LinearModel:
        """ValueError where the arrays do not fit the names."""
        labels = tuple(json["labels"])
        vocabulary = {tuple(feature): column for column, feature in enumerate(json["vocabulary"])}
        solution = LinearSolution(arrays["weights"], arrays["bias"], float(json["temperature"]))
        if solution.weights.shape != (len(vocabulary), len(labels)) or solution.bias.shape != (len(labels),):
            found = f"{solution.weights.shape} and {solution.bias.shape}"
            raise ValueError(f"weights of the shape {found} for {len(vocabulary)} features and {len(labels)} labels")
        return cls(labels, vocabulary, solution)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def solve(problem: LinearProblem, progress: Progress) -> LinearSolution:
    """Fit weights to all rows and a temperature to rows held out; the same problem gives the same solution."""
    progress("fitting the dialogue model", 0.0)
    weights, bias = _weights(problem, problem.counts.sum(axis=1))
    temperature = _temperature(problem, progress) if problem.temperature is None else problem.temperature
    progress("fitting the dialogue model", 1.0)
    return LinearSolution(np.ascontiguousarray(weights, np.float32), bias.astype(np.float32), temperature)


def _matrix(rows: SparseRows) -> Any:
    from scipy.sparse import csr_matrix

    ones = np.ones(len(rows.indices), dtype=np.float64)
    matrix = csr_matrix((ones, rows.indices, rows.indptr), shape=(len(rows.indptr) - 1, rows.width))
    matrix.sort_indices()
    return matrix


def _weights(problem: LinearProblem, counts: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(columns × actions, actions), fitted to the rows whose count is not 0, each weighing the root of its count."""
    import warnings

    used = np.flatnonzero(counts)
    labels = problem.labels[used]
    weights = np.zeros((problem.rows.width, problem.classes))
    # A label that the rows lack is as unlikely as the estimator's own refusal to predict it.
    bias = np.full(problem.classes, -1.0)
    present = np.unique(labels)
    if len(present) < 2:
        bias[present] = 1.0
        return weights, bias
    estimator = _estimator(len(used))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops early on purpose, and a warning would be printed over the screen
        estimator.fit(_matrix(problem.rows)[used], labels, sample_weight=np.sqrt(counts[used]))
    coefficients, intercept = estimator.coef_, estimator.intercept_
    if len(present) == 2:
        coefficients = np.vstack([-coefficients, coefficients])
        intercept = np.concatenate([-intercept, intercept])
    weights[:, present] = coefficients.T
    bias[present] = intercept
    return weights, bias


def _estimator(rows: int) -> Any:
    """By the number of rows: liblinear is exact and quick up to some, then lbfgs, then descent by single rows."""
    if rows <= SVC_ROWS:
        from sklearn.svm import LinearSVC

        return LinearSVC(C=0.1, tol=0.1, random_state=0)
    from sklearn.linear_model import LogisticRegression, SGDClassifier

    if rows <= LOGISTIC_ROWS:
        return LogisticRegression(C=1.0, max_iter=100)
    return SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=3, tol=None, random_state=0)


def _temperature(problem: LinearProblem, progress: Progress) -> float:
    """The temperature that makes probabilities of stories not trained on most likely (least log loss)."""
    if problem.stories < JUDGED_STORIES:
        return UNJUDGED_TEMPERATURE
    folds = problem.counts.shape[1]
    total = problem.counts.sum(axis=1)
    matrix = _matrix(problem.rows)
    losses = np.zeros(len(_TEMPERATURES))
    for fold in range(folds):
        progress("judging how sure the dialogue model may be", (fold + 1) / (folds + 1))
        weights, bias = _weights(problem, total - problem.counts[:, fold])
        held_out = np.flatnonzero(problem.counts[:, fold])
        scores = matrix[held_out] @ weights + bias
        losses += _losses(scores, problem.labels[held_out], problem.counts[held_out, fold])
    return float(_TEMPERATURES[int(losses.argmin())])


def _losses(scores: NDArray[np.float64], labels: NDArray[np.int32], counts: NDArray[np.int32]) -> NDArray[np.float64]:
    """The log loss at each temperature; scores are rows × actions."""
    scores = scores - scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(labels)), labels]
    found = [
        counts @ (np.log(np.exp(scores * temperature).sum(axis=1)) - right * temperature)
        for temperature in _TEMPERATURES
    ]
    return np.array(found)
