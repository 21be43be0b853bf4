"""A message as a sparse vector: TF-IDF of word 1–2-grams and of character 2–5-grams within words, of equal weight.

Written out in plain Python, so that a trained model reads a message without scikit-learn, and training and prediction
cannot differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.tokenizer import normalize, words
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int32]

_LONGEST_NGRAM = 5
_MANY_TEXTS = 5_000
"""From here on n-grams seen once are left out: they are most of the vocabulary and tell little."""


def _words(text: str) -> Iterator[str]:
    singles = words(text)
    yield from singles
    for first, second in pairwise(singles):
        yield f"{first} {second}"


def _characters(text: str) -> Iterator[str]:
    for word in text.split():
        padded = f" {word} "
        length = len(padded)
        for size in range(2, min(_LONGEST_NGRAM, length) + 1):
            for start in range(length - size + 1):
                yield padded[start : start + size]


_BLOCKS = (_words, _characters)


def _counts(text: str) -> tuple[Counter[str], ...]:
    plain = normalize(text)
    return tuple(Counter(block(plain)) for block in _BLOCKS)


class SentenceEncoder(Protocol):
    """Makes a text a vector by what it means, not by its letters."""

    name: str
    size: int

    def encode(self, text: str) -> Floats:
        """`size` numbers: a vector of length 1, or 0 where the text has no word."""
        ...


@dataclass(frozen=True)
class SparseRows:
    """Rows of a matrix in compressed form: row i has `values[bounds[i]:bounds[i + 1]]` in `columns[…]`."""

    bounds: Integers
    columns: Integers
    values: Floats


def _stack(rows: Sequence[tuple[Integers, Floats]]) -> SparseRows:
    bounds = np.cumsum([0, *(len(columns) for columns, _ in rows)], dtype=np.int32)
    columns = np.concatenate([np.zeros(0, np.int32), *(columns for columns, _ in rows)])
    values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in rows)])
    return SparseRows(bounds, columns, values)


@dataclass(frozen=True)
class TextVectorizer:
    """`terms`: the n-grams of each block; columns count through the blocks. `idf` has one weight a column.

    The numbers of `encoder`, where there is one, are a third block of the same weight.
    """

    terms: tuple[tuple[str, ...], ...]
    idf: Floats
    encoder: SentenceEncoder | None = None

    @cached_property
    def _columns(self) -> tuple[Mapping[str, int], ...]:
        columns, first = [], 0
        for block in self.terms:
            columns.append({term: first + position for position, term in enumerate(block)})
            first += len(block)
        return tuple(columns)

    @classmethod
    def fit(cls, texts: Sequence[str], encoder: SentenceEncoder | None = None) -> tuple[Self, SparseRows]:
        """The vectoriser of these texts, and the texts as it sees them."""
        counted = [_counts(text) for text in texts]
        rarest = 2 if len(texts) > _MANY_TEXTS else 1
        terms, weights = [], []
        for position in range(len(_BLOCKS)):
            seen: Counter[str] = Counter()
            for counts in counted:
                seen.update(counts[position].keys())
            kept = sorted(term for term, number in seen.items() if number >= rarest)
            terms.append(tuple(kept))
            weights += [seen[term] for term in kept]
        idf = np.log((1 + len(texts)) / (1 + np.array(weights, dtype=np.float64))) + 1
        vectorizer = cls(tuple(terms), idf.astype(np.float32), encoder)
        return vectorizer, _stack([vectorizer._vector(*pair) for pair in zip(texts, counted, strict=True)])

    @property
    def size(self) -> int:
        return len(self.idf) + (self.encoder.size if self.encoder else 0)

    def transform(self, text: str) -> tuple[Integers, Floats]:
        """The columns of `text` that the vectoriser knows, and their values; each block has length 1."""
        return self._vector(text, _counts(text))

    def _vector(self, text: str, counts: Sequence[Mapping[str, int]]) -> tuple[Integers, Floats]:
        all_columns, all_values = [], []
        for known, block in zip(self._columns, counts, strict=True):
            found = [(column, number) for term, number in block.items() if (column := known.get(term)) is not None]
            columns = np.array([column for column, _ in found], dtype=np.int32)
            numbers = np.array([number for _, number in found], dtype=np.float32)
            values = (1 + np.log(numbers)) * self.idf[columns]
            length = float(np.sqrt(values @ values))
            all_columns.append(columns)
            all_values.append(values / length if length else values)
        if self.encoder:
            all_columns.append(np.arange(len(self.idf), self.size, dtype=np.int32))
            all_values.append(self.encoder.encode(text))
        return np.concatenate(all_columns), np.concatenate(all_values)
