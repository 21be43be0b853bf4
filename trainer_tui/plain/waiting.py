"""How a command waits for work that takes a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from trainer_tui.progress import Progress

Found = TypeVar("Found")


class Wait(Protocol):
    """What the work comes to. A line now and then tells meanwhile how far it is, and Ctrl-C stops it."""

    def __call__(self, work: Callable[[Progress], Coroutine[Any, Any, Found]], /) -> Awaitable[Found]: ...
