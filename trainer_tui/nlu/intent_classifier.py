"""The intent of a message: a linear classifier over TF-IDF, fitted by scikit-learn, read by numpy alone.

Measured beside logistic regression on five public data sets it is as accurate and several times faster to fit. A text
that stands in the training data under one intent has that intent for certain.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from trainer_tui.calibration import Sureness, fit_sureness
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.intent_fitting import DEFAULT_RECIPE, IntentRecipe, fit_weights
from trainer_tui.nlu.tokenizer import normalize
from trainer_tui.nlu.vectorizer import SentenceEncoder, TextVectorizer
from trainer_tui.numerics import np
from trainer_tui.progress import Progress, each, part_of, unheard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trainer_tui.nlu.vectorizer import Floats, Integers

_UNJUDGED = Sureness(5.0, tail=0.5)
"""For data too small to hold anything out; what few-shot data sets come to."""
_FOLDS = 5
_LARGE = 3_000
"""From here on one fifth is held out to see how sure it may be, not each in turn: there are examples enough."""


@dataclass(frozen=True)
class IntentClassifier:
    """`weights`: columns of the vectoriser × intents. `exact_keys`, `exact_intents`: hashes of the training texts,
    sorted, and the intent (its position) of each."""

    intents: tuple[str, ...]
    vectorizer: TextVectorizer
    weights: Floats
    intercepts: Floats
    sureness: Sureness
    exact_keys: NDArray[np.uint64]
    exact_intents: Integers

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        recipe: IntentRecipe = DEFAULT_RECIPE,
        tell: Progress = unheard,
    ) -> Self:
        """Learn which text has which intent; equal input gives an equal classifier."""
        intents = tuple(sorted(set(labels)))
        number = {intent: position for position, intent in enumerate(intents)}
        numbers = np.array([number[label] for label in labels], dtype=np.intp)
        judged = 1 if len(texts) > _LARGE else _FOLDS
        # Each fold fits all but what it holds out, and then all is fitted.
        of_judging = judged * (1 - 1 / _FOLDS)
        share = of_judging / (of_judging + 1)
        sureness = _held_out_sureness(texts, numbers, intents, recipe, judged, part_of(tell, 0.0, share))
        tell("learning intents", share)
        fitted = fit_weights(texts, numbers, intents, recipe)
        return cls(intents, *fitted, sureness, *_exact_texts(texts, numbers))

    @cached_property
    def number(self) -> Mapping[str, int]:
        return {intent: position for position, intent in enumerate(self.intents)}

    def scores(self, columns: Integers, values: Floats) -> Floats:
        """One score an intent, for a vector of the vectoriser."""
        found: Floats = values @ self.weights[columns] + self.intercepts
        return found

    def exact_intent(self, text: str) -> str | None:
        """The intent under which this very text stands in the training data; None where in none, or in several."""
        key = _key(text)
        position = int(np.searchsorted(self.exact_keys, key))
        if position < len(self.exact_keys) and self.exact_keys[position] == key:
            return self.intents[int(self.exact_intents[position])]
        return None

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        described: dict[str, Any] = {
            "intents": self.intents,
            "terms": self.vectorizer.terms,
            "sureness": self.sureness,
            "encoder": self.vectorizer.encoder.name if self.vectorizer.encoder else None,
        }
        arrays: dict[str, NDArray[Any]] = {
            "idf": self.vectorizer.idf,
            "weights": self.weights,
            "intercepts": self.intercepts,
            "exact_keys": self.exact_keys,
            "exact_intents": self.exact_intents,
        }
        return described, arrays

    @classmethod
    def from_parts(
        cls,
        described: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
        encoder: SentenceEncoder | None = None,
    ) -> Self:
        """`encoder`: the one that it was fitted with. ValueError where the parts do not fit together."""
        vectorizer = TextVectorizer(tuple(tuple(block) for block in described["terms"]), arrays["idf"], encoder)
        intents = tuple(described["intents"])
        numbers = arrays["exact_intents"]
        if (
            len(arrays["idf"]) != sum(map(len, vectorizer.terms))
            or arrays["weights"].shape != (vectorizer.size, len(intents))
            or arrays["intercepts"].shape != (len(intents),)
            or arrays["exact_keys"].shape != numbers.shape
            or not all(0 <= number < len(intents) for number in set(numbers.tolist()))
        ):
            raise ValueError("the parts of the intent classifier do not fit together")
        return cls(
            intents,
            vectorizer,
            arrays["weights"],
            arrays["intercepts"],
            Sureness(*map(float, described["sureness"])),
            arrays["exact_keys"],
            arrays["exact_intents"],
        )


def _held_out_sureness(
    texts: Sequence[str],
    numbers: NDArray[np.intp],
    intents: Sequence[str],
    recipe: IntentRecipe,
    judged: int,
    tell: Progress,
) -> Sureness:
    """The vectoriser is fitted anew in each fold: n-grams of the held-out texts alone would lower their scores."""
    assigned = folds(numbers, _FOLDS)
    scores, right = [], []
    for fold in each(range(judged), "judging how sure intents may be", tell):
        held_out = np.flatnonzero(assigned == fold)
        training = np.flatnonzero(assigned != fold)
        if not len(held_out) or len(np.unique(numbers[training])) < 2:
            continue
        known = [texts[int(position)] for position in training]
        vectorizer, weights, intercepts = fit_weights(known, numbers[training], intents, recipe)
        for position in held_out:
            columns, values = vectorizer.transform(texts[int(position)])
            scores.append(values @ weights[columns] + intercepts)
            right.append(numbers[position])
    if not scores:
        return _UNJUDGED
    return fit_sureness(np.array(scores), np.array(right, dtype=np.intp))


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


def _exact_texts(texts: Sequence[str], numbers: NDArray[np.intp]) -> tuple[NDArray[np.uint64], Integers]:
    found: dict[int, set[int]] = {}
    for text, number in zip(texts, numbers.tolist(), strict=True):
        found.setdefault(int(_key(text)), set()).add(number)
    certain = sorted((key, intents.pop()) for key, intents in found.items() if len(intents) == 1)
    keys = np.array([key for key, _ in certain], dtype=np.uint64)
    return keys, np.array([number for _, number in certain], dtype=np.int32)


def _key(text: str) -> np.uint64:
    digest = hashlib.blake2b(normalize(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
