"""`trainer-tui tour`: two guided minutes on a copy of a sample bot, of which nothing is kept."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from trainer_tui.commands.interactive import add_screen_arguments
from trainer_tui.commands.sample_bots import files_of

BOT = "concertbot"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_screen_arguments(parser)


def copy_of_bot(to: Path) -> Path:
    """A bot to be shown around with."""
    for source, inside in files_of(BOT):
        (to / BOT / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, to / BOT / inside)
    return to / BOT
