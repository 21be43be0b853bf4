"""A person in front of a sample bot, on the real controller, as the command line sets it up."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.ui.trainer import Trainer, at_the_desk, next_turn
from trainer_tui.cli import make_app
from trainer_tui.commands import interactive
from trainer_tui.runtime.opening import open_session
from trainer_tui.runtime.settings import own_settings

Teaching = Callable[..., AbstractAsyncContextManager[Trainer]]


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot waits until the process is idle, which a fit in the background never lets it be.

    `Trainer.settles` waits for messages and effects instead.
    """
    monkeypatch.setattr("textual.app.wait_for_idle", next_turn)
    monkeypatch.setattr("textual.pilot.wait_for_idle", next_turn)


@pytest.fixture
def copy_of(sample_bots: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A sample bot to write into, without a server for its actions unless the test brings one."""

    def copy(name: str) -> Path:
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(sample_bots / name, folder, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
            (folder / "actions.py").unlink(missing_ok=True)
        return folder

    return copy


@pytest.fixture
def teaching(copy_of: Callable[[str], Path]) -> Teaching:
    """`async with teaching("concertbot") as trainer`: the bot's session on a screen of 120x40."""

    @asynccontextmanager
    async def open_desk(
        bot: str = "concertbot",
        *flags: str,
        size: tuple[int, int] = (120, 40),
        said_after: float = 0.0,
        moment: float = 0.0,
    ) -> AsyncIterator[Trainer]:
        parser = argparse.ArgumentParser()
        interactive.add_arguments(parser)
        arguments = parser.parse_args([str(copy_of(bot)), *flags])
        controller = open_session(interactive.request_of(arguments))
        app = make_app(controller, arguments, own_settings())
        app.desk.ahead.moment = moment
        app.main.said_after = said_after
        try:
            async with at_the_desk(app, size) as trainer:
                yield trainer
        finally:
            controller.close()

    return open_desk
