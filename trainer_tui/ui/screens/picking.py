"""One of many things, by name: what is typed filters them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Input

from trainer_tui.ui.fuzzy import matching
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.screens.sheet import ListSheet, SheetList
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import Field
from trainer_tui.ui.widgets.rows import Row


class PickField(Field):
    BINDINGS = [*bindings(Scope.PICK)]

    @property
    def sheet(self) -> Pick:
        assert isinstance(self.screen, Pick)
        return self.screen

    def action_take(self) -> None:
        self.sheet.take_marked()

    def action_move(self, step: int) -> None:
        self.sheet.list.move_to(self.sheet.list.cursor + step)

    def action_new(self) -> None:
        self.sheet.take_typed()


class Pick(ListSheet[None]):
    """A list under a field that filters it. `take` is called with the row's key and raises TrainerError where that will
    not do; `take_new`, where there can be others, with what was typed. `marked` is the key that is marked at first,
    `makes` says what taking a new one does."""

    SCOPES = (Scope.PICK,)

    def __init__(
        self,
        title: str,
        rows: Sequence[Row],
        take: Callable[[Any], object],
        take_new: Callable[[str], object] | None = None,
        marked: Any = None,
        makes: str = "makes it",
    ) -> None:
        super().__init__(title, rows)
        self._take = take
        self._take_new = take_new
        self.idle = frozenset(("pick.new",)) if take_new is None else frozenset()
        self._marked = marked
        self._makes = makes

    def content(self) -> ComposeResult:
        yield PickField()
        yield Lines(id="pick-hint")  # above the list, which may be longer than the sheet
        yield SheetList(self._rows, is_led=True, id="list")

    def on_mount(self) -> None:
        super().on_mount()
        self.list.move_to(next((place for place, row in enumerate(self._rows) if row.key == self._marked), 0))
        self.query_one(Field).focus()
        self._hint()

    @property
    def typed(self) -> str:
        return self.query_one(Field).value.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.list.show_rows(matching(event.value, [(row.text or "", row) for row in self._rows]))
        if event.value.strip():
            self.list.move_to(0)
        self._hint()

    def chosen(self, row: Row) -> None:
        self.take_marked()

    def _hint(self) -> None:
        hint = self.query_one(Lines)
        if self.list.rows:
            hint.show_lines((("type to filter", "dim"),))
        elif self._take_new is None:
            hint.show_lines((("nothing is called so", "dim"),))
        else:
            key = self.desk.keys.shown("pick.new")
            hint.show_lines((("nothing is called so: ", "dim"), (key, "key"), (f" {self._makes}", "dim")))

    def take_marked(self) -> None:
        row = self.list.current
        if row is not None:
            self._try(lambda: self._take(row.key))

    def take_typed(self) -> None:
        if self._take_new is None:
            self._refuse("Nothing new can be made here.")
        elif not self.typed:
            self._refuse("Type its name first.")
        else:
            take_new = self._take_new
            self._try(lambda: take_new(self.typed))

    def _try(self, take: Callable[[], object]) -> None:
        if self.desk.attempt(take, self._refuse):
            self.dismiss(None)

    def _refuse(self, why: str) -> None:
        self.query_one(Lines).show_text(why, "bad")
