"""The sessions in the form bots' folders, played key by key on the full screen with the real action servers."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.cli import make_app
from trainer_tui.commands import interactive
from trainer_tui.formats.project_files import read_project
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import open_session
from trainer_tui.session.protocol import AskMessage, ChooseAction, ChooseIntent, MarkEntities

BOTS = Path(__file__).resolve().parents[2] / "sample_bots"
WALKS = sorted(path for path in BOTS.glob("*/walks/*.txt") if path.parent.parent.name.startswith("formbot"))


@pytest.fixture(params=WALKS, ids=lambda walk: f"{walk.parent.parent.name}-{walk.stem}")
def walk(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    if path.parent.parent.name == "formbot_core":
        request.getfixturevalue("rasa_core_sdk_python")
    return path


def answers_of(walk: Path) -> list[str]:
    """What is typed in a recorded session, without its remarks and its export."""
    lines = walk.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(":")]


def session_of(walk: Path, folder: Path) -> tuple[Controller, argparse.Namespace]:
    bot = folder / walk.parent.parent.name
    shutil.copytree(walk.parent.parent, bot, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    parser = argparse.ArgumentParser()
    interactive.add_arguments(parser)
    arguments = parser.parse_args([str(bot)])
    return open_session(arguments), arguments


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


async def test_a_recorded_session_is_taught_key_by_key(walk: Path, tmp_path: Path) -> None:
    controller, arguments = session_of(walk, tmp_path)
    try:
        async with at_the_desk(make_app(controller, arguments)) as trainer:
            for answer in answers_of(walk):
                # What is predicted does not depend on how fast the models are fitted.
                await controller.finish_learning()
                await trainer.settles()
                await gives(trainer, answer)
            assert isinstance(trainer.view.prompt, AskMessage), trainer.text
            assert controller.timeline.state.tracker.active_loop is None
            await trainer.presses("ctrl+s", "enter")
            assert trainer.view.export is None
    finally:
        controller.close()
    before, after = (read_project(folder).stories.steps for folder in (walk.parent.parent, Path(arguments.project)))
    assert len(after) == len(before) + 1
