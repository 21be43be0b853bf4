"""No garbage collection while a project is read and learned, and none of what stays while a session grows.

Reading and training make hundreds of thousands of objects that stay, in no cycles; the collector would go through all
of them again and again, and find nothing, for a quarter of the time. So it would through what a long session keeps.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any


class _Resting:
    """How many need the collector to rest, in whatever threads, and whether it worked before the first of them; how
    many sessions keep what is here."""

    count = 0
    was_on = False
    sessions = 0
    lock = Lock()


@contextmanager
def no_collection() -> Iterator[None]:
    """Switch the collector off, and on again where it was on once nobody needs that any more; also a decorator."""
    with _Resting.lock:
        _Resting.was_on = _Resting.was_on if _Resting.count else gc.isenabled()
        _Resting.count += 1
        gc.disable()
    try:
        yield
    finally:
        with _Resting.lock:
            _Resting.count -= 1
            if _Resting.was_on and not _Resting.count:
                gc.enable()


@contextmanager
def making_what_stays() -> Iterator[None]:
    """The same around what is made beside a session and stays as long: a collection that went through all of it, once,
    would hold up a key for a tenth of a second with a thousand stories, and for a second with ten thousand."""
    with no_collection():
        yield
        if _Resting.sessions:
            gc.freeze()


@contextmanager
def keeping_what_stays() -> Iterator[None]:
    """Go through nothing again that is here now, nor what is still here after a collection of everything."""

    def keep(phase: str, about: dict[str, Any]) -> None:
        if phase == "stop" and about["generation"] == 2:
            gc.freeze()

    gc.freeze()
    gc.callbacks.append(keep)
    _Resting.sessions += 1
    try:
        yield
    finally:
        gc.callbacks.remove(keep)
        _Resting.sessions -= 1
