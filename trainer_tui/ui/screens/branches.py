"""Branches: the conversations of this session as a tree; return to one, name it, drop it, see two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.errors import TrainerError
from trainer_tui.session.view import BranchView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Span, cell_len, clean, fitted
from trainer_tui.ui.screens.compared import Compared
from trainer_tui.ui.screens.dialogs import AskLine
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.rows import Row


class Branches(FilteredSheet[None]):
    BINDINGS = [*bindings(Scope.BRANCHES)]
    SCOPES = (Scope.BRANCHES, Scope.SHEET, Scope.LIST)
    title_text = "branches"

    def __init__(self) -> None:
        super().__init__()
        self._marked: int | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        current = next((place for place, row in enumerate(self.list.rows) if row.key.is_current), 0)
        self.list.move_to(current)
        self.list.focus()

    def _show(self) -> None:
        self.show_rows(branch_rows(self.desk.view.branches, self.desk.signs, self._marked))

    @property
    def _branch(self) -> BranchView | None:
        return self.list.current.key if self.list.current is not None else None

    def chosen(self, row: Row) -> None:
        branch = row.key
        if branch.is_dropped:
            self.refuse(f"{branch.name} was dropped; {self.desk.keys.shown('branches.drop')} takes it back.")
        elif self.desk.attempt(lambda: self.desk.controller.switch(branch.id), self.refuse):
            self.dismiss(None)

    def action_rename(self) -> None:
        branch = self._branch
        if branch is None:
            return

        def take(name: str) -> None:
            if not name.strip():
                raise TrainerError("A branch needs a name.")
            self.desk.controller.name_branch(branch.id, name.strip())

        self.app.push_screen(AskLine("name of the branch", branch.name, take=take), lambda _: self._show())

    def action_drop(self) -> None:
        """Let it go, or take it back: at once, since nothing is lost by it."""
        branch = self._branch
        if branch is None:
            return
        controller = self.desk.controller
        if branch.is_dropped:
            self.desk.attempt(lambda: controller.restore_branch(branch.id), self.refuse)
        elif self.desk.attempt(lambda: controller.drop_branch(branch.id), self.refuse):
            key = self.desk.keys.shown("branches.drop")
            self.desk.say(f"{branch.name} is exported no more; {key} here takes it back, undo does too.")
        self._show()

    def action_mark(self) -> None:
        branch = self._branch
        if branch is not None:
            self._marked = None if self._marked == branch.id else branch.id
            self._show()

    def action_compare(self) -> None:
        """The marked one, else the one where the session is, and the one under the cursor."""
        branch = self._branch
        branches = self.desk.view.branches
        other = next((b for b in branches if b.id == self._marked), next((b for b in branches if b.is_current), None))
        if branch is None or other is None or branch.id == other.id:
            mark = self.desk.keys.shown("branches.mark")
            self.refuse(f"Move to another branch than {other.name if other else 'this'}; {mark} marks the first.")
            return
        left, right = other, branch
        if self.desk.attempt(lambda: self.desk.controller.compare(left.id, right.id), self.refuse):
            rows = self.desk.controller.compare(left.id, right.id)
            self.app.push_screen(Compared(left.name, right.name, rows))


def branch_rows(branches: Sequence[BranchView], signs: Signs, marked: int | None = None) -> list[Row]:
    """A branch a row, beneath the one that it left."""
    tree = _tree(branches)
    width = min(max((cell_len(rail) + cell_len(clean(branch.name)) for rail, branch in tree), default=0), 34)
    rows = []
    for rail, branch in tree:
        name = fitted(clean(branch.name), max(width - cell_len(rail), 6))
        gone = "dropped" if branch.is_dropped else "replaced by an edit" if branch.is_replaced else ""
        style = "dim" if gone else "strong" if branch.is_current else ""
        said: tuple[Span, ...] = ((f"{gone} · ", "warn"),) if gone else ()
        rows.append(
            Row(
                (
                    (f" {signs.predicted if branch.is_current else ' '}", "accent"),
                    (f"{signs.agrees if branch.id == marked else ' '} ", "mark"),
                    (rail, "dim"),
                    (f"{name}  ", style),
                    *said,
                    (clean(" · ".join(branch.messages)) or "no message yet", "dim"),
                ),
                branch,
                branch.name,
            )
        )
    return rows


def _tree(branches: Sequence[BranchView]) -> list[tuple[str, BranchView]]:
    """(what is drawn before it, branch), each beneath its origin."""
    known = {branch.id for branch in branches}
    left: dict[int | None, list[BranchView]] = {}
    for branch in sorted(branches, key=lambda one: one.id):
        left.setdefault(branch.origin if branch.origin in known else None, []).append(branch)
    rows: list[tuple[str, BranchView]] = []

    def add(origin: int | None, before: str) -> None:
        siblings = left.get(origin, [])
        for place, branch in enumerate(siblings):
            is_last = place == len(siblings) - 1
            is_root = origin is None
            rows.append(("" if is_root else f"{before}{'╰─' if is_last else '├─'} ", branch))
            add(branch.id, "" if is_root else f"{before}{'   ' if is_last else '│  '}")

    add(None, "")
    return rows
