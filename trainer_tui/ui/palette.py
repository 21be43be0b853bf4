"""The command palette: every command by name. Those that have no effect now come last, and say why."""

from __future__ import annotations

from collections.abc import Mapping

from trainer_tui.ui.desk import Desk
from trainer_tui.ui.keymap import COMMANDS
from trainer_tui.ui.lines import Line
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.widgets.rows import Row

_WIDTH = 9
"""Cells of a key and what is between it and its command."""


class Palette(Pick):
    """One of the commands, or of what a command without a key of its own lets choose from."""


def command_rows(desk: Desk, can_suspend: bool) -> list[Row]:
    """The key table's commands, and what has no key: suspend, theme. A row's key is its Textual action."""
    idle = desk.idle_commands()
    listed = [(command.tooltip, desk.keys.shown(command.id), command) for command in COMMANDS if command.in_palette]
    rows = [_row(keys, what, command.action) for what, keys, command in listed if command.id not in idle]
    if can_suspend:
        rows.append(_row("", "Suspend: back to the shell, `fg` returns", "app.suspend_process"))
    rows.append(_row("", "Theme: dark, light, or the terminal's own colours", "app.change_theme"))
    rows += (_row(keys, what, command.action, idle[command.id]) for what, keys, command in listed if command.id in idle)
    return rows


def reasons(desk: Desk) -> Mapping[str, str]:
    """Why some of the rows cannot be taken now, by their keys."""
    idle = desk.idle_commands()
    return {command.action: idle[command.id] for command in COMMANDS if command.id in idle}


def _row(keys: str, what: str, action: str, why: str = "") -> Row:
    # The reason comes first: what a narrow sheet cuts off is the end.
    told: Line = ((f"{why}  ", ""), (what, "dim")) if why else ((what, ""),)
    return Row(((f" {keys:<{_WIDTH}}", "dim" if why else "key"), *told), action, what)
