"""No garbage collection while a project is read and learned.

Reading and training make hundreds of thousands of objects that stay, in no cycles; the collector would go through all
of them again and again, and find nothing, for a quarter of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
