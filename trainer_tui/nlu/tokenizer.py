"""Words of a message with their places, in any script.

Chinese, Japanese, Thai and their like are written without word boundaries: there every character is a token, whatever
`language` a project names (many a Chinese bot says `en`), so that entities may begin and end anywhere. Elsewhere a
token is a run of letters, digits and the marks that belong to them, or a single sign.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from trainer_tui.dataclass import dataclass

_UNSPACED = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "IDEOGRAPHIC ITERATION",
    "BOPOMOFO",
    "THAI CHARACTER",
    "LAO ",
    "KHMER",
    "MYANMAR",
    "TIBETAN",
)
_ASCII_TOKEN = re.compile(r"[A-Za-z0-9_]+|[!-/:-@\[-^`{-~]")
"""The same rules as below, where all letters are plain: most messages, and several times as fast."""
_SPACE, _SIGN, _WORD, _MARK, _UNSPACED_LETTER = range(5)


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]` of the message, in code points."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf":  # accents, vowel signs, joiners: part of the letter before them
        return _MARK
    if category[0] in "LN" or character == "_":
        unspaced = category[0] == "L" and unicodedata.name(character, "").startswith(_UNSPACED)
        return _UNSPACED_LETTER if unspaced else _WORD
    return _SPACE if character.isspace() or category == "Cc" else _SIGN


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in order; what lies between them is white space and control characters."""
    if text.isascii():
        return [Token(match[0], match.start(), match.end()) for match in _ASCII_TOKEN.finditer(text)]
    bounds: list[list[int]] = []
    before = _SPACE
    for position, character in enumerate(text):
        kind = _kind(character)
        if kind == _MARK and before != _SPACE:
            bounds[-1][1] = position + 1
            continue
        if kind == _MARK:
            kind = _WORD
        if kind == _WORD and before == _WORD:
            bounds[-1][1] = position + 1
        elif kind != _SPACE:
            bounds.append([position, position + 1])
        before = kind
    return [Token(text[start:end], start, end) for start, end in bounds]


def words(text: str) -> list[str]:
    """The tokens of `text` without their places."""
    return _ASCII_TOKEN.findall(text) if text.isascii() else [token.text for token in tokenize(text)]


def normalize(text: str) -> str:
    """The text as far as its meaning goes: width, case and spacing put aside. Offsets do not carry over."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = text.encode("utf-8", "replace").decode()  # a lone half of a surrogate pair could not be stored
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
