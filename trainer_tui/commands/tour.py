"""`trainer-tui tour`: two guided minutes on a copy of a sample bot, of which nothing is kept."""

from __future__ import annotations

import argparse
import shutil
from os.path import isdir
from pathlib import Path

from trainer_tui.commands.interactive import add_screen_arguments
from trainer_tui.errors import TrainerError

_PACKAGE = Path(__file__).resolve().parents[1]
_BOTS = (_PACKAGE / "tour_bot", _PACKAGE.parent / "sample_bots" / "concertbot")
"""Where the bot lies: in what is installed, in a checkout."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_screen_arguments(parser)


def copy_of_bot(to: Path) -> Path:
    """A bot to be shown around with."""
    source = next((bot for bot in _BOTS if isdir(bot)), None)
    if source is None:
        raise TrainerError("the bot of the tour is not installed", hint="Install trainer-tui again.")
    return shutil.copytree(source, to / "concertbot", ignore=shutil.ignore_patterns(".trainer", "walks", "__pycache__"))
