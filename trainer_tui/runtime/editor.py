"""A file at a line in the person's own editor: which command opens it, and that it runs."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from trainer_tui.errors import TrainerError

# Editors with a way of their own to say a line; all others take +LINE, as vi, nano and emacs do.
_GOTO = {"code": ("--wait", "--goto"), "codium": ("--wait", "--goto"), "cursor": ("--wait", "--goto")}
_WITH_COLON = frozenset(("hx", "helix", "subl", "zed", "micro", "kak"))


def editor_command(path: Path, line: int | None = None) -> list[str] | None:
    """The command line, from $VISUAL or $EDITOR; None where neither is set, TrainerError where it is no command."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        chosen = shlex.split(named)
    except ValueError as error:
        raise TrainerError(f"$EDITOR is no command: {named}", f"{error}.") from None
    if not chosen:
        return None
    name = Path(chosen[0]).stem
    if line is None:
        return [*chosen, str(path)]
    if name in _GOTO:
        return [*chosen, *_GOTO[name], f"{path}:{line}"]
    if name in _WITH_COLON:
        return [*chosen, f"{path}:{line}"]
    return [*chosen, f"+{line}", str(path)]


def run_editor(command: Sequence[str]) -> None:
    """To its end; TrainerError where it cannot be started."""
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise TrainerError(f"{command[0]} cannot be started", f"{error.strerror}.") from error
