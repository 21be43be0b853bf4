"""Runs a front end, and lets go of what still runs beside it once the person leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.5
"""Seconds that what was under way has to take its leave."""


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for one front end. At its end everything under way is cancelled, and waited for no longer than a moment:
    asyncio's own runner waits for ever for a name that no server resolves, or a task that will not end."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=PATIENCE))
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()
