"""Text into the word pieces of an uncased BERT model, by its vocabulary."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

_LONGEST_WORD = 100


class WordPieces:
    """`vocabulary`: piece → number; a piece within a word begins with `##`."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self.vocabulary = vocabulary
        self.unknown = vocabulary["[UNK]"]

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of the first pieces of `text`, between those of [CLS] and [SEP]; at most `most` in all."""
        found = [piece for word in _words(text) for piece in self._pieces(word)]
        return [self.vocabulary["[CLS]"], *found[: most - 2], self.vocabulary["[SEP]"]]

    def _pieces(self, word: str) -> list[int]:
        """The longest pieces from the left; a word that cannot be put together is unknown as a whole."""
        pieces: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self.vocabulary.get(prefix + word[start:end])
                if number is not None:
                    pieces.append(number)
                    start = end
                    break
            else:
                return [self.unknown]
        return pieces if len(word) <= _LONGEST_WORD else [self.unknown]


def _words(text: str) -> Iterator[str]:
    """Lower case without accents; punctuation and CJK characters stand alone."""
    word = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if category == "Mn" or (category in ("Cc", "Cf") and not character.isspace()):
            continue
        alone = _is_punctuation(character, category) or _is_ideograph(character)
        if alone or character.isspace():
            if word:
                yield word
            word = ""
            if alone:
                yield character
        else:
            word += character
    if word:
        yield word


def _is_punctuation(character: str, category: str) -> bool:
    """BERT counts every sign of ASCII as punctuation, `$` and `+` too."""
    return category.startswith("P") or (character.isascii() and character.isprintable() and category[0] == "S")


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")
