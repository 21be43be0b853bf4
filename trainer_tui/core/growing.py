"""A sequence that grows and is taken back at its end, again and again, while others still hold it as it was.

What was taught in a session is one, and so is what was said: every policy, every fit and every view knows some state of
it. Two states of the same list are told apart by their lengths, however long they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import is_
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")


class Growing(Sequence[Item], Generic[Item]):
    """The first `length` items of a list that only grows; equal to any sequence of equal items."""

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = list(items)
        self._length = len(self._items)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Growing[Item]:
        return items if isinstance(items, Growing) else cls(items)

    def with_item(self, item: Item) -> Growing[Item]:
        if self._length == len(self._items):
            self._items.append(item)
        elif self._items[self._length] is not item:
            return Growing([*self, item])
        return self.up_to(self._length + 1)

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
        same, most = 0, shortest
        while same < most:
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
