"""A process that ends with the one that started it, even if that is killed."""

from __future__ import annotations

import os
import threading
import time


def end_with(parent: int) -> None:
    """Watch, beside everything else, whether the parent of that number still lives."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
