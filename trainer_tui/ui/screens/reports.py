"""What there is to read about the session: warnings on the project's files, the action server's log."""

from __future__ import annotations

from trainer_tui.errors import Problem
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.sheet import FilteredSheet, SheetList
from trainer_tui.ui.widgets.rows import Row, RowList
from trainer_tui.ui.workers import work_beside


class Warnings(FilteredSheet[None]):
    """What was noted while opening, undefined or unused names, conflicting stories; `o` opens the place."""

    BINDINGS = [*bindings(Scope.PROBLEMS)]
    SCOPES = (Scope.PROBLEMS, Scope.SHEET, Scope.LIST)
    title_text = "warnings about the project's files"

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        self.list.focus()

    def session_changed(self) -> None:
        if self._known != self._shown:
            self._show()

    def _show(self) -> None:
        self._shown = self._known
        problems, notes = self._shown
        self.show_rows(
            [Row(((clean(str(problem)), ""),), problem, str(problem)) for problem in problems]
            + [Row(((clean(note), "dim"),), None, note) for note in notes]
            or [Row((("There are none.", "dim"),))]
        )

    @property
    def _known(self) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
        """The project is gone through while the session has begun already."""
        status = self.desk.view.status
        return status.warnings, status.notes

    def chosen(self, row: Row) -> None:
        self.desk.show_text("warning", row.text or "")

    def action_health(self) -> None:
        from trainer_tui.ui.screens.health import Health

        self.desk.open(Health())

    def action_open_place(self) -> None:
        row = self.list.current
        if row is not None and row.key is not None and row.key.place is not None:
            self.desk.open_place(row.key.place)


class LogList(SheetList):
    """What was printed last stays in sight, unless it was scrolled away from."""

    STICKS_TO_END = True


class ActionLog(FilteredSheet[None]):
    """What the action server printed; it never reaches the screen by itself."""

    BINDINGS = [*bindings(Scope.ACTION_LOG)]
    SCOPES = (Scope.ACTION_LOG, Scope.SHEET, Scope.LIST)
    title_text = "action server"

    def make_list(self) -> RowList:
        return LogList(id="list")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        self.list.focus()
        self.set_interval(1.0, self._show)

    def _show(self) -> None:
        lines = self.desk.controller.action_log()
        self.show_rows(
            [Row(((clean(line), ""),), text=line) for line in lines] or [Row((("It has printed nothing.", "dim"),))]
        )

    def chosen(self, row: Row) -> None:
        self.desk.show_text("action server", row.text or "")

    def action_restart(self) -> None:
        work_beside(self.app, self.desk.controller.restart_actions, "restart", exclusive=True)
