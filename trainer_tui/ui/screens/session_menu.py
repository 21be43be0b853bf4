"""The session menu: what can be done with the session, each line saying what it will do now."""

from __future__ import annotations

from trainer_tui.asking.menu import Entry, entries, script_entries
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Keys, Scope, bindings
from trainer_tui.ui.lines import clean, cut
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row


class SessionMenu(FilteredSheet[str]):
    """Opened from anywhere; the same key goes back. Its result is what was chosen."""

    BINDINGS = [*bindings(Scope.MENU)]
    SCOPES = (Scope.MENU,)
    title_text = "session"

    def __init__(self, view: SessionView, unexported: str | None, copyable: str = "") -> None:
        super().__init__()
        self._view = view
        self._unexported = unexported
        self._copyable = copyable

    def on_mount(self) -> None:
        self.show_rows(menu_rows(self._view, self._unexported, self.desk.keys, self.desk.signs.more, self._copyable))
        first = next(place for place, row in enumerate(self._rows) if row.key == "continue")
        self.list.move_to(first)
        self.list.focus()
        super().on_mount()

    def chosen(self, row: Row) -> None:
        self.action_take(row.key)

    def action_take(self, choice: str) -> None:
        row = next((row for row in self._rows if row.key == choice), None)
        if row is not None and row.is_enabled:
            self.dismiss(choice)
        elif row is not None:
            self.refuse(f"{row.text}.")


def menu_rows(view: SessionView, unexported: str | None, keys: Keys, more_sign: str, copyable: str = "") -> list[Row]:
    """The entries of the menu; those that have no effect now say so and are dimmed."""
    copying = (Entry("menu.copy", "Copy selection", cut(clean(copyable), 40)),) if copyable else ()
    general = entries(view, unexported)
    behind = next(place for place, entry in enumerate(general, 1) if entry.command == "menu.fork")
    listed = (*copying, *general[:behind], *script_entries(view), *general[behind:])
    width = max(len(keys.shown(entry.command)) for entry in listed)
    rows = []
    for entry in listed:
        label = f" {entry.label}" + (f" {more_sign}" if entry.opens else "")
        more = f"  {clean(entry.more)}" if entry.more else ""
        rows.append(
            Row(
                (
                    (f" {keys.shown(entry.command):<{width}} ", "key"),
                    (label, "" if entry.is_enabled else "dim"),
                    (more, "dim"),
                ),
                entry.command.removeprefix("menu."),
                text=entry.told,
                is_enabled=entry.is_enabled,
            )
        )
    return rows
