"""What opens over the session: one framed sheet with a list or a text, left with Esc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.overlay import Overlay, Result
from trainer_tui.ui.widgets.footer import KeyFooter, scopes_in
from trainer_tui.ui.widgets.notice_line import NoticeLine
from trainer_tui.ui.widgets.painted import STYLE_CLASSES
from trainer_tui.ui.widgets.rows import Row, RowList


class Sheet(Overlay[Result], AtDesk):
    """A frame with a title and what `content` yields, over the dimmed session."""

    BINDINGS = [*bindings(Scope.FOCUS)]
    COMPONENT_CLASSES = STYLE_CLASSES
    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    title_text = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet", classes=self.__class__.__name__.lower()):
            yield from self.content()
            yield NoticeLine()
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
        self.query_one(KeyFooter).show_scopes(scopes_in(self), frozenset(), with_session=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_keys)

    def refuse(self, reason: str) -> None:
        self.desk.say(reason, is_bad=True)


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
        yield SheetList(self._rows, id="list")

    def on_rows_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.chosen(self.list.rows[event.index])

    def chosen(self, row: Row) -> None:
        """Enter, or a click, on a row: unless a sheet does otherwise, the row's key is its result."""
        self.dismiss(row.key)

    @property
    def list(self) -> RowList:
        return self.query_one("#list", RowList)
