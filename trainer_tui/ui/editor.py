"""Which command opens a file at a line in the person's own editor."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

# Editors with a way of their own to say a line; all others take +LINE, as vi, nano and emacs do.
_GOTO = {"code": ("--wait", "--goto"), "codium": ("--wait", "--goto"), "cursor": ("--wait", "--goto")}
_WITH_COLON = frozenset(("hx", "helix", "subl", "zed", "micro", "kak"))


def editor_command(path: Path, line: int | None = None) -> list[str] | None:
    """The command line, from $VISUAL or $EDITOR; None where neither is set."""
    chosen = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
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
