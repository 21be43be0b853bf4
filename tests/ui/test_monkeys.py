"""Keys pressed at random on the full screen: never a crash, and what is on disk is what was on the screen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.ui.conftest import Teaching
from tests.walks.test_monkeys import shape
from trainer_tui.runtime.journal_reading import read_journal
from trainer_tui.session.machine import start
from trainer_tui.session.protocol import AskMessage
from trainer_tui.session.timeline import Timeline

SEEDS = range(2)
SIZES = ((120, 40), (80, 24), (40, 12))
ANSWERS = ("y", "y", "y", "n", "i", "t", "enter", "enter", "enter", "1", "2", "3", "s", "r", "d", "tab", "escape")
MOVES = ("ctrl+z", "ctrl+y", "ctrl+f", "ctrl+n", "ctrl+t", "ctrl+c", "ctrl+s", "ctrl+o", "ctrl+p", "f1", "f2")
PANES = ("f3", "f4", "f5", "f6", "f7", "f8", "slash", "F", "plus", "minus", "g", "G", "j", "k", "e", "u", "w", "E", "b")
WITHIN = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "backspace", "delete", "space", "x")
MESSAGES = ("/stop", "/greet", "hello", '/inform{"cuisine": "thai"}', "[a](b)", "/", "/request_restaurant", "词 {x}")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bot", ["concertbot", "formbot", "formbot_core"])
async def test_a_session_of_random_keys(
    teaching: Teaching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bot: str, seed: int
) -> None:
    monkeypatch.chdir(tmp_path)  # Where copies are saved.
    dice = random.Random(f"{bot} {seed}")
    async with teaching(bot, size=dice.choice(SIZES)) as trainer:
        controller = trainer.controller
        for _ in range(150):
            if isinstance(trainer.view.prompt, AskMessage) and trainer.focused == "MessageField":
                await trainer.says(dice.choice(MESSAGES))
            await trainer.presses(dice.choice(dice.choice((ANSWERS, ANSWERS, ANSWERS, MOVES, PANES, WITHIN))))
            if not trainer.app.is_running:
                break
        lived = shape(controller.timeline)
        began = controller.timeline.nodes[0].state
        assert began.tracker.event is not None
        name = trainer.view.status.session
    if len(lived) == 1 and lived[0] == shape(Timeline(began))[0]:
        return  # A session without an answer is not kept.
    kept = read_journal(tmp_path / bot / ".trainer" / "sessions" / f"{name}.jsonl")
    assert kept.is_whole
    replayed = Timeline(start(began.domain, at=began.tracker.event.timestamp))
    for record in kept.records:
        replayed.apply(record)
    assert shape(replayed) == lived
