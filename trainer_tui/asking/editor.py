"""A file at a line in the person's own editor: which command opens it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import PurePath

from trainer_tui.errors import TrainerError

# Editors with a way of their own to say a line; all others take +LINE, as vi, nano and emacs do.
_GOTO = {"code": ("--wait", "--goto"), "codium": ("--wait", "--goto"), "cursor": ("--wait", "--goto")}
_WITH_COLON = frozenset(("hx", "helix", "subl", "zed", "micro", "kak"))


def editor_command(environ: Mapping[str, str], path: PurePath, line: int | None = None) -> list[str] | None:
    """The command line, from $VISUAL or $EDITOR; None where neither is set, TrainerError where it is no command."""
    named = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        chosen = shlex.split(named)
    except ValueError as error:
        raise TrainerError(f"$EDITOR is no command: {named}", f"{error}.") from None
    if not chosen:
        return None
    name = PurePath(chosen[0]).stem
    if line is None:
        return [*chosen, str(path)]
    if name in _GOTO:
        return [*chosen, *_GOTO[name], f"{path}:{line}"]
    if name in _WITH_COLON:
        return [*chosen, f"{path}:{line}"]
    return [*chosen, f"+{line}", str(path)]
