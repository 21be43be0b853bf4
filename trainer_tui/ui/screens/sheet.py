"""What opens over the session: one framed sheet with a list or a text, left with Esc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.fuzzy import keeps
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, text_of
from trainer_tui.ui.screens.overlay import Overlay, Result
from trainer_tui.ui.widgets.footer import KeyFooter, scopes_in
from trainer_tui.ui.widgets.notice_line import NoticeLine
from trainer_tui.ui.widgets.painted import STYLE_CLASSES
from trainer_tui.ui.widgets.prompts.body import Field
from trainer_tui.ui.widgets.rows import Row, RowList


class Sheet(Overlay[Result], AtDesk):
    """A frame with a title and what `content` yields, over the dimmed session."""

    BINDINGS = [*bindings(Scope.FOCUS)]
    COMPONENT_CLASSES = STYLE_CLASSES
    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    title_text = ""
    idle: frozenset[str] = frozenset()
    """Commands of its scopes that do nothing on this one."""
    _refused = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet", classes=self.__class__.__name__.lower()):
            yield from self.content()
            yield NoticeLine(of_a_sheet=True)
            yield KeyFooter(id="sheet-keys")

    def content(self) -> ComposeResult:
        raise NotImplementedError

    def on_mount(self) -> None:
        # Called once more after the on_mount of a subclass, whose own title stays.
        if self.title_text:
            self.set_title(self.title_text)
        self.show_keys()

    def set_title(self, title: str) -> None:
        self.query_one("#sheet").border_title = Content(self.query_one(KeyFooter).drawable(clean(title)))

    def show_keys(self) -> None:
        self.query_one(KeyFooter).show_scopes(scopes_in(self), self.idle, with_session=False)

    def refuse(self, reason: str) -> None:
        """Say why not, until something else is refused or the sheet is left."""
        self.desk.unsay(self._refused)
        self._refused = reason
        self.desk.say(reason, is_bad=True)

    def on_unmount(self) -> None:
        self.desk.unsay(self._refused)


class SheetList(RowList):
    """The list of a sheet; its cursor is always drawn."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._cursor_always = True


class ListSheet(Sheet[Result]):
    """A sheet with one list: of these rows, if they are known when it opens."""

    def __init__(self, title: str = "", rows: Sequence[Row] = ()) -> None:
        super().__init__()
        self.title_text = title or self.title_text
        self._rows = tuple(rows)

    def content(self) -> ComposeResult:
        yield self.make_list()

    def make_list(self) -> RowList:
        return SheetList(self._rows, id="list")

    def on_rows_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.chosen(self.list.rows[event.index])

    def chosen(self, row: Row) -> None:
        """Enter, or a click, on a row: unless a sheet does otherwise, the row's key is its result."""
        self.dismiss(row.key)

    @property
    def list(self) -> RowList:
        return self.query_one("#list", RowList)

    @property
    def marked(self) -> Any:
        """The key of the row under the cursor."""
        row = self.list.current
        return row.key if row is not None else None


class FilterField(Field):
    """What of a list is shown; it takes a row only while it is used."""

    BINDINGS = [*bindings(Scope.FILTER)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.FILTER,)

    @property
    def sheet(self) -> FilteredSheet[Any]:
        assert isinstance(self.screen, FilteredSheet)
        return self.screen

    def action_leave(self) -> None:
        self.sheet.to_list()

    def action_clear(self) -> None:
        self.value = ""
        self.sheet.to_list()


class FilteredSheet(ListSheet[Result]):
    """A sheet whose list a person can filter; the rows that are left stay in their order."""

    BINDINGS = [*bindings(Scope.SHEET)]
    ALSO: ClassVar[tuple[Scope, ...]] = (Scope.SHEET,)
    """What works there too, though the keys at its foot do not say so."""
    AUTO_FOCUS = "#list"

    def content(self) -> ComposeResult:
        # There from the start, so that what is typed at once goes there.
        field = FilterField(id="filter")
        field.display = False
        yield field
        yield from super().content()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """All of these, as far as the filter lets them through; the cursor stays on its row."""
        self._rows = tuple(rows)
        self._filter()

    @on(Input.Changed, "#filter")
    def _filter(self) -> None:
        rows, current = self.list, self.list.current
        typed = self.query_one(FilterField).value
        kept = [row for row in self._rows if keeps(typed, text_of(row.line) if row.text is None else row.text)]
        rows.show_rows(kept)
        if current in kept:
            rows.move_to(kept.index(current))
        count = f" · {len(kept)} of {len(self._rows)}" if typed.strip() else ""
        self.set_title(f"{self.title_text}{count}")

    def action_filter(self) -> None:
        field = self.query_one(FilterField)
        field.display = True
        field.prefill(field.value)
        self.set_focus(field)
        self.show_keys()

    def to_list(self) -> None:
        field = self.query_one(FilterField)
        field.display = bool(field.value.strip())
        self.set_focus(self.list)
        self.show_keys()
