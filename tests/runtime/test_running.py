"""Whoever leaves does not wait for what will not end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from trainer_tui.runtime.running import event_loop


def test_a_task_that_will_not_be_cancelled_is_not_waited_for() -> None:
    asked = []

    async def stubborn() -> None:
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            asked.append("to end")

    with event_loop() as loop:
        task = loop.create_task(stubborn())
        loop.run_until_complete(asyncio.sleep(0))
    assert asked == ["to end"]
    assert loop.is_closed() and not task.done()
