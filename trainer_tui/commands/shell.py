"""The arguments of `trainer-tui shell`, which talks to a bot without teaching it, and what they ask for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.commands.interactive import add_actions_argument

if TYPE_CHECKING:
    from trainer_tui.runtime.opening import SessionRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add("--rasa", metavar="URL", help="a running Rasa server interprets and predicts (rasa run --enable-api)")
    add("--state-dir", type=Path, metavar="DIR", help="keep the talk here (default: FOLDER/.trainer)")
    add_actions_argument(parser)


def request_of(arguments: argparse.Namespace) -> SessionRequest:
    from trainer_tui.runtime.opening import SessionRequest
    from trainer_tui.runtime.project import Sources

    return SessionRequest(
        Sources(arguments.project),
        rasa=arguments.rasa,
        state_folder=arguments.state_dir,
        runs_actions=arguments.actions,
        can_ask=sys.stdin.isatty(),
        is_talk=True,
    )
