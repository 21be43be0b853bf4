"""The sessions in the sample bots' folders, played key by key on the full screen with the real action servers."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.session.protocol import AskMessage, ChooseAction, ChooseIntent, MarkEntities


def answers_of(walk: Path) -> list[str]:
    """What is typed in a recorded session, without its remarks and its export."""
    lines = walk.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(":")]


async def gives(trainer: Trainer, answer: str) -> None:
    """The keys that give a plain session's answer to the question on the screen."""
    match trainer.view.prompt:
        case AskMessage() | ChooseIntent() | ChooseAction():
            await trainer.says(answer)
        case MarkEntities():
            await trainer.presses("tab", "end", "ctrl+u")
            await trainer.says(answer)
        case _:
            await trainer.presses(answer)


async def test_a_recorded_session_is_taught_key_by_key(walk: Path, teaching: Teaching, tmp_path: Path) -> None:
    sample, bot = walk.parent.parent, tmp_path / walk.parent.parent.name
    # With its actions: the desk takes a folder that is there already as it is.
    shutil.copytree(sample, bot, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    async with teaching(bot.name, "--actions") as trainer:
        for answer in answers_of(walk):
            # What is predicted does not depend on how fast the models are fitted.
            await trainer.controller.finish_learning()
            await trainer.settles()
            await gives(trainer, answer)
        assert isinstance(trainer.view.prompt, AskMessage), trainer.text
        assert trainer.controller.timeline.state.tracker.active_loop is None
        await trainer.presses("ctrl+s", "enter")
        assert trainer.app.controller.unexported() is None
    before, after = (read_project(folder).stories.steps for folder in (sample, bot))
    assert len(after) == len(before) + 1
