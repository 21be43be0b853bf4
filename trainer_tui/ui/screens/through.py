"""The stories through a row or node of the stories pane, each with its line: to open it, or to begin from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainer_tui.errors import Place
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row

Told = tuple[str, Place | None]


class Through(FilteredSheet[None]):
    """`head` tells what stands there; `begin` starts from a story."""

    BINDINGS = [*bindings(Scope.THROUGH)]
    SCOPES = (Scope.THROUGH, Scope.SHEET, Scope.LIST)

    def __init__(self, head: Sequence[str], stories: Sequence[Told], begin: Callable[[Told], None]) -> None:
        rows = [Row(((clean(line), "strong"),)) for line in head]
        rows += [Row(((clean(f"  {name}  {place or ''}".rstrip()), ""),), (name, place)) for name, place in stories]
        super().__init__("stories through here", rows)
        self._first = len(head)
        self._begin = begin

    def on_mount(self) -> None:
        super().on_mount()
        self.list.move_to(min(self._first, len(self.list.rows) - 1))

    @property
    def _story(self) -> Told | None:
        told: Told | None = self.marked
        return told

    def chosen(self, row: Row) -> None:
        self.action_open_place()

    def action_open_place(self) -> None:
        place = self._story[1] if self._story else None
        if place is None:
            self.refuse("This line names no file.")
        else:
            self.desk.open_place(place)

    def action_begin(self) -> None:
        if self._story is None:
            self.refuse("Mark a story.")
        else:
            self.dismiss(None)
            self._begin(self._story)
