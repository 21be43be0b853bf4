"""The command palette: every command by name, only those that have an effect now."""

from __future__ import annotations

from trainer_tui.ui.desk import Desk
from trainer_tui.ui.keymap import COMMANDS
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.widgets.rows import Row


class Palette(Pick):
    """One of the commands, or of what a command without a key of its own lets choose from."""


def command_rows(desk: Desk, can_suspend: bool) -> list[Row]:
    """The key table's commands, and what has no key: suspend, theme. A row's key is its Textual action."""
    idle = desk.idle_commands()
    listed = [
        (command.tooltip, desk.keys.all_shown(command.id), command.action)
        for command in COMMANDS
        if command.in_palette and command.id not in idle
    ]
    if can_suspend:
        listed.append(("Suspend: back to the shell, `fg` returns", "", "app.suspend_process"))
    listed.append(("Theme: dark, light, or the terminal's own colours", "", "app.change_theme"))
    return [Row(((f" {what}", ""), (f"  {keys}", "dim")), action, what) for what, keys, action in listed]
