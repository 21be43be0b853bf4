"""What the entity extractor sees of each token: the word, its shape, its neighbours, and which patterns it lies in.

How a word begins and ends is told by itself, for itself and for its neighbours: words that were never seen are known by
it. The word, and the one before it, under the intent are told too, since `to` begins a place for one intent and a
person for another; so is what the two are elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from trainer_tui.nlu.tokenizer import Token, normalize

_WINDOW = 2
_PARTS = (1, 2, 3, 4, 5)
"""Characters of how a word begins and ends."""


def token_features(
    tokens: Sequence[Token],
    patterns: Sequence[Sequence[str]],
    intent: str | None = None,
    known: Sequence[str] | None = None,
) -> list[list[str]]:
    """Features of each token; `patterns` names, for each, the regexes, lookup tables and known values that match there,
    `known` what its word is elsewhere.

    Pairs of neighbouring words were tried and left out: they made it slower and, on seven bots' data, a little worse.
    So were every run of characters within the word and words three away.
    """
    words = [normalize(token.text) for token in tokens]
    shapes = [shape(token.text) for token in tokens]
    last = len(tokens) - 1
    whole = ["bias"] if intent is None else ["bias", f"i={intent}"]
    features = []
    for position, word in enumerate(words):
        own = [*whole, f"w={word}", f"s={shapes[position]}", *(f"p={name}" for name in patterns[position])]
        if known is not None:
            own.append(f"k={known[position]}")
        if known is not None and intent is not None:
            own.append(f"i={intent} k-1={known[position - 1] if position else ''} k={known[position]}")
        if intent is not None:
            own += [f"i={intent} w={word}", f"i={intent} w-1={words[position - 1] if position else ''}"]
        own += [f"<{size}={word[:size]}" for size in _PARTS if len(word) > size]
        own += [f">{size}={word[-size:]}" for size in _PARTS if len(word) > size]
        for distance in range(-_WINDOW, _WINDOW + 1):
            neighbour = position + distance
            if distance and 0 <= neighbour <= last:
                own += [f"w{distance}={words[neighbour]}", f"s{distance}={shapes[neighbour]}"]
                own += [f"p{distance}={name}" for name in patterns[neighbour]]
        for side, beside in (("-", words[position - 1] if position else ""), ("+", (*words, "")[position + 1])):
            own += [f"{side}<={beside[:3]}", f"{side}>={beside[-3:]}"]
        features.append(own)
    return features


@lru_cache(maxsize=4096)
def shape(word: str) -> str:
    """`Xx` for Rome, `X` for I, `d4` for 2024: runs of one kind are drawn together, numbers keep their length."""
    if word.isdigit():
        return f"d{len(word)}"
    drawn = ""
    for character in normalize(word) if not word.isprintable() else word:
        kind = "d" if character.isdigit() else "X" if character.isupper() else "x" if character.isalpha() else character
        if not drawn.endswith(kind):
            drawn += kind
    return drawn
