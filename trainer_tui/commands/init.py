"""`trainer-tui init`: a small bot that runs, with tests, a workflow file for CI and a line for git; or a sample bot."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from os.path import exists, isfile
from pathlib import Path

from trainer_tui.commands.output import say
from trainer_tui.commands.sample_bots import SAMPLE_BOTS, files_of
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.files import read_exactly, write_atomically

_STARTER = Path(__file__).resolve().parents[1] / "starter"
_IGNORED = ".trainer/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "project", nargs="?", default=Path(), type=Path, metavar="FOLDER", help="where the bot goes (default: here)"
    )
    parser.add_argument("--sample", choices=tuple(SAMPLE_BOTS), help="one of the sample bots, instead of a new one")


def run(arguments: argparse.Namespace) -> int:
    """Nothing that is there is written over; the ignore file alone gets a line more."""
    folder: Path = arguments.project
    found = files_of(arguments.sample) if arguments.sample else _starter()
    # The domain, which makes a folder a bot, comes last.
    listed = sorted(found, key=lambda pair: (pair[1].name == "domain.yml", pair))
    bot = {folder / inside: source for source, inside in listed}
    there = [path for path in bot if exists(path)]
    if there:
        names = ", ".join(map(str, there[:3])) + (", ..." if len(there) > 3 else "")
        raise TrainerError(
            f"{names}: there already, and not written over",
            hint=f"Name an empty folder, or teach the bot that is there: trainer-tui {folder}",
        )
    for path, source in bot.items():
        write_atomically(path, source.read_text(encoding="utf-8"))
        say(f"wrote {path}")
    if added := _ignore(folder / ".gitignore"):
        say(added)
    say(f"Teach it: trainer-tui {folder}")
    return 0


def _starter() -> Iterator[tuple[Path, Path]]:
    return ((path, path.relative_to(_STARTER)) for path in _STARTER.rglob("*") if isfile(path))


def _ignore(file: Path) -> str:
    """Keep sessions and models out of git; what was done, in words."""
    text = read_exactly(file) or ""
    if _IGNORED in text.splitlines():
        return ""
    end = "\n" if text and not text.endswith("\n") else ""
    write_atomically(file, f"{text}{end}{_IGNORED}\n")
    return f"added {_IGNORED} to {file}" if text else f"wrote {file}"
