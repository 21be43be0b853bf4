"""Scores into probabilities that mean what they say: of what is told with 0.8, four in five are right.

`P(class) = softmax(inverse_temperature · scores)`. A classifier's scores rank the classes but say little of how sure it
may be; one number, fitted to examples that it was not trained on, puts that right and leaves the ranking alone (Guo et
al., 2017, "On Calibration of Modern Neural Networks"). The greater the inverse temperature, the surer the prediction.

    >>> import numpy as np
    >>> softmax(np.array([2.0, 1.0, 0.0]), 0.0).round(2).tolist()
    [0.33, 0.33, 0.33]
    >>> softmax(np.array([2.0, 1.0, 0.0]), 4.0).round(2).tolist()
    [0.98, 0.02, 0.0]
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = TypeVar("Floats", NDArray[np.float32], NDArray[np.float64])

_LEAST, _MOST = 0.25, 60.0


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
