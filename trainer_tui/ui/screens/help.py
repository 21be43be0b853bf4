"""Help: the keys of what has focus, made from the keymap; and jump mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.widgets import Static

from trainer_tui.ui.keymap import Keys, Scope, commands
from trainer_tui.ui.screens.dialogs import Reader
from trainer_tui.ui.screens.overlay import Overlay
from trainer_tui.ui.widgets.rows import Row


class Help(Reader):
    """Every command that works where the help was asked for, innermost first."""

    BINDINGS = [("question_mark", "screen.close", "Back")]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__("keys", rows)


def help_rows(scopes: Iterable[Scope], in_force: Keys, about: str = "") -> list[Row]:
    """The marks, then a block of keys a scope."""
    rows: list[Row] = [Row(((about, "dim"),)), Row(())] if about else []
    for scope in dict.fromkeys((*scopes, Scope.SESSION, Scope.EVERYWHERE)):
        rows.append(Row(((f" {scope.value}", "strong"),)))
        for command in commands(scope):
            # The nine digits read as one line.
            if command.id in {f"question.{digit}" for digit in range(2, 10)}:
                continue
            keys = in_force.all_shown(command.id)
            tooltip = command.tooltip
            if command.id == "question.1":
                keys, tooltip = "1 … 9", "That candidate at once"
            rows.append(Row(((f"  {keys:<14} ", "key"), (tooltip, ""))))
        rows.append(Row(()))
    return rows


class Jump(Overlay[str]):
    """One letter a pane; any other key goes back."""

    def __init__(self, targets: Mapping[str, tuple[str, Offset]]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        for letter, (_, offset) in self._targets.items():
            label = Static(f" {letter} ", classes="jump-letter", markup=False)
            label.absolute_offset = offset
            label.styles.offset = (offset.x, offset.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        event.stop()
        target = self._targets.get(event.character or "")
        self.dismiss(target[0] if target else None)

    def on_click(self) -> None:
        self.dismiss(None)
