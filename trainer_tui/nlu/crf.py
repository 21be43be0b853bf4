"""A linear-chain conditional random field: fitted by crfsuite, kept as plain arrays, decoded here.

A damaged crfsuite file ends the whole process when it is opened, so none is ever opened but the one that a fit has just
written. Its weights are read out and the file is gone; the names in it are numbers, which no text can garble.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trainer_tui.nlu.vectorizer import Floats, Integers

Features = Sequence[Sequence[str]]
"""The features of each token of one message."""

_NEVER = -1e9
_PARAMETERS = {
    "lbfgs": {"max_iterations": 60, "c1": 0.0, "c2": 0.05},
    "l2sgd": {"max_iterations": 10, "c2": 0.05, "calibration.samples": 300},
}


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """Tokens `start` to `end` (exclusive) are one `name` (a tag without its B- or I-)."""

    start: int
    end: int
    name: str
    confidence: float


@dataclass(frozen=True)
class ConditionalRandomField:
    """`features[i]` weighs label number `label_of[k]` by `weights[k]` for k in `bounds[i]` … `bounds[i + 1]`.

    `labels` are `O`, `B-name`, `I-name`; an `I-name` follows only `B-name` and `I-name`. `transitions`: labels before ×
    labels after.
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
        path = self._best_path(emissions)
        spans = _spans([self.labels[number] for number in path])
        if not spans:
            return []
        of_all = self._log_sum(emissions)
        return [
            LabelledSpan(*span, float(min(np.exp(self._log_sum_with(emissions, span) - of_all), 1.0))) for span in spans
        ]

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {name: row for row, name in enumerate(self.features)}

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def _allowed(self) -> Floats:
        """What is added to `transitions`: nothing, or never where an I- has nothing to go on from."""
        allowed = np.zeros_like(self.transitions)
        for number, label in enumerate(self.labels):
            if label.startswith("I-"):
                allowed[:, number] = _NEVER
                for before in (self._number.get("B-" + label[2:]), number):
                    if before is not None:
                        allowed[before, number] = 0
        return allowed

    @cached_property
    def _move_weights(self) -> NDArray[np.float64]:
        weights: NDArray[np.float64] = np.exp(np.maximum(self.transitions + self._allowed, -200).astype(np.float64))
        return weights

    @cached_property
    def _start(self) -> Floats:
        return np.array([_NEVER if label.startswith("I-") else 0 for label in self.labels], dtype=np.float32)

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

    def _best_path(self, emissions: Floats) -> list[int]:
        moves = self.transitions + self._allowed
        score = emissions[0] + self._start
        back = np.zeros(emissions.shape, dtype=np.intp)
        for token in range(1, len(emissions)):
            through = score[:, None] + moves
            back[token] = through.argmax(axis=0)
            score = through.max(axis=0) + emissions[token]
        path = [int(score.argmax())]
        for token in range(len(emissions) - 1, 0, -1):
            path.append(int(back[token, path[-1]]))
        return path[::-1]

    def _log_sum_with(self, emissions: Floats, span: tuple[int, int, str]) -> float:
        """`_log_sum` of those labellings alone that have exactly this span."""
        start, end, name = span
        bound = np.full(emissions.shape, _NEVER, dtype=np.float32)
        bound[:start], bound[end:] = 0, 0
        bound[start, self._number[f"B-{name}"]] = 0
        inside = self._number.get(f"I-{name}")
        if inside is not None:
            bound[start + 1 : end, inside] = 0
            bound[end : end + 1, inside] = _NEVER
        return self._log_sum(emissions + bound)

    def _log_sum(self, emissions: Floats) -> float:
        """The logarithm of the summed weights of all labellings."""
        moves = self._move_weights
        score = (emissions[0] + self._start).astype(np.float64)
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


def _spans(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """(start, end, name) of each run `B-name I-name …`."""
    spans: list[tuple[int, int, str]] = []
    for position, label in enumerate(labels):
        if label.startswith("B-"):
            spans.append((position, position + 1, label[2:]))
        elif label.startswith("I-"):
            start, _, name = spans[-1]
            spans[-1] = (start, position + 1, name)
    return spans
