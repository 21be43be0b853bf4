"""Draws docs/screen.svg: the concert bot at the question that its stories leave open.

`python docs/screenshot.py` runs the program itself on a copy of the bot, its action server included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from trainer_tui.cli import make_app
from trainer_tui.commands import interactive
from trainer_tui.runtime.opening import open_session
from trainer_tui.runtime.settings import own_settings
from trainer_tui.session.protocol import AskMessage, ConfirmAction
from trainer_tui.ui.app import TrainerApp

HERE = Path(__file__).resolve().parent
SIZE = (120, 36)


async def comes(pilot: Pilot[int], app: TrainerApp, kind: type[object], action: str | None = None) -> None:
    """Wait until such a question is asked (about this action)."""
    while True:
        await pilot.pause(0.1)
        prompt = app.controller.view.prompt
        asked_about = prompt.prediction.action if isinstance(prompt, ConfirmAction) else None
        if isinstance(prompt, kind) and action in (None, asked_about):
            return


async def walk(app: TrainerApp) -> str:
    async with app.run_test(size=SIZE) as pilot:
        while "learning" in app.controller.view.status.model:
            await pilot.pause(0.1)
        await comes(pilot, app, AskMessage)
        await pilot.press(*"/search_concerts", "enter")
        await comes(pilot, app, ConfirmAction, "action_search_concerts")
        await pilot.press("y")
        await comes(pilot, app, ConfirmAction, "action_listen")
        await pilot.press("y")
        await comes(pilot, app, AskMessage)
        await pilot.press(*"/compare_reviews", "enter")
        await comes(pilot, app, ConfirmAction)
        while "learning" in app.controller.view.status.model:
            await pilot.pause(0.1)
        await pilot.pause(0.5)
        return app.export_screenshot(title="trainer-tui sample_bots/concertbot")


def without_fonts(picture: str) -> str:
    """Rich's fonts are fetched from another host: the reader's own monospace one does as well."""
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> None:
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    with tempfile.TemporaryDirectory() as folder:
        bot = Path(folder) / "concertbot"
        shutil.copytree(HERE.parent / "sample_bots" / "concertbot", bot, ignore=shutil.ignore_patterns(".trainer"))
        parser = argparse.ArgumentParser()
        interactive.add_arguments(parser)
        arguments = parser.parse_args(["--actions", str(bot)])
        controller = open_session(interactive.request_of(arguments))
        try:
            picture = asyncio.run(walk(make_app(controller, arguments, own_settings())))
        finally:
            controller.close()
    (HERE / "screen.svg").write_text(without_fonts(picture), encoding="utf-8")


if __name__ == "__main__":
    main()
