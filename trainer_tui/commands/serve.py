"""`trainer-tui serve`: the full screen in a browser on this machine, a session for each visitor."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from trainer_tui.commands.interactive import add_actions_argument, add_screen_arguments, confidence
from trainer_tui.commands.output import say, tell
from trainer_tui.commands.ports import port_or_any
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.reading.file_search import has_domain, told_bots_below

_PORT = 8000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add(
        "-p",
        "--port",
        type=port_or_any,
        default=_PORT,
        metavar="N",
        help=f"the port (default: {_PORT}; 0: one that is free)",
    )
    session = parser.add_argument_group("the sessions")
    session.add_argument(
        "--rasa", metavar="URL", help="a running Rasa server interprets and predicts (rasa run --enable-api)"
    )
    session.add_argument("--state-dir", type=Path, metavar="DIR", help="keep sessions here (default: FOLDER/.trainer)")
    session.add_argument(
        "--accept-above", type=confidence, metavar="P", help="accept what is at least this sure by itself"
    )
    add_actions_argument(session)
    screen = add_screen_arguments(parser)
    screen.add_argument("--skip-visualization", action="store_true", help="no stories pane")


def run(arguments: argparse.Namespace) -> int:
    """Serves until a signal ends it: exit code 128 + its number."""
    try:
        from trainer_tui.runtime.serving.server import serve
    except ImportError as error:
        raise TrainerError(
            "a browser is served by textual-serve", "It is not installed.", "pip install 'trainer-tui[web]'"
        ) from error
    root: Path = arguments.project
    if not has_domain(root):
        hint = told_bots_below(root) or "Make one there: trainer-tui init FOLDER."
        raise TrainerError(f"there is no bot in {root.absolute()}", hint=hint)
    return serve(command_of(arguments), arguments.port, _opened)


def command_of(arguments: argparse.Namespace) -> list[str]:
    """The command line of a visitor's session, without its name."""
    # -P: what lies in the folder of the moment is no module of ours.
    command = [sys.executable, "-P", "-m", "trainer_tui", "interactive", os.fspath(arguments.project.absolute())]
    for flag in ("rasa", "state_dir", "accept_above"):
        value = getattr(arguments, flag)
        command += [] if value is None else [f"--{flag.replace('_', '-')}={value}"]
    for flag in ("ascii", "no_mouse", "skip_visualization"):
        command += [f"--{flag.replace('_', '-')}"] if getattr(arguments, flag) else []
    if arguments.actions is not None:
        command.append("--actions" if arguments.actions else "--no-actions")
    return command


def _opened(address: str) -> None:
    say(address)
    tell("trainer-tui: open this address in a browser on this machine (Ctrl-C ends all of it; answers are on disk)")
