"""Two branches side by side: what they share is quiet, what differs is marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from textual.app import ComposeResult

from trainer_tui.asking.notation import annotated
from trainer_tui.session.view import ComparedRow, HistoryEntry
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, cut, width_of
from trainer_tui.ui.screens.sheet import Sheet
from trainer_tui.ui.widgets.history import entry_lines
from trainer_tui.ui.widgets.rows import Rows


class SideBySide(Rows):
    """One row two entries, each in its half."""

    def __init__(self, compared: Sequence[ComparedRow]) -> None:
        super().__init__(id="list")
        self._compared = compared
        self._cursor_always = True

    def row_count(self) -> int:
        return len(self._compared)

    def row_lines(self, index: int, width: int) -> list[Line]:
        row = self._compared[index]
        half = max((width - 3) // 2, 8)
        sign, style = (" │ ", "dim") if row.is_same else (f" {self.signs.unlike} ", "bad")
        sides = (self._half(row.left, half, row.is_same), self._half(row.right, half, row.is_same))
        return [
            (*(left or ()), (" " * (half - width_of(left or ())), ""), (sign, style), *(right or ()))
            for left, right in zip_longest(*sides)
        ]

    def _half(self, entry: HistoryEntry | None, width: int, is_same: bool) -> list[Line]:
        if entry is None:
            return [()]
        lines = entry_lines(entry, ("", ""), width, self.signs, annotated)
        return [tuple((text, "dim") for text, _ in line) for line in lines] if is_same else lines

    def row_text(self, index: int) -> str:
        row = self._compared[index]
        return " | ".join(entry.text if entry is not None else "" for entry in (row.left, row.right))

    def to_difference(self, direction: int) -> bool:
        """To the next row that differs, in this direction; False where there is none."""
        place = self.cursor + direction
        while 0 <= place < len(self._compared):
            if not self._compared[place].is_same:
                self.move_to(place)
                return True
            place += direction
        return False


class Compared(Sheet[None]):
    BINDINGS = [*bindings(Scope.COMPARED)]
    SCOPES = (Scope.COMPARED, Scope.LIST)

    def __init__(self, left: str, right: str, compared: Sequence[ComparedRow]) -> None:
        super().__init__()
        self._names = (left, right)
        self._compared = compared

    def content(self) -> ComposeResult:
        yield SideBySide(self._compared)

    @property
    def rows(self) -> SideBySide:
        return self.query_one(SideBySide)

    def on_mount(self) -> None:
        super().on_mount()
        left, right = (cut(name, 24) for name in self._names)
        different = sum(not row.is_same for row in self._compared)
        said = (
            "nothing differs" if not different else "1 line differs" if different == 1 else f"{different} lines differ"
        )
        self.set_title(f"{left} │ {right}: {said}")
        if self._compared and self._compared[0].is_same:
            self.rows.to_difference(1)
        self.rows.focus()

    def action_difference(self, direction: int) -> None:
        if not self.rows.to_difference(direction):
            self.refuse("Nothing more differs in this direction.")
