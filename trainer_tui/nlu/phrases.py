"""Known phrases (a lookup table, what a person marked) found in a message, token by token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from trainer_tui.nlu.tokenizer import Token, normalize, words

Kind = TypeVar("Kind")


class Match(NamedTuple, Generic[Kind]):
    """Tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    kind: Kind


def _key(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(normalize, words))


class PhraseTable(Generic[Kind]):
    """Phrases and the kind of each; case does not count. A phrase that is added again has its latest kind."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, ...], Kind] = {}
        self._lengths: dict[str, set[int]] = {}

    def copy(self) -> PhraseTable[Kind]:
        copied = PhraseTable[Kind]()
        copied._kinds = dict(self._kinds)
        copied._lengths = {word: set(lengths) for word, lengths in self._lengths.items()}
        return copied

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, phrase: str, kind: Kind) -> None:
        key = _key(words(phrase))
        if key:
            self._kinds[key] = kind
            self._lengths.setdefault(key[0], set()).add(len(key))

    def remove(self, phrase: str) -> None:
        self._kinds.pop(_key(words(phrase)), None)

    def kind_of(self, phrase: str) -> Kind | None:
        return self._kinds.get(_key(words(phrase)))

    def find(self, tokens: Sequence[Token]) -> list[Match[Kind]]:
        """From left to right, the longest phrase that begins at each place; none overlaps another."""
        key = _key(token.text for token in tokens)
        found: list[Match[Kind]] = []
        start = 0
        while start < len(key):
            end = self._longest_end(key, start)
            if end is None:
                start += 1
            else:
                found.append(Match(start, end, self._kinds[key[start:end]]))
                start = end
        return found

    def _longest_end(self, key: tuple[str, ...], start: int) -> int | None:
        for length in sorted(self._lengths.get(key[start], ()), reverse=True):
            end = start + length
            if end <= len(key) and key[start:end] in self._kinds:
                return end
        return None
