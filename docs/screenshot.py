"""Draws docs/screen.svg: the concert bot at the question that its stories leave open.

`python -m docs.screenshot` runs the program itself on a copy of the bot, its action server included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def concertbot() -> Iterator[TrainerApp]:
    """The program with a copy of the bot, which nothing that is done here changes."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder  # the theme and keys of whoever draws it are their own
        bot = Path(folder) / "concertbot"
        shutil.copytree(HERE.parent / "sample_bots" / "concertbot", bot, ignore=shutil.ignore_patterns(".trainer"))
        parser = argparse.ArgumentParser()
        interactive.add_arguments(parser)
        arguments = parser.parse_args(["--actions", str(bot)])
        controller = open_session(interactive.request_of(arguments))
        try:
            yield make_app(controller, arguments, own_settings())
        finally:
            controller.close()


async def at_rest(pilot: Pilot[int], app: TrainerApp, asked: type[object] | None = None) -> None:
    """Wait until such a question is asked, nothing runs or is learned, and the screen shows it."""
    while True:
        await pilot.pause(0.1)
        view = app.controller.view
        is_asked = asked is None or isinstance(view.prompt, asked)
        if is_asked and view.effect is None and "learning" not in " ".join(view.status.model):
            break
    await pilot.pause(0.5)


async def walk(app: TrainerApp) -> str:
    async with app.run_test(size=SIZE) as pilot:
        await at_rest(pilot, app, AskMessage)
        await pilot.press(*"/search_concerts", "enter")
        await at_rest(pilot, app, ConfirmAction)
        await pilot.press("enter")
        await at_rest(pilot, app, ConfirmAction)
        await pilot.press("enter")
        await at_rest(pilot, app, AskMessage)
        await pilot.press(*"/compare_reviews", "enter")
        await at_rest(pilot, app, ConfirmAction)
        return app.export_screenshot(title="trainer-tui sample_bots/concertbot")


def without_fonts(picture: str) -> str:
    """Rich's fonts are fetched from another host: the reader's own monospace one does as well."""
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> None:
    with concertbot() as app:
        (HERE / "screen.svg").write_text(without_fonts(asyncio.run(walk(app))), encoding="utf-8")


if __name__ == "__main__":
    main()
