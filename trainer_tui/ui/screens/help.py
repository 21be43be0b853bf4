"""Help: the keys of what has focus, made from the keymap; and jump mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.widgets import Static

from trainer_tui.asking.story_map import LEGEND
from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.keymap import Keys, Scope, bindings, commands
from trainer_tui.ui.screens.dialogs import Reader
from trainer_tui.ui.screens.overlay import Overlay
from trainer_tui.ui.widgets.rows import Row

_TOLD_AT = 17
"""The column at which it is told what a key does."""


class Help(Reader):
    """Every command that works where the help was asked for, innermost first."""

    BINDINGS = [*bindings(Scope.HELP)]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__("keys", rows)


def help_rows(scopes: Iterable[Scope], in_force: Keys, about: str = "") -> list[Row]:
    """The marks, then a block of keys a scope."""
    rows: list[Row] = [Row(((about, "dim"),)), Row(())] if about else []
    for scope in dict.fromkeys((*scopes, Scope.FOCUS, Scope.SESSION, Scope.EVERYWHERE)):
        rows.append(Row(((f" {scope.value}", "strong"),)))
        if scope is Scope.STORIES:
            rows.append(Row(((f"  the map: {LEGEND}", "dim"),)))
        for command in commands(scope):
            # The nine digits read as one line.
            if command.id in {f"question.{digit}" for digit in range(2, 10)}:
                continue
            keys = in_force.all_shown(command.id)
            tooltip = command.tooltip
            if command.id == "question.1":
                keys = f"{keys} … {in_force.shown('question.9')}"
                tooltip = "That candidate or button"
            rows.append(Row(((f"  {keys:<14} ", "key"), (tooltip, "")), hanging=_TOLD_AT))
        rows.append(Row(()))
    return rows


class Jump(Overlay[str], AtDesk):
    """One key a pane; any other goes back. Its result is the pane's name; `targets`: name → where its key is shown."""

    def __init__(self, targets: Mapping[str, Offset]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for name, offset in self._targets.items():
            label = Static(f" {self.desk.keys.shown(f'jump.{name}')} ", classes="jump-letter", markup=False)
            label.absolute_offset = offset
            label.styles.offset = (offset.x, offset.y)
            yield label

    def action_go(self, name: str) -> None:
        self.dismiss(name if name in self._targets else None)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        command_id = self.desk.keys.command(Scope.JUMP, event.key)
        self.action_go(command_id.removeprefix("jump.") if command_id else "")

    def on_click(self) -> None:
        self.dismiss(None)
