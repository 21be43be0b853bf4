"""The time line: every move of the session, undone ones too; each can be looked at without going there, or gone to."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from trainer_tui.asking.notation import annotated
from trainer_tui.asking.words import shown_value
from trainer_tui.session.view import HistoryEntry, MoveView, SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, Span, cell_len, clean, cut, fitted
from trainer_tui.ui.screens.sheet import FilteredSheet, Sheet
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.history import entry_lines
from trainer_tui.ui.widgets.rows import Row, Rows


class TimeLine(FilteredSheet[None]):
    BINDINGS = [*bindings(Scope.TIME_LINE)]
    SCOPES = (Scope.TIME_LINE, Scope.SHEET, Scope.LIST)
    title_text = "time line"

    def on_mount(self) -> None:
        super().on_mount()
        moves = self.desk.controller.moves()
        self.show_rows(move_rows(moves, self.desk.signs) or [Row((("Nothing has happened yet.", "dim"),))])
        self.list.move_to(next((place for place, move in enumerate(moves) if move.is_head), len(moves) - 1))
        self.list.focus()

    def chosen(self, row: Row) -> None:
        move = row.key
        if move is not None:
            view = self.desk.controller.look_at(move.node)
            self.app.push_screen(Looked(move, view), lambda goes: self._go(move) if goes else None)

    def action_go(self) -> None:
        row = self.list.current
        if row is not None and row.key is not None:
            self._go(row.key)

    def _go(self, move: MoveView) -> None:
        if self.desk.attempt(lambda: self.desk.controller.go_to(move.node), self.refuse):
            self.dismiss(None)


def move_rows(moves: Sequence[MoveView], signs: Signs) -> list[Row]:
    """A move a row: its turn, what it was, who made it, and its branch, or that it was undone."""
    width = min(max((cell_len(clean(move.words)) for move in moves), default=0), 40)
    rows = []
    for move in moves:
        where: Span = (clean(move.branch), "dim") if move.is_live else ("undone", "warn")
        by = "" if move.by == "you" else f"{move.by}  "
        line: Line = (
            (f" {signs.predicted if move.is_head else ' '} ", "accent"),
            (f"{move.turn or '':>4}  ", "dim"),
            (f"{fitted(clean(move.words), width)}  ", "" if move.is_live else "dim"),
            (by, "dim"),
            where,
        )
        rows.append(Row(line, move, move.words))
    return rows


class Entries(Rows):
    """A conversation to be read; the end is in sight."""

    STICKS_TO_END = True

    def __init__(self, entries: Sequence[HistoryEntry]) -> None:
        super().__init__(id="list")
        self._entries = entries
        self._cursor_always = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command of the sheet takes the place of the list's own Enter."""
        return action != "choose"

    def row_count(self) -> int:
        return len(self._entries)

    def row_lines(self, index: int, width: int) -> list[Line]:
        entry = self._entries[index]
        head = "" if entry.number is None else str(entry.number)
        return entry_lines(entry, (f"{head:>4} ", "dim"), width, self.signs, annotated)

    def row_text(self, index: int) -> str:
        return self._entries[index].text


class Looked(Sheet[bool]):
    """The session as it was after a move; the result is whether to go there."""

    BINDINGS = [*bindings(Scope.LOOKED)]
    SCOPES = (Scope.LOOKED, Scope.LIST)

    def __init__(self, move: MoveView, view: SessionView) -> None:
        super().__init__()
        self._move = move
        self._then = view

    def content(self) -> ComposeResult:
        slots = [row for row in self._then.slots if row.value is not None]
        told = [HistoryEntry("bot", "slot", f"slot {row.name} = {shown_value(row.value)}") for row in slots]
        heading = [HistoryEntry("bot", "event", "slots then:")] if told else []
        yield Entries((*self._then.history, *heading, *told))

    def on_mount(self) -> None:
        super().on_mount()
        self.set_title(f"as it was after {cut(clean(self._move.words), 40)}; nothing has changed")
        self.query_one(Entries).focus()

    def action_go(self) -> None:
        self.dismiss(True)
