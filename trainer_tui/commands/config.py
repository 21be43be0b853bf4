"""`trainer-tui config`: where the settings are, opened in the editor, or checked."""

from __future__ import annotations

import argparse
import os
import subprocess
from os.path import exists
from pathlib import Path

from trainer_tui.asking.editor import editor_command
from trainer_tui.commands.output import problem_as_dict, say, say_json, tell
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.runtime.files import write_atomically
from trainer_tui.runtime.settings import TEMPLATE, bot_settings, own_file, own_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "project", nargs="?", default=Path(), type=Path, metavar="FOLDER", help="the bot's folder (default: here)"
    )
    parser.set_defaults(does="check")
    does = parser.add_mutually_exclusive_group()
    for what, told in (
        ("path", "print where your own settings are"),
        ("edit", "open them in $EDITOR; a new file lists all that can be set"),
        ("check", "tell what of them, and of the bot's trainer.toml, cannot be followed (unless told otherwise)"),
    ):
        does.add_argument(f"--{what}", dest="does", action="store_const", const=what, help=told)
    parser.add_argument("--json", action="store_true", help="what cannot be followed as JSON on standard output")


def run(arguments: argparse.Namespace) -> int:
    """1 where something cannot be followed; `arguments.faults_of` tells it of what the screen alone knows."""
    file = own_file()
    if arguments.does == "path":
        say(str(file))
        return 0
    if arguments.does == "edit":
        _edit(file)
    own, bots = own_settings(), bot_settings(arguments.project)
    on_screen = (Problem(fault, Place(str(file))) for fault in arguments.faults_of(own.values))
    problems = (*own.problems, *on_screen, *bots.problems)
    if arguments.json:
        say_json({"problems": [problem_as_dict(problem) for problem in problems]}, indent=2)
        return 1 if problems else 0
    for problem in problems:
        tell(str(problem))
    if not problems:
        say("All settings can be followed.")
    return 1 if problems else 0


def _edit(file: Path) -> None:
    command = editor_command(os.environ, file)
    if command is None:
        raise TrainerError("$EDITOR is not set", hint=f"Set it, or open {file} yourself.")
    if not exists(file):
        write_atomically(file, TEMPLATE)
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise TrainerError(f"{command[0]} cannot be started", str(error.strerror)) from error
