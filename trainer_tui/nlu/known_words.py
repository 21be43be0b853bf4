"""What each word was in the training data: part of an entity, part of none, now this and now that, or not there at all.

A word that is new is likelier a name than one that stood in many messages and was never marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Self

from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.tokenizer import Token, normalize, tokenize


class KnownWord(NamedTuple):
    """How often a word stood `inside` an entity, and `outside` of all."""

    word: str
    inside: int
    outside: int


@dataclass(frozen=True)
class KnownWords:
    words: tuple[KnownWord, ...] = ()

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Self:
        counted = Counter(found for example in examples for found in _places(example))
        words = sorted({word for word, _ in counted})
        return cls(tuple(KnownWord(word, counted[word, True], counted[word, False]) for word in words))

    def kinds(self, tokens: Sequence[Token], own: Example | None = None) -> list[str]:
        """Of each token what its word is in other examples than `own`: "inside", "outside", "both" or "new"."""
        left_out = Counter(_places(own)) if own else Counter[tuple[str, bool]]()
        found = []
        for token in tokens:
            word, inside, outside = self._of_word.get(normalize(token.text), _NEW)
            found.append(_kind(inside > left_out[word, True], outside > left_out[word, False]))
        return found

    @cached_property
    def _of_word(self) -> dict[str, KnownWord]:
        return {known.word: known for known in self.words}


_NEW = KnownWord("", 0, 0)


def _kind(is_inside: bool, is_outside: bool) -> str:
    if is_inside:
        return "both" if is_outside else "inside"
    return "outside" if is_outside else "new"


def _places(example: Example) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it is part of an entity."""
    places = [(entity.start, entity.end) for entity in example.entities if entity.start is not None]
    for token in tokenize(example.text):
        yield normalize(token.text), any(token.start < (end or 0) and start < token.end for start, end in places)
