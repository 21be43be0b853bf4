"""A linear classifier over named features: predicts with numpy alone, imports scikit-learn only to be fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from trainer_tui.calibration import fit_inverse_temperature, softmax
from trainer_tui.dataclass import dataclass
from trainer_tui.numerics import np
from trainer_tui.policies.feature_rows import SparseRows
from trainer_tui.policies.window_features import Feature
from trainer_tui.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS = 30_000
"""More rows than that are thinned before a fit: a linear SVM of some is more accurate than what can fit all of them in
the same time (logistic regression, descent by single rows), and the memory knows them all."""

UNJUDGED_INVERSE_TEMPERATURE = 5.0
"""Where there are too few stories to judge by some of them."""
JUDGED_STORIES = 10

TOLERANCE = 0.1
"""Where a fit stops: nothing that is asked of it is gained by more."""

COST = 0.1
"""What an error costs the machine (C), beside large weights."""
TORN_COST = 0.03
"""The same where stories contradict one another: single rows are heeded less, and what many say of a part of a place
counts for more."""
_RIGHT_ENOUGH = 0.9
"""Where so many of the actions that were held out are told right, stories are not torn, and nobody looks further."""
_RARER = 0.25
"""Of torn stories a label's own rows weigh by this power of how much rarer than the average it is: else what is seldom
done is hardly ever predicted."""

UNSEEN_BIAS = -1.0
"""A label that the rows lack is as unlikely as the estimator's own refusal to predict it."""

NOTHING: Mapping[str, float] = {}

_FEW_ROWS = 1_500
"""Up to here every fold is held out once to find the inverse temperature; of more rows one fold is enough."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearProblem:
    """What there is to fit: rows of features, the label of each (0 to `classes` - 1), and how often each fold of the
    stories holds it. `inverse_temperature` is that of an earlier fit to almost the same rows, and `is_torn` whether
    stories were found to contradict one another then; None = judge both.
    `wanted`: the classes to fit, where the others are known; the solution then has their columns only.
    """

    rows: SparseRows
    labels: NDArray[np.int32]
    counts: NDArray[np.int32]
    classes: int
    stories: int
    inverse_temperature: float | None = None
    is_torn: bool = False
    wanted: NDArray[np.int32] | None = None

    @property
    def seconds(self) -> float:
        """About how long a fit takes: one second for ten million non-zero features × labels."""
        fitted = self.classes if self.wanted is None else len(self.wanted)
        return len(self.rows.indices) * fitted / 10_000_000

    def solve(self, progress: Progress) -> LinearSolution:
        """Fit weights to all rows and an inverse temperature to rows held out; always the same for the same problem."""
        progress("fitting the dialogue model", 0.0)
        inverse_temperature, is_torn = self.inverse_temperature, self.is_torn
        if inverse_temperature is None:
            inverse_temperature, is_torn = _judged(self, progress)
        counts = self.counts.sum(axis=1)
        if self.wanted is None:
            weights, bias = _weights(self, counts, is_torn)
        else:
            weights, bias = _weights_of(self, counts, self.wanted, is_torn)
        progress("fitting the dialogue model", 1.0)
        return LinearSolution(weights, bias.astype(np.float32), inverse_temperature, is_torn)

    def solution_of(self, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LinearSolution:
        """The solution of these parts."""
        return LinearSolution(arrays["weights"], arrays["bias"], json["inverse_temperature"], json["is_torn"])

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        json = {
            "width": self.rows.width,
            "classes": self.classes,
            "stories": self.stories,
            "inverse_temperature": self.inverse_temperature,
            "is_torn": self.is_torn,
        }
        rows = {"indptr": self.rows.indptr, "indices": self.rows.indices}
        wanted = {} if self.wanted is None else {"wanted": self.wanted}
        return json, {**rows, "labels": self.labels, "counts": self.counts, **wanted}

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LinearProblem:
        rows = SparseRows(arrays["indptr"], arrays["indices"], json["width"])
        return cls(
            rows,
            arrays["labels"],
            arrays["counts"],
            json["classes"],
            json["stories"],
            inverse_temperature=json["inverse_temperature"],
            is_torn=json["is_torn"],
            wanted=arrays.get("wanted"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class LinearSolution:
    """`weights` is float32, columns × labels, C order, so that a prediction gathers whole rows."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    inverse_temperature: float
    is_torn: bool = False

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        json = {"inverse_temperature": self.inverse_temperature, "is_torn": self.is_torn}
        return json, {"weights": self.weights, "bias": self.bias}


@dataclass(frozen=True, eq=False)
class LinearModel:
    """softmax(inverse_temperature · (Σ weights[column] + bias)), with names for columns and labels."""

    labels: tuple[str, ...]
    vocabulary: Mapping[Feature, int]
    solution: LinearSolution

    def probabilities(self, found: Iterable[Feature], beside: Mapping[str, float] = NOTHING) -> dict[str, float]:
        """P(label); features that were never seen in training say nothing. `beside` is added to the scores of labels,
        also of those that training lacked."""
        known, solution = self.vocabulary, self.solution
        # Added up in one order, so that a set's own order never shows in the last bit.
        columns = sorted(known[feature] for feature in found if feature in known)
        scores = solution.weights[columns].sum(axis=0, dtype=np.float64) + solution.bias
        labels = self.with_labels_of(beside)
        if beside:
            scores = np.append(scores, np.full(len(labels) - len(scores), UNSEEN_BIAS))
            scores += [beside.get(label, 0.0) for label in labels]
        return dict(zip(labels, softmax(scores, solution.inverse_temperature).tolist(), strict=True))

    def with_labels_of(self, beside: Mapping[str, float]) -> tuple[str, ...]:
        """Those that training had first."""
        return (*self.labels, *(label for label in beside if label not in self._trained)) if beside else self.labels

    @cached_property
    def _trained(self) -> frozenset[str]:
        return frozenset(self.labels)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        json, arrays = self.solution.to_parts()
        return {"labels": list(self.labels), "vocabulary": list(self.vocabulary), **json}, arrays

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LinearModel:
        """ValueError where the arrays do not fit the names."""
        labels = tuple(json["labels"])
        vocabulary = {tuple(feature): column for column, feature in enumerate(json["vocabulary"])}
        judged = float(json["inverse_temperature"]), bool(json["is_torn"])
        solution = LinearSolution(arrays["weights"], arrays["bias"], *judged)
        if solution.weights.shape != (len(vocabulary), len(labels)) or solution.bias.shape != (len(labels),):
            found = f"{solution.weights.shape} and {solution.bias.shape}"
            raise ValueError(f"weights of the shape {found} for {len(vocabulary)} features and {len(labels)} labels")
        return cls(labels, vocabulary, solution)


def thinned(counts: NDArray[Any], most: int = MOST_ROWS) -> NDArray[np.int64]:
    """The rows to fit, in order: all, or half of `most` from the most frequent ones and half from all the others."""
    if len(counts) <= most:
        return np.arange(len(counts))
    order = np.argsort(-counts, kind="stable")
    frequent, others = order[: most // 2], order[most // 2 :]
    spread = np.linspace(0, len(others) - 1, most - most // 2).astype(np.int64)
    return np.sort(np.concatenate([frequent, others[spread]]))


def _matrix(rows: SparseRows) -> Any:
    from scipy.sparse import csr_matrix

    ones = np.ones(len(rows.indices), dtype=np.float64)
    # A copy: the rows are another's, and in a process of their own they cannot be written to.
    return csr_matrix((ones, rows.indices, rows.indptr), shape=(len(rows.indptr) - 1, rows.width)).sorted_indices()


def _weights(
    problem: LinearProblem, counts: NDArray[np.int32], is_torn: bool
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(columns × actions, actions), fitted to the rows whose count is not 0, each weighing the root of its count."""
    used = np.flatnonzero(counts)
    labels = problem.labels[used]
    weights = np.zeros((problem.rows.width, problem.classes), dtype=np.float32)
    bias = np.full(problem.classes, UNSEEN_BIAS)
    present = np.unique(labels)
    if len(present) < 2:
        bias[present] = 1.0
        return weights, bias
    heeded = _heeded(labels, counts[used]) if is_torn else None
    coefficients, intercept = _separated(_matrix(problem.rows)[used], labels, counts[used], heeded)
    if len(present) == 2:
        coefficients = np.vstack([-coefficients, coefficients])
        intercept = np.concatenate([-intercept, intercept])
    weights[:, present] = coefficients.T
    bias[present] = intercept
    return weights, bias


def _weights_of(
    problem: LinearProblem, counts: NDArray[np.int32], classes: NDArray[np.int32], is_torn: bool
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """As `_weights`, each of these classes by itself against all others."""
    matrix = _matrix(problem.rows)
    labels = np.asarray(problem.labels)  # in another process they are not yet NumPy's
    weights = np.zeros((problem.rows.width, len(classes)), dtype=np.float32)
    bias = np.zeros(len(classes))
    heeded = _heeded(labels, counts) if is_torn else None
    for place, label in enumerate(classes.tolist()):
        own = {0: 1.0, 1: heeded[label]} if heeded else None
        coefficients, intercept = _separated(matrix, labels == label, counts, own)
        weights[:, place], bias[place] = coefficients[0], intercept[0]
    return weights, bias


def _heeded(labels: NDArray[np.int32], counts: NDArray[np.int32]) -> dict[int, float]:
    """How much a label's own rows weigh, beside those of all others: the more, the rarer it is."""
    often = np.bincount(labels, weights=np.sqrt(counts))
    present = np.flatnonzero(often)
    heeded = (often[present].mean() / often[present]) ** _RARER
    return dict(zip(present.tolist(), heeded.tolist(), strict=True))


def _separated(
    matrix: Any, labels: NDArray[Any], counts: NDArray[np.int32], heeded: Mapping[int, float] | None
) -> tuple[NDArray[np.float64], ...]:
    """Coefficients and intercepts: a row for each label, or, of two, one row for the second. `heeded`: how much the
    rows of a label weigh, where the stories are torn."""
    import warnings

    from sklearn.svm import LinearSVC

    cost = COST if heeded is None else TORN_COST
    # Its own choice, the primal problem where rows outnumber columns, is up to a hundred times slower on such rows.
    estimator = LinearSVC(C=cost, tol=TOLERANCE, dual=True, random_state=0, class_weight=heeded)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops early on purpose, and a warning would be printed over the screen
        estimator.fit(matrix, labels, sample_weight=np.sqrt(counts))
    return estimator.coef_, estimator.intercept_


def _judged(problem: LinearProblem, progress: Progress) -> tuple[float, bool]:
    """The inverse temperature, and whether stories are torn, by stories that were not trained on."""
    if problem.stories < JUDGED_STORIES:
        return UNJUDGED_INVERSE_TEMPERATURE, False
    scores, labels, counts = _held_out(problem, False, progress)
    right = _right(scores, labels, counts)
    is_torn = False
    if len(problem.labels) > _FEW_ROWS and right < _RIGHT_ENOUGH * counts.sum():
        others, _, _ = _held_out(problem, True, progress)
        if _right(others, labels, counts) > right:
            scores, is_torn = others, True
    return fit_inverse_temperature(scores, labels, counts), is_torn


def _held_out(
    problem: LinearProblem, is_torn: bool, progress: Progress
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]:
    """The scores of rows (rows × classes) by what was fitted to other stories, their labels and counts."""
    folds = problem.counts.shape[1] if len(problem.labels) <= _FEW_ROWS else 1
    total = problem.counts.sum(axis=1)
    matrix = _matrix(problem.rows)
    scores, rows = [], []
    for fold in range(folds):
        progress("judging how sure the dialogue model may be", (fold + 1) / (folds + 1))
        weights, bias = _weights(problem, total - problem.counts[:, fold], is_torn)
        rows.append(np.flatnonzero(problem.counts[:, fold]))
        scores.append(matrix[rows[-1]] @ weights + bias)
    counts = np.concatenate([problem.counts[held_out, fold] for fold, held_out in enumerate(rows)])
    return np.concatenate(scores), problem.labels[np.concatenate(rows)], counts


def _right(scores: NDArray[np.float64], labels: NDArray[np.int32], counts: NDArray[np.int32]) -> int:
    """How many, each row as often as it occurs."""
    return int(counts[scores.argmax(axis=1) == labels].sum())
