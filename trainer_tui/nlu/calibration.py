"""Scores into probabilities that mean what they say: softmax at a temperature fitted on held-out examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trainer_tui.nlu.vectorizer import Floats

DEFAULT_SHARPNESS = 4.0
"""For data too small to hold anything out; what few-shot data sets come to."""
_LEAST, _MOST = 0.5, 60.0


def softmax(scores: Floats, sharpness: float = 1.0) -> Floats:
    """Probabilities along the last axis; `sharpness` is 1/temperature."""
    scaled = scores * sharpness
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def fit_sharpness(scores: NDArray[np.float32], right: NDArray[np.intp]) -> float:
    """The sharpness of least log loss for `scores` (examples × classes)"""
    if not len(right):
        return DEFAULT_SHARPNESS

    def loss(sharpness: float) -> float:
        shares = softmax(scores, sharpness)
        return float(-np.log(np.maximum(shares[np.arange(len(right)), right], 1e-12)).mean())

    return golden_section(loss, _LEAST, _MOST)


def golden_section(loss: Callable[[float], float], least: float, most: float) -> float:
    """Where `loss` is lowest between two positive bounds, to one per cent."""
    ratio = (5**0.5 - 1) / 2
    low, high = float(np.log(least)), float(np.log(most))
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    loss_left, loss_right = loss(float(np.exp(left))), loss(float(np.exp(right)))
    while high - low > 0.01:
        if loss_left < loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - ratio * (high - low)
            loss_left = loss(float(np.exp(left)))
        else:
            low, left, loss_left = left, right, loss_right
            right = low + ratio * (high - low)
            loss_right = loss(float(np.exp(right)))
    return float(np.exp((low + high) / 2))


def folds(labels: NDArray[np.intp], number: int) -> NDArray[np.intp]:
    """The fold (0…number−1) in which each example is held out, −1 = never: labels are spread evenly over the folds,
    and one that has a single example always stays in training."""
    number_of = Counter(labels.tolist())
    taken: dict[int, int] = {}
    assigned = np.full(len(labels), -1, dtype=np.intp)
    for position in np.random.default_rng(0).permutation(len(labels)):
        label = int(labels[position])
        if number_of[label] > 1:
            turn = taken.setdefault(label, len(taken))
            assigned[position] = turn % number
            taken[label] = turn + 1
    return assigned
