"""What a person taught about intents since the last fit: known at once, forgotten exactly."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trainer_tui.core.following import Following
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.intent_classifier import IntentClassifier
from trainer_tui.nlu.intent_fitting import UNSEEN_SCORE
from trainer_tui.nlu.tokenizer import normalize
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from trainer_tui.nlu.vectorizer import Floats, Integers


class TaughtClassifier(Following[Example]):
    """A classifier and what a person taught it since, at once and without a fit.

    A taught text has its intent for certain. For texts like it, where the classifier erred, multiclass
    passive-aggressive steps (Crammer et al., 2006) move the weights of its n-grams just until its intent leads by a
    margin; the vectoriser stays. The steps are kept apart from the classifier, so forgetting is exact.
    """

    _MARGIN = 1.2
    """With a smaller one fewer variants of what was taught are right; with 1.5 more of the other messages are wrong."""
    _LARGEST_STEP = 1.0
    _STEPS = 20

    def __init__(self, classifier: IntentClassifier | None) -> None:
        super().__init__()
        self.classifier = classifier
        self.intents = list(classifier.intents) if classifier else []
        self.errors = 0
        """How often the classifier, with what it was taught before, meant something else."""
        self._vectors: dict[str, tuple[Integers, Floats]] = {}
        self._number = dict(classifier.number) if classifier else {}
        self._exact: dict[str, str] = {}
        self._rows: dict[int, int] = {}
        self._before: list[_Before] = []

    @cached_property
    def _changes(self) -> Floats:
        """What the lessons add to the weights of each intent: a row for each column that one has moved."""
        return np.zeros((0, len(self.intents)), dtype=np.float32)

    def probabilities(self, text: str) -> Floats:
        """One probability for each of `intents`.

        Where fewer than two were ever told apart, each has the same share, and so has an intent that nobody named yet.
        """
        certain = self._exact.get(normalize(text))
        if certain is None and self.classifier:
            certain = self.classifier.exact_intent(text)
        if certain is not None:
            shares = np.zeros(len(self.intents), dtype=np.float32)
            shares[self._number[certain]] = 1.0
            return shares
        if self.classifier is None or len(self.classifier.intents) < 2:
            return np.full(len(self.intents), 1 / (len(self.intents) + 1), dtype=np.float32)
        scores = self._scores(*self.classifier.vectorizer.transform(text))
        return self.classifier.sureness.shares(scores)

    def _scores(self, columns: Integers, values: Floats) -> Floats:
        assert self.classifier is not None
        scores = np.full(len(self.intents), UNSEEN_SCORE, dtype=np.float32)
        scores[: len(self.classifier.intents)] = self.classifier.scores(columns, values)
        rows, changed = self._changed_rows(columns)
        if rows:
            scores += values[changed] @ self._changes[rows]
        return scores

    def _changed_rows(self, columns: Integers) -> tuple[list[int], list[int]]:
        found = [
            (row, position)
            for position, column in enumerate(columns.tolist())
            if (row := self._rows.get(column)) is not None
        ]
        return [row for row, _ in found], [position for _, position in found]

    def _learn(self, lesson: Example) -> None:
        """Of two intents for one text the later counts."""
        text, intent = lesson.text, lesson.intent
        key = normalize(text)
        before = _Before(self._exact.get(key), len(self.intents), len(self._rows), self.errors)
        self._before.append(before)
        if not intent:
            return
        self._exact[key] = intent
        if intent not in self._number:
            self._changes = np.pad(self._changes, ((0, 0), (0, 1)))
            self._number[intent] = len(self.intents)
            self.intents.append(intent)
        if self.classifier is None:
            return
        if text not in self._vectors:
            self._vectors[text] = self.classifier.vectorizer.transform(text)
        columns, values = self._vectors[text]
        steps = self._steps(self._scores(columns, values), self._number[intent], float(values @ values))
        if steps is not None:
            self.errors += 1
            before.changed = self._change(columns, np.outer(values, steps))

    def _forget(self, lesson: Example) -> None:
        before = self._before.pop()
        key = normalize(lesson.text)
        if before.exact is not None:
            self._exact[key] = before.exact
        else:
            self._exact.pop(key, None)
        if before.changed is not None:
            rows, weights = before.changed
            self._changes[rows] = weights
        while len(self._rows) > before.rows:
            self._rows.popitem()
        while len(self.intents) > before.intents:
            del self._number[self.intents.pop()]
            self._changes = self._changes[:, :-1]
        self.errors = before.errors

    def _steps(self, scores: Floats, right: int, squared_length: float) -> Floats | None:
        """How far to move the weights of each intent along the text, or None where the right one is best already."""
        if int(scores.argmax()) == right:
            return None
        steps = np.zeros_like(scores)
        for _ in range(self._STEPS if squared_length else 0):
            others = scores.copy()
            others[right] = -np.inf
            rival = int(others.argmax())
            lacking = self._MARGIN - float(scores[right] - others[rival])
            if lacking <= 1e-6:
                break
            step = min(self._LARGEST_STEP, lacking / (2 * squared_length))
            for number, direction in ((right, step), (rival, -step)):
                steps[number] += direction
                scores[number] += direction * squared_length
        return steps if steps.any() else None

    def _change(self, columns: Integers, difference: Floats) -> tuple[list[int], Floats]:
        """Move the weights; which rows they are, and how they were before."""
        new = [column for column in columns.tolist() if column not in self._rows]
        self._rows.update(zip(new, range(len(self._rows), len(self._rows) + len(new)), strict=True))
        if len(self._rows) > len(self._changes):
            room = np.zeros((2 * len(self._rows) - len(self._changes), len(self.intents)), dtype=np.float32)
            self._changes = np.concatenate([self._changes, room])
        rows = [self._rows[column] for column in columns.tolist()]
        before = self._changes[rows]
        self._changes[rows] += difference
        return rows, before


@dataclass(slots=True)
class _Before:
    """What there was before a lesson: the intent of its text, how many intents and rows of weights, how many errors;
    `changed` are the rows whose weights it moved, and what these were."""

    exact: str | None
    intents: int
    rows: int
    errors: int
    changed: tuple[list[int], Floats] | None = None
