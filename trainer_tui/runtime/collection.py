"""No garbage collection while a project is read and learned, and none of what stays while a session grows.

Reading and training make hundreds of thousands of objects that stay, in no cycles; the collector would go through all
of them again and again, and find nothing, for a quarter of the time. So it would through what a long session keeps.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_collection() -> Iterator[None]:
    """Switch the collector off, and on again where it was on; also a decorator."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def keeping_what_stays() -> Iterator[None]:
    """Go through nothing again that is here now, nor what is still here after a collection of everything."""

    def keep(phase: str, about: dict[str, Any]) -> None:
        if phase == "stop" and about["generation"] == 2:
            gc.freeze()

    gc.freeze()
    gc.callbacks.append(keep)
    try:
        yield
    finally:
        gc.callbacks.remove(keep)
