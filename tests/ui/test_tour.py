"""The tour: each step is done by the person's own keys, says what to press, and can be left at any moment."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from tests.ui.trainer import Trainer, at_the_desk
from trainer_tui.cli import make_app
from trainer_tui.commands import interactive
from trainer_tui.commands.tour import copy_of_bot
from trainer_tui.runtime.opening import open_session
from trainer_tui.runtime.settings import own_settings
from trainer_tui.ui.tour import STEPS, Tour

KEYS = (
    ("type hello, then enter", ("h", "e", "l", "l", "o", "enter")),
    ("enter says yes", ("enter",)),
    ("a says yes to the whole turn", ("a",)),
    ("type /compare_reviews, then enter", (*"/compare", "underscore", *"reviews", "enter")),
    ("w tells", ("w",)),
    ("esc goes back", ("escape",)),
    ("n, type good, then enter", ("n", "g", "o", "o", "d", "enter")),
    ("ctrl+z takes it back", ("ctrl+z",)),
    ("ctrl+s shows it", ("ctrl+s",)),
    ("esc goes back", ("escape",)),
)


@pytest.mark.parametrize("size", [(60, 20), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_who_does_what_it_says_gets_to_its_end(tmp_path: Path, size: tuple[int, int]) -> None:
    parser = argparse.ArgumentParser()
    interactive.add_arguments(parser)
    arguments = parser.parse_args([str(copy_of_bot(tmp_path)), "--no-actions"])
    controller = open_session(interactive.request_of(arguments))
    app = make_app(controller, arguments, own_settings(), tour=Tour())
    app.desk.ahead.moment = 0.0
    async with at_the_desk(app, size) as trainer:
        for place, (told, keys) in enumerate(KEYS, 1):
            assert f"Tour {place} of {len(STEPS)}" in guide(trainer)
            assert told.casefold() in guide(trainer).casefold()
            await trainer.presses(*keys)
        assert guide(trainer).startswith("That is all.")
    controller.close()


def guide(trainer: Trainer) -> str:
    region = trainer.app.main.query_one("#guide").region
    strips = trainer.app.main._compositor.render_strips()[region.y : region.bottom]
    return re.sub(r"\s+", " ", " ".join(strip.text for strip in strips)).strip()
