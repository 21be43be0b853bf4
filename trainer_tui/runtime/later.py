"""What is made when somebody first looks at it, once, whoever looks, in whichever thread. Who looks first can be told
how far the making is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import RLock
from typing import Any, Generic, TypeVar, overload

from trainer_tui.progress import Progress, unheard

Value = TypeVar("Value")
Item = TypeVar("Item")


class Later(Generic[Value]):
    """A value; who asks for it while it is being made waits for that."""

    def __init__(self, make: Callable[[Progress], Value]) -> None:
        self._make: Callable[[Progress], Value] | None = make
        self._lock = RLock()
        self._value: Value

    @property
    def is_made(self) -> bool:
        return self._make is None

    def __call__(self, tell: Progress = unheard) -> Value:
        with self._lock:
            if self._make is not None:
                self._value = self._make(tell)
                self._make = None  # and what it was made of can go
            return self._value


class LaterSequence(Sequence[Item]):
    """A sequence that is equal to the one it is made of. `length`: how long that is, where it is known before."""

    def __init__(self, make: Callable[[Progress], Sequence[Item]], length: int | None = None) -> None:
        self._items = Later(make)
        self._length = length

    def make(self, tell: Progress) -> None:
        """Look at it, and be told how far the making is."""
        self._items(tell)

    def __len__(self) -> int:
        return len(self._items()) if self._length is None else self._length

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: Any) -> Any:
        return self._items()[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
