"""A file at a line in the person's own editor, to which the screen is left meanwhile."""

from __future__ import annotations

import os
import subprocess
from os.path import exists
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.app import App, SuspendNotSupported

from trainer_tui.asking.editor import editor_command
from trainer_tui.errors import Place, TrainerError


class CannotOpen(TrainerError):
    """There is no editor, which is not wrong, just not set up."""


def open_in_editor(app: App[Any], path: Path, place: Place) -> None:
    """Open the file at the place's line, and come back when the editor ends. TrainerError, CannotOpen."""
    command = editor_command(os.environ, path, place.line)
    if command is None:
        raise CannotOpen(f"{place}  (set $EDITOR to open it from here)")
    if not exists(path):
        raise TrainerError(f"{path} does not exist")
    _run(app, command)


def edited(app: App[Any], text: str) -> str:
    """The text as the editor left it, without the line breaks at its end. TrainerError, CannotOpen."""
    with TemporaryDirectory(prefix="trainer-tui-") as folder:
        file = Path(folder) / "text.txt"
        file.write_text(f"{text}\n", encoding="utf-8")
        command = editor_command(os.environ, file)
        if command is None:
            raise CannotOpen("Set $EDITOR to write it there.")
        _run(app, command)
        try:
            return file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise TrainerError("what the editor left cannot be read", f"{error}.") from error


def _run(app: App[Any], command: list[str]) -> None:
    try:
        # Nothing may be drawn while the terminal is the editor's: the writer could block on a full queue.
        with app.batch_update(), app.suspend():
            subprocess.run(command, check=False)
    except OSError as error:
        raise TrainerError(f"{command[0]} cannot be started", f"{error.strerror}.") from error
    except SuspendNotSupported as error:
        raise TrainerError("there is no terminal here that an editor could have") from error
    finally:
        app.refresh()


def can_suspend(app: App[Any]) -> bool:
    """Whether there is a shell to go back to; in a browser, or as a tmux window's own command, there is none."""
    return app._driver is not None and app._driver.can_suspend and has_job_control()


def has_job_control() -> bool:
    """Whether something outside our process group, in our session, can bring us back to the foreground.

    That is what POSIX asks of a group that can be stopped: the parent of one of its processes is in another group of
    the same session. We follow our parents up through the group (`make run` is in it, the shell is not).
    """
    group = os.getpgrp()
    process = os.getpid()
    try:
        while os.getpgid(process) == group:
            parent = _parent(process)
            if parent is None or parent == process:
                return False
            process = parent
        return os.getsid(process) == os.getsid(0)
    except OSError:
        return False


def _parent(process: int) -> int | None:
    if process == os.getpid():
        return os.getppid() or None
    told = subprocess.run(("ps", "-o", "ppid=", "-p", str(process)), capture_output=True, text=True, check=False)
    return int(told.stdout) or None if told.stdout.strip().isdigit() else None
