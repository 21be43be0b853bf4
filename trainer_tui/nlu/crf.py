"""A linear-chain conditional random field: fitted by crfsuite, kept as plain arrays, decoded here.

A damaged crfsuite file ends the whole process when it is opened, so none is ever opened but the one that a fit has just
written. Its weights are read out and the file is gone; the names in it are numbers, which no text can garble.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trainer_tui.nlu.vectorizer import Floats, Integers

Features = Sequence[Sequence[str]]
"""The features of each token of one message."""

Span = tuple[int, int, str]
"""Tokens `start` to `end` (exclusive) are one `name` (a label without its B- or I-)."""

_NEVER = -1e9
_PARAMETERS = {
    "lbfgs": {"max_iterations": 60, "c1": 0.0, "c2": 0.05},
    "l2sgd": {"max_iterations": 10, "c2": 0.05, "calibration.samples": 300},
}


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A `Span`, and how sure it is."""

    start: int
    end: int
    name: str
    confidence: float


class Reading(NamedTuple):
    """What a message may hold; `score`: the logarithm of how many times as probable the best reading's labels are, so
    none is above 0."""

    spans: Sequence[Span]
    score: float


@dataclass(frozen=True)
class ConditionalRandomField:
    """`features[i]` weighs label number `label_of[k]` by `weights[k]` for k in `bounds[i]` … `bounds[i + 1]`.

    `labels` are `O`, `I-name`, and `B-name` for the first token of a span right behind another one of that name: so
    most names need one label, not two, and a fit, whose time grows with the square of the labels, a third of the time.
    `transitions`: labels before × labels after.
    """

    labels: tuple[str, ...]
    features: tuple[str, ...]
    bounds: Integers
    label_of: Integers
    weights: Floats
    transitions: Floats

    @classmethod
    def fit(cls, messages: Sequence[tuple[Features, Sequence[str]]], is_stochastic: bool = False) -> Self:
        """Learn from the features and labels of messages, by limited-memory BFGS or stochastic gradient descent.

        The latter goes a step for each message, not for all of them, and so is several times as fast where there are
        thousands. It shuffles them by the `rand` of the C library, which is set to the same start each time, so that
        equal data give an equal field.
        """
        import ctypes
        import tempfile

        import pycrfsuite

        numbers: dict[str, int] = {}
        labels = ["O", *sorted({label for _, given in messages for label in given} - {"O"})]
        label_number = {label: str(number) for number, label in enumerate(labels)}
        trainer = pycrfsuite.Trainer(verbose=False)
        algorithm = "l2sgd" if is_stochastic else "lbfgs"
        trainer.select(algorithm)
        trainer.set_params(_PARAMETERS[algorithm])
        for features, given in messages:
            tokens = [[str(numbers.setdefault(name, len(numbers))) for name in token] for token in features]
            trainer.append(tokens, [label_number[label] for label in given])
        with tempfile.TemporaryDirectory(prefix="trainer-tui-") as folder:
            file = str(Path(folder) / "crf")
            ctypes.CDLL(None).srand(1)
            trainer.train(file)
            tagger = pycrfsuite.Tagger()
            with tagger.open(file):
                learned = tagger.info()
        transitions = np.zeros((len(labels), len(labels)), dtype=np.float32)
        for (before, after), weight in learned.transitions.items():
            transitions[int(before), int(after)] = weight
        states = sorted((int(name), int(label), weight) for (name, label), weight in learned.state_features.items())
        counts = np.bincount([name for name, _, _ in states], minlength=len(numbers))
        return cls(
            tuple(labels),
            tuple(numbers),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            np.array([label for _, label, _ in states], dtype=np.int32),
            np.array([weight for _, _, weight in states], dtype=np.float32),
            transitions,
        )

    def decode(self, features: Features) -> list[LabelledSpan]:
        """The spans of the most probable labels, in order, each with the probability that exactly it is labelled so."""
        if not features:
            return []
        emissions = self.emissions(features)
        forward = self._forward(emissions)
        path = self._path(forward, int(forward[-1].argmax()))
        spans = spans_of([self.labels[number] for number in path])
        if not spans:
            return []
        of_all = self._log_sum(emissions)
        return [
            LabelledSpan(*span, float(min(np.exp(self._log_sum_with(emissions, span) - of_all), 1.0))) for span in spans
        ]

    def readings(self, features: Features, number: int, least: float) -> list[Reading]:
        """The spans of the most probable lines of labels, best first: `number` lines at most, none scored below
        `least`.

        Each line that was found is the best of those that end as it does from some token on. Those that differ from it
        further ahead fall behind it by what Viterbi's algorithm loses at the first of the tokens that they share.
        """
        if not features:
            return [Reading((), 0.0)]
        forward = self._forward(self.emissions(features))
        last = forward[-1].max() - forward[-1]
        # (how far it falls behind, the line that it is like behind a token, that token, and its label there)
        waiting = [
            (float(last[label]), 0, len(forward) - 1, label) for label in np.flatnonzero(last <= -least).tolist()
        ]
        heapify(waiting)
        lines: list[list[int]] = []
        found: dict[tuple[Span, ...], float] = {}
        while waiting and len(lines) < number:
            lost, like, token, label = heappop(waiting)
            line = self._path(forward[: token + 1], label) + (lines[like][token + 1 :] if lines else [])
            found.setdefault(tuple(spans_of([self.labels[label] for label in line])), 0.0 - lost)
            through = forward[:token] + self.transitions[:, line[1 : token + 1]].T
            losses = through.max(axis=1, keepdims=True) - through
            for ahead, other in np.argwhere(losses <= -least - lost).tolist():
                if other != line[ahead]:
                    heappush(waiting, (lost + float(losses[ahead, other]), len(lines), ahead, other))
            lines.append(line)
        return [Reading(spans, score) for spans, score in found.items()]

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {name: row for row, name in enumerate(self.features)}

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def _move_weights(self) -> NDArray[np.float64]:
        weights: NDArray[np.float64] = np.exp(np.maximum(self.transitions, -200).astype(np.float64))
        return weights

    def emissions(self, features: Features) -> Floats:
        """Tokens × labels: what the features say of each token alone."""
        found = [
            (token, row)
            for token, names in enumerate(features)
            for name in names
            if (row := self._row.get(name)) is not None
        ]
        tokens = np.array([token for token, _ in found], dtype=np.intp)
        rows = np.array([row for _, row in found], dtype=np.intp)
        first, lengths = self.bounds[rows], np.diff(self.bounds)[rows]
        before = np.cumsum(lengths) - lengths
        picked = np.arange(lengths.sum()) + np.repeat(first - before, lengths)
        cells = np.repeat(tokens, lengths) * len(self.labels) + self.label_of[picked]
        scores = np.bincount(cells, self.weights[picked], len(features) * len(self.labels))
        return scores.reshape(len(features), len(self.labels)).astype(np.float32)

    def _forward(self, emissions: Floats) -> Floats:
        """Tokens × labels: the score of the best line that ends there so."""
        forward = emissions.copy()
        for token in range(1, len(forward)):
            forward[token] += (forward[token - 1][:, None] + self.transitions).max(axis=0)
        return forward

    def _path(self, forward: Floats, label: int) -> list[int]:
        """The best line that ends with the label."""
        path = [label]
        for scores in forward[-2::-1]:
            path.append(int((scores + self.transitions[:, path[-1]]).argmax()))
        return path[::-1]

    def _log_sum_with(self, emissions: Floats, span: Span) -> float:
        """`_log_sum` of those labellings alone that have exactly this span: it begins with `B-name`, or with `I-name`
        behind anything but that name."""
        start, end, name = span
        begins, inside = self._number.get(f"B-{name}"), self._number.get(f"I-{name}")
        bound = np.full(emissions.shape, _NEVER, dtype=np.float32)
        bound[:start], bound[end:] = 0, 0
        if inside is not None:
            bound[start + 1 : end, inside] = 0
            bound[end : end + 1, inside] = _NEVER
        sums = []
        for first in (begins, inside):
            if first is not None:
                beginning = bound.copy()
                beginning[start, first] = 0
                if first == inside and start:
                    beginning[start - 1, [label for label in (begins, inside) if label is not None]] = _NEVER
                sums.append(self._log_sum(emissions + beginning))
        return float(np.logaddexp.reduce(sums))

    def _log_sum(self, emissions: Floats) -> float:
        """The logarithm of the summed weights of all labellings."""
        moves = self._move_weights
        score = emissions[0].astype(np.float64)
        for token in range(1, len(emissions)):
            highest = score.max()
            score = np.log(np.maximum(np.exp(score - highest) @ moves, 1e-300)) + highest + emissions[token]
        highest = score.max()
        return float(highest + np.log(np.exp(score - highest).sum()))

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        described = {"labels": self.labels, "features": self.features}
        arrays = {
            "bounds": self.bounds,
            "label_of": self.label_of,
            "weights": self.weights,
            "transitions": self.transitions,
        }
        return described, arrays

    @classmethod
    def from_parts(cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """ValueError where the parts do not fit together."""
        labels, features, bounds = tuple(described["labels"]), tuple(described["features"]), arrays["bounds"].tolist()
        numbers = arrays["label_of"]
        if (
            "O" not in labels
            or len(bounds) != len(features) + 1
            or bounds[0] != 0
            or bounds != sorted(bounds)
            or not bounds[-1] == len(numbers) == len(arrays["weights"])
            or not all(0 <= number < len(labels) for number in set(numbers.tolist()))
            or arrays["transitions"].shape != (len(labels), len(labels))
        ):
            raise ValueError("the parts of the conditional random field do not fit together")
        return cls(
            labels,
            features,
            arrays["bounds"],
            arrays["label_of"],
            arrays["weights"],
            arrays["transitions"],
        )


def spans_of(labels: Sequence[str]) -> list[Span]:
    """(start, end, name) of each run of one name; a `B-name` begins another."""
    spans: list[Span] = []
    for position, label in enumerate(labels):
        if label == "O":
            continue
        if spans and spans[-1][1:] == (position, label[2:]) and label.startswith("I-"):
            start, _, name = spans.pop()
            spans.append((start, position + 1, name))
        else:
            spans.append((position, position + 1, label[2:]))
    return spans
