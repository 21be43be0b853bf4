"""What is said beside the question: one notice at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Notice(NamedTuple):
    text: str
    is_bad: bool = False

    @property
    def seconds(self) -> float:
        return 6.0 if self.is_bad else 3.0


class Notices:
    """Those that are said now and next. A bad one stays its time; any other gives way to what comes after it.

    `show` is called with each as its turn comes, None when all are said; `wait` calls back after some seconds.
    """

    def __init__(self, show: Callable[[Notice | None], None], wait: Callable[[float, Callable[[], None]], object]):
        self._show = show
        self._wait = wait
        self._waiting: deque[Notice] = deque()
        self._turn = 0

    @property
    def now(self) -> Notice | None:
        return self._waiting[0] if self._waiting else None

    def __iter__(self) -> Iterator[Notice]:
        return iter(self._waiting)

    def say(self, notice: Notice) -> None:
        now = self.now
        if now is not None and not now.is_bad:
            self._waiting.popleft()
        if notice not in self._waiting:
            self._waiting.append(notice)
        if self.now is not now:
            self._next()

    def _next(self) -> None:
        self._turn += 1
        self._show(self.now)
        if self.now is not None:
            turn = self._turn
            self._wait(self.now.seconds, lambda: self.dismiss() if turn == self._turn else None)

    def take_back(self, notice: Notice) -> None:
        """It is of no use any more."""
        if notice == self.now:
            self.dismiss()
        elif notice in self._waiting:
            self._waiting.remove(notice)

    def dismiss(self) -> None:
        """What is said now has been said."""
        self._waiting.popleft()
        self._next()
