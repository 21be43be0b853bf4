"""Scores into probabilities that mean what they say: of what is told with 0.8, four in five are right.

`P(class) = softmax(inverse_temperature · scores)`. A classifier's scores rank the classes but say little of how sure it
may be; one number, fitted to examples that it was not trained on, puts that right and leaves the ranking alone (Guo et
al., 2017, "On Calibration of Modern Neural Networks"). The greater the inverse temperature, the surer the prediction.

    >>> import numpy as np
    >>> softmax(np.array([2.0, 1.0, 0.0]), 0.0).round(2).tolist()
    [0.33, 0.33, 0.33]
    >>> softmax(np.array([2.0, 1.0, 0.0]), 4.0).round(2).tolist()
    [0.98, 0.02, 0.0]

Where classes are many and examples few, one number is not enough: what puts the doubtful ones right makes the likely
ones too sure. `Sureness` has a second one, its tail, by which what lies far below the best does not fade away
exponentially; it leaves the ranking alone as well.

    >>> Sureness(4.0, tail=2.0).shares(np.array([2.0, 1.0, 0.0])).round(2).tolist()
    [0.87, 0.1, 0.03]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from trainer_tui.numerics import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


Floats = TypeVar("Floats", "NDArray[np.float32]", "NDArray[np.float64]")

_LEAST, _MOST = 0.25, 60.0
_TAILS = 0.02, 7.0


def softmax(scores: Floats, inverse_temperature: float = 1.0) -> Floats:
    """Probabilities along the last axis, in the type of the scores."""
    scaled = scores * inverse_temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def fit_inverse_temperature(
    scores: NDArray[np.floating], right: NDArray[np.integer], counts: NDArray[np.integer] | None = None
) -> float:
    """The inverse temperature of least log loss, to one per cent.

    `scores`: held-out examples (at least one) × classes; `right`: the class of each; `counts`: how often each occurs,
    None = once. The loss is convex, so that what is found is the least there is between 0.25 and 60.
    """
    from scipy.optimize import minimize_scalar

    below = scores - scores.max(axis=1, keepdims=True)
    of_right = below[np.arange(len(right)), right]

    def loss(logarithm: float) -> float:
        factor = np.exp(logarithm)
        return float(np.average(np.log(np.exp(factor * below).sum(axis=1)) - factor * of_right, weights=counts))

    found = minimize_scalar(loss, bounds=(np.log(_LEAST), np.log(_MOST)), method="bounded", options={"xatol": 0.01})
    return float(np.exp(found.x))


class Sureness(NamedTuple):
    """P(class) ∝ (1 + tail · gap)^(-inverse_temperature / tail), gap being how far the class lies below the best."""

    inverse_temperature: float
    tail: float

    def shares(self, scores: Floats) -> Floats:
        """Probabilities along the last axis, in the type of the scores."""
        gaps = scores.max(axis=-1, keepdims=True) - scores
        raised = np.exp(np.log1p(self.tail * gaps) * (-self.inverse_temperature / self.tail))
        shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
        return shares


def fit_sureness(scores: NDArray[np.floating], right: NDArray[np.integer]) -> Sureness:
    """The sureness by which the best class of each held-out example is as probable as it is right: of least log loss.

    Its targets are not quite 0 and 1 (Platt, 1999), so that a few examples that are all right promise no certainty.
    """
    from scipy.optimize import minimize

    is_right = scores.argmax(axis=1) == right
    number = int(is_right.sum())
    target = np.where(is_right, (number + 1) / (number + 2), 1 / (len(right) - number + 2))

    def loss(logarithms: NDArray[np.float64]) -> float:
        best = np.clip(Sureness(*np.exp(logarithms)).shares(scores).max(axis=1), 1e-9, 1 - 1e-9)
        return float(-np.mean(target * np.log(best) + (1 - target) * np.log(1 - best)))

    bounds = np.log([(_LEAST, _MOST), _TAILS])
    found = minimize(loss, (1.5, -1.0), method="Nelder-Mead", bounds=bounds, options={"xatol": 0.01, "fatol": 1e-6})
    return Sureness(*np.exp(found.x).tolist())
