"""What the latest correction fixed and broke, a row a step, each leading there."""

from __future__ import annotations

from trainer_tui.asking.consequences import Consequences, listed, summary, told
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row


class Broken(FilteredSheet[None]):
    """Enter tells a row whole; `o` leads there: to the story in the editor, to the move of this session."""

    BINDINGS = [*bindings(Scope.CONSEQUENCES)]
    SCOPES = (Scope.CONSEQUENCES, Scope.SHEET, Scope.LIST)

    def __init__(self, found: Consequences) -> None:
        head = Row(((clean(summary(found)), "strong"),), None, summary(found))
        rows = [
            Row(
                ((clean(line.text), "" if line.about or line.is_right else "warn"),),
                line.about,
                told(line.about) if line.about else line.text,
            )
            for line in listed(found)
        ]
        super().__init__("what the latest correction changes", (head, *rows))

    def on_mount(self) -> None:
        super().on_mount()
        self.list.move_to(next((place for place, row in enumerate(self.list.rows) if row.key is not None), 0))
        self.list.focus()

    def chosen(self, row: Row) -> None:
        self.desk.show_text("what the latest correction changes", row.text or "")

    def action_open_place(self) -> None:
        one = self.marked
        if one is not None and one.place is not None:
            self.desk.open_place(one.place)
        elif one is not None and one.node is not None:
            node = one.node
            self.dismiss(None)
            self.desk.attempt(lambda: self.desk.controller.go_to(node))
        else:
            self.refuse("This line leads nowhere.")

    def action_undo(self) -> None:
        self.dismiss(None)
        self.desk.attempt(self.desk.controller.undo)
