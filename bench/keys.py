"""What a key costs until the screen shows it, after 10 turns, 1,000 and 5,000: the real session on the full screen."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from bench.measuring import concertbot, peak_mib, spread
from trainer_tui.ui.typed_ahead import MOMENT

NAME = "keys"

_LENGTHS = (10, 1000, 5000)
_TIMES = 15
_AIM = 30.0
_SETTLED = MOMENT + 0.15
"""Seconds after which a letter stands alone and the screen has been drawn; sleeping costs no CPU."""


def run() -> None:
    print(f"CPU ms from a key to the screen, 120x40, {_TIMES} times (aim: under {_AIM:g}, at any length)")
    print(f"{'turns':>6} {'':<12}{'least':>9}{'median':>9}{'most':>9}")
    for turns in _LENGTHS:
        asyncio.run(_measure(turns))


async def _measure(turns: int) -> None:
    from trainer_tui.cli import make_app
    from trainer_tui.commands import interactive
    from trainer_tui.runtime.collection import keeping_what_stays
    from trainer_tui.runtime.opening import open_session
    from trainer_tui.runtime.settings import own_settings
    from trainer_tui.session.protocol import AskMessage, Confirmed, MessageTyped

    with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder, ExitStack() as running:
        bot = concertbot(Path(folder) / "concertbot")
        parser = argparse.ArgumentParser()
        interactive.add_arguments(parser)
        arguments = parser.parse_args(["--actions", str(bot)])
        controller = open_session(interactive.request_of(arguments))
        running.enter_context(keeping_what_stays())  # as the command does
        await controller.finish_learning()
        while True:
            waits_for_message = isinstance(controller.view.prompt, AskMessage)
            if waits_for_message and len(controller.view.fork_points) == turns:
                break
            controller.answer(MessageTyped("/hello") if waits_for_message else Confirmed())
            await controller.perform()
        app = make_app(controller, arguments, own_settings())
        async with app.run_test(size=(120, 40)) as pilot:
            await asyncio.sleep(1.0)
            letters = await _costs(pilot, "x", "backspace")
            await pilot.press("f3")
            rows = await _costs(pilot, "up", "down")
            await pilot.press("f2")
            answers, undone = [], []
            for _ in range(_TIMES):
                controller.answer(MessageTyped("/hello"))
                while controller.view.prompt is None:
                    await asyncio.sleep(_SETTLED)
                await asyncio.sleep(_SETTLED)
                answers.append(await _cpu_of(pilot, "enter"))
                undone.append(await _cpu_of(pilot, "ctrl+z"))
                while len(controller.view.fork_points) > turns:
                    controller.undo()
                await asyncio.sleep(_SETTLED)
            app.exit()
        controller.close()
    for what, costs in {"a letter": letters, "in a pane": rows, "an answer": answers, "undo": undone}.items():
        print(f"{turns:>6} {what:<12}{spread(costs)}")
    print(f"{turns:>6} {'peak MiB':<12}{peak_mib():>9.0f}", flush=True)


async def _costs(pilot: Pilot[int], key: str, back: str) -> list[float]:
    """What a key costs each time; `back` undoes it."""
    costs = []
    for _ in range(_TIMES):
        costs.append(await _cpu_of(pilot, key))
        await _cpu_of(pilot, back)
    return costs


async def _cpu_of(pilot: Pilot[int], key: str) -> float:
    """CPU ms of this process from the key until the screen has settled."""
    started = time.process_time()
    pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await asyncio.sleep(_SETTLED)
    return (time.process_time() - started) * 1000
