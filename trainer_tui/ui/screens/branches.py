"""Branches: the conversations of this session; return to one, name it."""

from __future__ import annotations

from trainer_tui.errors import TrainerError
from trainer_tui.session.view import BranchView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import cell_len, clean, fitted
from trainer_tui.ui.screens.dialogs import AskLine
from trainer_tui.ui.screens.sheet import ListSheet
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.rows import Row, RowList


class Branches(ListSheet[None]):
    BINDINGS = [*bindings(Scope.BRANCHES)]
    SCOPES = (Scope.BRANCHES, Scope.LIST)
    TITLE_TEXT = "branches"

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        current = next((place for place, b in enumerate(self.desk.view.branches) if b.is_current), 0)
        self.list.move_to(current)
        self.list.focus()

    def _show(self) -> None:
        self.list.show_rows(branch_rows(self.desk.view.branches, self.desk.signs))

    def on_rows_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        branch = self.list.rows[event.index].key
        self.dismiss(None)
        self.desk.attempt(lambda: self.desk.controller.switch(branch))

    def action_rename(self) -> None:
        row = self.list.current
        if row is None:
            return

        def take(name: str) -> None:
            if not name.strip():
                raise TrainerError("A branch needs a name.")
            self.desk.controller.name_branch(row.key, name.strip())

        self.app.push_screen(AskLine("name of the branch", row.text or "", take=take), lambda _: self._show())


def branch_rows(branches: tuple[BranchView, ...], signs: Signs) -> list[Row]:
    width = min(max((cell_len(branch.name) for branch in branches), default=0), 24)
    return [
        Row(
            (
                (f" {signs.predicted if branch.is_current else ' '} ", "accent"),
                (f"{fitted(clean(branch.name), width)}  ", "strong" if branch.is_current else ""),
                (clean(" · ".join(branch.messages)) or "no message yet", "dim"),
            ),
            branch.id,
            branch.name,
        )
        for branch in branches
    ]
