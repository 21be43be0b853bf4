"""Presses every key that is bound in every state, at four sizes, over a controller without a session: what raises, and
what the help does not tell. `python -m tests.ui.crawl`; it takes minutes, so that CI crawls a part of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable

import pytest

from tests.ui.fake_controller import CONFIRM, REVIEW, FakeController
from tests.ui.test_look import PLAYING, VIEWS
from tests.ui.trainer import Trainer, at_the_desk, next_turn
from trainer_tui.session.view import SessionView
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.keymap import BY_ID, Scope
from trainer_tui.ui.lines import text_of
from trainer_tui.ui.screens.help import help_rows
from trainer_tui.ui.widgets.footer import all_scopes_in

State = tuple[SessionView, tuple[str, ...]]
"""What is shown, and the keys that lead on from there."""

SIZES = ((60, 20), (80, 24), (120, 40), (200, 60))
_OPENED = (
    *("f3", "f4", "f5", "f6", "f7", "f8", "f9", "f1", "e", "w", "f"),
    *("ctrl+c", "ctrl+s", "ctrl+f", "ctrl+r", "ctrl+l", "ctrl+g", "ctrl+k", "ctrl+o", "ctrl+p"),
    *("f3 slash", "f6 F", "f6 m", "f8 h", "ctrl+s E", "ctrl+s r", "ctrl+r enter", "ctrl+r enter m"),
    *("ctrl+l home enter", "ctrl+g j c", "f5 enter", "f1 slash"),
)
STATES: dict[str, State] = {
    **{name: (view, ()) for name, view in VIEWS.items()},
    "script": (PLAYING, ()),
    **{keys: (CONFIRM, tuple(keys.split())) for keys in _OPENED},
}


async def crawled(size: tuple[int, int], states: Iterable[State], presses: bool = True) -> AsyncIterator[str]:
    """What went wrong, each with where."""
    controller = FakeController(CONFIRM)
    controller.review = REVIEW
    app = TrainerApp(controller, said_after=0.0, moment=0.0)
    async with at_the_desk(app, size) as trainer:
        for state in states:
            where = f"{size[0]}x{size[1]}, {type(state[0].prompt).__name__} {' '.join(state[1])}"
            await _go(trainer, state)
            bound = _bound(app)
            told = "\n".join(text_of(row.line) for row in help_rows(all_scopes_in(app.screen), app.desk.keys))
            for id_ in sorted(set(bound.values())):
                # The nine digits read as one line.
                if BY_ID[id_].tooltip not in told and BY_ID[id_].scope is not Scope.NUMBERS:
                    yield f"{where}: the help does not tell {id_}"
            for key, id_ in bound.items() if presses else ():
                if id_ == "app.quit":
                    continue
                await trainer.presses(key)
                for fault in app.faults.met:
                    yield f"{where}, {key} ({id_}): {fault!r}"
                app.faults.met.clear()
                await _go(trainer, state)


def _bound(app: TrainerApp) -> dict[str, str]:
    """Key → id of the command, where both are in force."""
    found = ((key, active.binding.id) for key, active in app.screen.active_bindings.items())
    return {key: id_ for key, id_ in found if id_ is not None and id_ in BY_ID}


async def _go(trainer: Trainer, state: State) -> None:
    view, keys = state
    controller = trainer.app.controller
    assert isinstance(controller, FakeController)
    trainer.app.desk.to_session()
    controller.show(view)
    await trainer.settles()
    trainer.app.desk.to_question()
    await trainer.presses(*keys)


async def _main() -> int:
    os.environ["EDITOR"] = "true"
    pytest.MonkeyPatch().setattr("textual.app.wait_for_idle", next_turn)
    pytest.MonkeyPatch().setattr("textual.pilot.wait_for_idle", next_turn)
    count = 0
    for size in SIZES:
        async for fault in crawled(size, STATES.values()):
            count += 1
            print(fault, flush=True)
    print(f"{len(STATES)} states at {len(SIZES)} sizes, {count} faults")
    return count > 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
