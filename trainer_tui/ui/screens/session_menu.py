"""The session menu: what can be done with the session, each line saying what it will do now."""

from __future__ import annotations

from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Keys, Scope, bindings
from trainer_tui.ui.lines import clean, cut
from trainer_tui.ui.screens.sheet import ListSheet
from trainer_tui.ui.widgets.rows import Row, RowList


class SessionMenu(ListSheet[str]):
    """Opened from anywhere; the same key goes back. Its result is what was chosen."""

    BINDINGS = [*bindings(Scope.MENU)]
    SCOPES = (Scope.MENU,)
    TITLE_TEXT = "session"

    def __init__(self, view: SessionView, unexported: str | None, copyable: str = "") -> None:
        super().__init__()
        self._view = view
        self._unexported = unexported
        self._copyable = copyable

    def on_mount(self) -> None:
        self.list.show_rows(menu_rows(self._view, self._unexported, self.desk.keys, self._copyable))
        first = next(place for place, row in enumerate(self.list.rows) if row.key == "continue")
        self.list.move_to(first)
        self.list.focus()
        super().on_mount()

    def on_rows_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_take(self.list.rows[event.index].key)

    def action_take(self, choice: str) -> None:
        row = next((row for row in self.list.rows if row.key == choice), None)
        if row is not None and row.is_enabled:
            self.dismiss(choice)
        elif row is not None:
            self.refuse(f"{row.text}.")


def menu_rows(view: SessionView, unexported: str | None, keys: Keys, copyable: str = "") -> list[Row]:
    """The lines of the menu; those that have no effect now say so and are dimmed."""
    branches = ", ".join(f"{branch.name}{'*' if branch.is_current else ''}" for branch in view.branches)
    lines = [
        ("continue", "Continue", "", True),
        ("undo", "Undo last", view.undo or "nothing to undo", view.undo is not None),
        (
            "fork",
            "Fork from an earlier message …",
            "" if view.fork_points else "no message yet",
            bool(view.fork_points),
        ),
        ("fresh", "Start fresh", "a new conversation; this one is kept", True),
        ("branches", "Branches …", branches, True),
        ("save", "Save …", "on disk already: name it, or save a copy", True),
        ("export", "Export …", unexported or "nothing new", True),
        ("export_quit", "Export and quit …", "", True),
        ("quit", "Quit", "nothing is lost", True),
    ]
    if copyable:
        lines.insert(0, ("copy", "Copy selection", cut(clean(copyable), 40), True))
    shown_keys = {key: keys.shown(f"menu.{key}") for key, *_ in lines}
    width = max(map(len, shown_keys.values()))
    rows = []
    for key, name, more, is_enabled in lines:
        shown = f"  {clean(more)}" if more else ""
        rows.append(
            Row(
                ((f" {shown_keys[key]:<{width}} ", "key"), (f" {name}", "" if is_enabled else "dim"), (shown, "dim")),
                key,
                text=f"{name}: {more}" if more else name,
                is_enabled=is_enabled,
            )
        )
    return rows
