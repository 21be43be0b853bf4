"""A sequence that grows and is taken back at its end, again and again, while others still hold it as it was.

What was taught in a session is one, and so is what was said: every policy, every fit and every view knows some state of
it. Two states of the same list are told apart by their lengths, however long they are; what grows on otherwise is a
list of its own, which knows how far it goes along with the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from operator import is_
from typing import Generic, TypeVar, overload
from weakref import ref

Item = TypeVar("Item")


class _Items(list[Item]):
    """A list, and those that it came from, as long as somebody else holds them: each with how many items, from the
    first on, it has of that one."""

    __slots__ = ("__weakref__", "_came_from")

    def __init__(self, items: Iterable[Item], parted_from: _Items[Item] | None = None) -> None:
        super().__init__(items)
        length = len(self)
        self._came_from: tuple[tuple[ref[_Items[Item]], int], ...] = ()
        if parted_from is not None:
            earlier = ((one, min(shared, length)) for one, shared in parted_from._came_from if one() is not None)
            self._came_from = ((ref(parted_from), length), *earlier)

    def descent(self) -> Iterator[tuple[_Items[Item], int]]:
        """It and those, the nearest first."""
        yield self, len(self)
        for one, shared in self._came_from:
            if (items := one()) is not None:
                yield items, shared


def _surely_shared(one: _Items[Item], other: _Items[Item]) -> int:
    """How many items two lists begin with at least: as many as both have of one that both came from."""
    met: dict[int, tuple[_Items[Item], int]] = {}
    # Nearest first on both sides: who compares has mostly just parted.
    for step in chain.from_iterable(zip_longest(one.descent(), other.descent())):
        if step is not None:
            items, shared = step
            if id(items) in met:
                return min(shared, met[id(items)][1])
            met[id(items)] = step
    return 0


class Growing(Sequence[Item], Generic[Item]):
    """The first `length` items of a list that only grows; equal to any sequence of equal items."""

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = _Items(items)
        self._length = len(self._items)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Growing[Item]:
        return items if isinstance(items, Growing) else cls(items)

    def with_item(self, item: Item) -> Growing[Item]:
        if self._length == len(self._items):
            self._items.append(item)
        elif self._items[self._length] is not item:
            return self._parted().with_item(item)
        return self.up_to(self._length + 1)

    def _parted(self) -> Growing[Item]:
        """The same on a list of its own."""
        parted = self.up_to(self._length)
        parted._items = _Items(self._items[: self._length], self._items)
        return parted

    def up_to(self, length: int) -> Growing[Item]:
        """The first so many."""
        beginning = Growing[Item].__new__(Growing)
        beginning._items, beginning._length = self._items, length
        return beginning

    def shared_length(self, other: Growing[Item]) -> int:
        """How many items both begin with; those of two lists are the same where they are one object."""
        shortest = min(self._length, other._length)
        if self._items is other._items:
            return shortest
        same, most = min(_surely_shared(self._items, other._items), shortest), shortest
        while same < most and self._items[same] is other._items[same]:
            # A whole stretch at once: one by one, a long session would be felt.
            end = (same + most + 1) // 2
            if all(map(is_, self._items[same:end], other._items[same:end])):
                same = end
            else:
                most = end - 1
        return same

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, place: int | slice) -> Item | tuple[Item, ...]:
        chosen = range(self._length)[place]
        return self._items[chosen] if isinstance(chosen, int) else tuple(map(self._items.__getitem__, chosen))

    def __iter__(self) -> Iterator[Item]:
        # Others may let the list grow meanwhile.
        return iter(self._items[: self._length])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Growing):
            return len(self) == len(other) and (self._items is other._items or list(self) == list(other))
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Growing({list(self)!r})"
