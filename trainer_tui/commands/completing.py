"""What the shell is told while a command line is typed: commands, flags, folders, names of sessions and stories."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from argcomplete import autocomplete
from argcomplete.completers import DirectoriesCompleter, FilesCompleter

SESSION_FLAGS = ("--conversation-id", "--session", "--show", "--delete", "--export")
STORY_FLAGS = ("--around",)


def complete(
    commands: Sequence[str],
    parser_of: Callable[[str], argparse.ArgumentParser],
    likely: str,
    exit_method: Callable[[int], Any] = os._exit,
) -> None:
    """Answer argcomplete's question about COMP_LINE: `likely` is the command where none is typed."""
    line, point = os.environ["COMP_LINE"].encode(), int(os.environ["COMP_POINT"])
    program, _, rest = line.partition(b" ")
    name, blank, _ = rest.lstrip().partition(b" ")
    is_named = bool(blank) and name.decode(errors="replace") in commands
    if is_named:
        # The command's own parser knows nothing of its name.
        without = rest.lstrip()[len(name) + 1 :]
        point -= len(line) - len(program) - 1 - len(without)
        os.environ["COMP_LINE"] = (program + b" " + without).decode(errors="replace")
        os.environ["COMP_POINT"] = str(point)
    parser = parser_of(name.decode() if is_named else likely)
    for action in parser._actions:
        completer = _completer(action)
        if completer is not None:
            action.completer = completer  # type: ignore[attr-defined]
        if action.dest == "project" and not is_named:
            action.completer = _Both(completer, commands)  # type: ignore[attr-defined]
    autocomplete(parser, exit_method=exit_method)


class _Both:
    """The names, and what the completer gives."""

    def __init__(self, completer: Callable[..., Iterable[str]] | None, names: Iterable[str]) -> None:
        self._completer = completer
        self._names = names

    def __call__(self, prefix: str, **about: Any) -> list[str]:
        found = self._completer(prefix, **about) if self._completer is not None else ()
        return [*(name for name in self._names if name.startswith(prefix)), *found]


def _completer(action: argparse.Action) -> Callable[..., Iterable[str]] | None:
    flags = set(action.option_strings)
    if flags & set(SESSION_FLAGS) or "--rename" in flags:
        return _sessions
    if flags & set(STORY_FLAGS):
        return _stories
    if action.dest == "start_from":
        return _sources
    if action.metavar in ("FOLDER", "DIR"):
        completer: Callable[..., Iterable[str]] = DirectoriesCompleter()
        return completer
    return None


def _sessions(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    from trainer_tui.runtime.journal import sessions

    state = getattr(parsed_args, "state_dir", None) or _folder(parsed_args) / ".trainer"
    return [path.stem for path in sessions(state / "sessions") if path.stem.startswith(prefix)]


def _stories(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    from trainer_tui.runtime.reading.project_data import read_project

    names = dict.fromkeys(step.name for step in read_project(_folder(parsed_args)).stories.steps)
    return [name for name in names if name.startswith(prefix)]


def _sources(prefix: str, **about: Any) -> list[str]:
    return [*_sessions(prefix, **about), *_stories(prefix, **about), *FilesCompleter()(prefix, **about)]


def _folder(parsed: argparse.Namespace) -> Path:
    return Path(getattr(parsed, "project", None) or ".")
