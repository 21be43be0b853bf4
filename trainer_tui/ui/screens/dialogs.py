"""Small sheets: one line to type, one thing to choose, one text to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Input

from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.screens.sheet import FilteredSheet, Sheet, SheetList
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import Field
from trainer_tui.ui.widgets.rows import Row, RowList


class DialogField(Field):
    BINDINGS = [*bindings(Scope.DIALOG)]

    async def action_take(self) -> None:
        await self.action_submit()


class AskLine(Sheet[str]):
    """One line of text. `take` is called with it and raises TrainerError while it will not do."""

    SCOPES = (Scope.DIALOG,)
    HOLDS_TEXT = True

    def __init__(self, title: str, value: str = "", hint: str = "", take: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self.title_text = title
        self._value = value
        self._hint = hint
        self._take = take

    def content(self) -> ComposeResult:
        yield DialogField(value=self._value)
        yield Lines(id="dialog-hint")

    def on_mount(self) -> None:
        super().on_mount()
        field = self.query_one(Field)
        field.prefill(self._value)
        field.focus()
        self._say(self._hint, "dim")

    def _say(self, text: str, style: str) -> None:
        self.query_one("#dialog-hint", Lines).show_text(text, style)

    def on_input_changed(self) -> None:
        self._say(self._hint, "dim")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        take = self._take
        if take is None or self.desk.attempt(lambda: take(event.value), lambda why: self._say(why, "bad")):
            self.dismiss(event.value)


class FindField(Field):
    BINDINGS = [*bindings(Scope.FIND)]

    @property
    def sheet(self) -> Find:
        assert isinstance(self.screen, Find)
        return self.screen

    def action_find(self, direction: int) -> None:
        self.sheet.look(self.value, direction)

    def action_keep(self) -> None:
        self.sheet.dismiss(True)


class Find(Sheet[bool]):
    """A text to find as it is typed: `look` goes to the match in that direction (0: the nearest from where it began)
    and says which of how many it is. Its result is whether to stay there."""

    SCOPES = (Scope.FIND,)

    def __init__(self, title: str, look: Callable[[str, int], str]) -> None:
        super().__init__()
        self.title_text = title
        self._look = look

    def content(self) -> ComposeResult:
        yield FindField()
        yield Lines(id="dialog-hint")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Field).focus()

    def look(self, wanted: str, direction: int) -> None:
        self.query_one("#dialog-hint", Lines).show_lines(((self._look(wanted, direction), "dim"),))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.look(event.value, 0)


class Choose(FilteredSheet[Any]):
    """One of some rows; its result is the row's key."""

    BINDINGS = [*bindings(Scope.DIALOG)]
    SCOPES = (Scope.DIALOG, Scope.SHEET)

    def make_list(self) -> RowList:
        return SheetList(self._rows, is_led=True, id="list")

    def on_mount(self) -> None:
        super().on_mount()
        self.list.focus()

    def action_take(self) -> None:
        self.list.action_choose()


class Reader(FilteredSheet[None]):
    """Something to read in full, wrapped."""

    BINDINGS = [*bindings(Scope.READER)]
    SCOPES = (Scope.READER, Scope.SHEET)

    def make_list(self) -> RowList:
        return RowList(self._rows, wraps=True, is_led=True, id="list")

    def on_mount(self) -> None:
        super().on_mount()
        self.list.focus()

    def chosen(self, row: Row) -> None:
        self.dismiss(None)

    def action_copy_all(self) -> None:
        self.desk.copy("\n".join(row.copied for row in self._rows))
