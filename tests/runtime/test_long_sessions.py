"""A turn, and undo, do late in a session what they did early: counted by the calls that they make.

Nobody watches; for whoever does the stories around are outlined.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Any

from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import SessionRequest, open_session
from trainer_tui.runtime.project import Sources
from trainer_tui.session.protocol import AskMessage, Confirmed, HumanInput, MessageTyped

EARLY, LATE = 12, 48
TIMES = 12
"""So many cycles are counted; what a fit, and what watches in slices of time, add to some of them does not count."""


async def test_what_is_late_in_a_session_costs_what_it_cost_early(
    sample_bots: Path, kept_models: Callable[[Path], None], tmp_path: Path
) -> None:
    bot = shutil.copytree(sample_bots / "concertbot", tmp_path / "concertbot")
    kept_models(bot)
    controller = open_session(SessionRequest(Sources(bot)))
    try:
        await controller.begin()
        await controller.finish_learning()
        calls = [await counted_after(controller, EARLY), await counted_after(controller, LATE)]
        assert not controller.view.stories.rows
        controller.observe(lambda _: None)
        controller.refresh()
        assert controller.view.stories.rows
    finally:
        controller.close()
    (early_turns, early_undos), (late_turns, late_undos) = calls
    assert late_turns < 1.1 * early_turns
    assert late_undos < 1.1 * early_undos


async def counted_after(controller: Controller, turns: int) -> tuple[int, int]:
    """The calls of two turns, and of undoing them."""
    while len(controller.view.fork_points) < turns:
        await two_turns(controller)
    said, undone = [], []
    for _ in range(TIMES):
        said.append(await calls_of(lambda: two_turns(controller)))
        undone.append(await calls_of(lambda: undo_two_turns(controller)))
    return min(said), min(undone)


async def two_turns(controller: Controller) -> None:
    for message in ("/hello", "/thankyou"):
        await answer(controller, MessageTyped(message))
        while not isinstance(controller.view.prompt, AskMessage):
            await answer(controller, Confirmed())


async def answer(controller: Controller, given: HumanInput) -> None:
    controller.answer(given)
    await controller.perform()
    await controller.finish_watching()


async def undo_two_turns(controller: Controller) -> None:
    wanted = len(controller.view.fork_points) - 2
    while len(controller.view.fork_points) > wanted:
        controller.undo()
        await controller.finish_watching()


async def calls_of(work: Callable[[], Awaitable[None]]) -> int:
    """How many functions, ours and Python's, this thread calls meanwhile."""
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        await work()
    finally:
        sys.setprofile(None)
    return calls
