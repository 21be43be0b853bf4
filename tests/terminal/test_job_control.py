"""Suspending is offered only where somebody can bring the program back."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAYS = """
from types import SimpleNamespace as Of
from trainer_tui.ui.editor import can_suspend
print("back:", can_suspend(Of(_driver=Of(can_suspend=True))))
"""
ASKS = f"{sys.executable} -c '{'; '.join(SAYS.strip().splitlines())}'"


def told_in_a_terminal(*command: str) -> str:
    """What the command prints as the first program of a terminal of its own."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execvp(command[0], command)
    said = b""
    while True:
        try:
            found = os.read(terminal, 4096)
        except OSError:
            break
        if not found:
            break
        said += found
    os.waitpid(process, 0)
    os.close(terminal)
    return said.decode()


@pytest.mark.parametrize(
    ("command", "can_come_back"),
    [
        # As the own command of a window of tmux: the program is the session's first.
        (("sh", "-c", f"exec {ASKS}"), False),
        # In a script that is the window's command: all are one group, and no shell waits outside of it.
        (("sh", "-c", f"{ASKS}; true"), False),
        # Under a shell with job control, by itself and below something like make.
        (("bash", "--norc", "-c", f"set -m; {ASKS}; true"), True),
        (("bash", "--norc", "-c", f'set -m; sh -c "{ASKS.replace(chr(34), chr(92) + chr(34))}; true"; true'), True),
    ],
    ids=["first in the session", "in the script that is", "of a shell", "of a shell, below another program"],
)
def test_there_is_a_way_back_only_to_a_shell_outside(command: tuple[str, ...], can_come_back: bool) -> None:
    assert f"back: {can_come_back}" in told_in_a_terminal(*command)
