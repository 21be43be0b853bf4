"""Places in sequences, found by what came before them.

The past of every place is written down backwards, the latest number first, and all places are sorted by that. Places
that share their last k numbers then lie side by side, for every k at once, and are found by bisection.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from struct import pack

START = 0
"""The number before the first one of each sequence."""

UNKNOWN = 2**32 - 1
"""A number that no sequence has."""

# Four bytes a number, the highest first: so bytes are ordered as the numbers are, and compared at once.
_WIDTH = 4
_BEYOND = UNKNOWN.to_bytes(_WIDTH, "big")

Place = tuple[int, int]
"""(sequence, end): `end` numbers of that sequence lie before it."""


class Backwards:
    """`places` of `sequences` of numbers above START, by the last `longest` numbers (None = all) before each.

    Rows are the places in this order, those of equal pasts as they were given. All is kept as bytes and numbers side
    by side: as tuples it takes ten times the memory.
    """

    def __init__(self, sequences: Iterable[Sequence[int]], places: Iterable[Place], longest: int | None) -> None:
        coded = [_coded([*reversed(numbers), START]) for numbers in sequences]
        self._coded = b"".join(coded)
        self._ends = list(accumulate(map(len, coded)))
        self._longest = longest
        found = sorted(places, key=self._past)
        self._sequences = array("I", [sequence for sequence, _ in found])
        self._places = array("I", [end for _, end in found])

    def __len__(self) -> int:
        return len(self._places)

    def sharing(self, latest: Sequence[int]) -> range:
        """The rows whose past begins with these numbers, the latest first."""
        sought, rows = _coded(latest), range(len(self))
        first = bisect_left(rows, sought, key=self._past_of)
        return range(first, bisect_left(rows, sought + _BEYOND, first, key=self._past_of))

    def places(self, rows: range) -> tuple[Place, ...]:
        chosen = slice(rows.start, rows.stop)
        return tuple(zip(self._sequences[chosen], self._places[chosen], strict=True))

    def groups(self, length: int | None) -> Iterator[range]:
        """The rows of each past, as far as the last `length` numbers tell."""
        width = None if length is None else length * _WIDTH
        first, before = 0, b""
        for row in range(len(self)):
            past = self._past_of(row)[:width]
            if past != before and row:
                yield range(first, row)
                first = row
            before = past
        if len(self):
            yield range(first, len(self))

    def _past_of(self, row: int) -> bytes:
        return self._past((self._sequences[row], self._places[row]))

    def _past(self, place: Place) -> bytes:
        sequence, end = place
        stop = self._ends[sequence]
        first = stop - (end + 1) * _WIDTH
        return self._coded[first : stop if self._longest is None else min(stop, first + self._longest * _WIDTH)]


def _coded(numbers: Sequence[int]) -> bytes:
    return pack(f">{len(numbers)}I", *numbers)
