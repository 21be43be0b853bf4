"""Filtering by what was typed: the letters in order, the closest together first; or rows that stay in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def score(query: str, name: str) -> int | None:
    """How far apart the letters of `query` stand in `name` (0 = together at the beginning); None where they do not."""
    query, name = query.casefold().replace(" ", ""), name.casefold()
    whole = name.find(query)
    if whole >= 0:
        return 0 if whole == 0 else 1 if name[whole - 1] in "_-/. " else 2
    # Letter by letter, from each place where the first one stands: the tightest stretch counts.
    best: int | None = None
    begin = name.find(query[0])
    while begin >= 0:
        place = begin
        for letter in query[1:]:
            place = name.find(letter, place + 1)
            if place < 0:
                break
        else:
            spread = 3 + place - begin
            best = spread if best is None else min(best, spread)
        begin = name.find(query[0], begin + 1)
    return best


def matching(query: str, names: Sequence[tuple[str, T]]) -> list[T]:
    """The items whose name has the letters of `query`, best first; equal ones in the order they came."""
    if not query.strip():
        return [item for _, item in names]
    scored = [(value, item) for name, item in names if (value := score(query, name)) is not None]
    return [item for _, item in sorted(scored, key=lambda pair: pair[0])]


def keeps(query: str, text: str) -> bool:
    """Whether each word of `query` stands in the text, in one piece or with its letters close together."""
    return all((found := score(word, text)) is not None and found <= len(word) * 2 + 3 for word in query.split())
