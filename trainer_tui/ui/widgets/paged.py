"""A list of any length, a line a row, of which only the pages in sight are ever asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual.geometry import Size

from trainer_tui.ui.lines import Line, cut_line, text_of
from trainer_tui.ui.widgets.rows import Rows

Item = TypeVar("Item")
Fetch = Callable[[int, int], tuple[Sequence[Item], int]]
"""(first, most) → the rows from there on, and how many there are in all."""

_PAGE = 50
_NEAR = 3
"""So many pages around its place are looked through for a row that may have moved."""


class PagedRows(Rows, Generic[Item]):
    """`draw` makes a row's line, `key` tells which row it is. Keys of the sheet take the row."""

    ALLOW_SELECT = False

    def __init__(
        self, fetch: Fetch[Item], draw: Callable[[Item, int], Line], key: Callable[[Item], object], *, id: str
    ) -> None:
        super().__init__(id=id)
        self._fetch = fetch
        self._draw = draw
        self._key = key
        self._pages: dict[int, Sequence[Item]] = {}
        self._total = 0
        self._cursor_always = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "choose"

    @property
    def total(self) -> int:
        return self._total

    @property
    def current(self) -> Item | None:
        return self.item(self.cursor)

    def item(self, index: int) -> Item | None:
        if not 0 <= index < self._total:
            return None
        page, place = divmod(index, _PAGE)
        if page not in self._pages:
            before = self._total
            self._pages[page], self._total = self._fetch(page * _PAGE, _PAGE)
            if self._total != before:
                self.call_later(self._arrange)
        rows = self._pages[page]
        return rows[place] if place < len(rows) else None

    def show_again(self) -> None:
        """Ask anew; the row under the cursor stays where it is on the screen, wherever it is in the list by now."""
        current, before = self.current, self.cursor
        seen_at = before - self.scroll_offset.y
        self._forget()
        place = before if current is None else self._place_of(current, before)
        self._arrange()
        self.set_reactive(Rows.cursor, max(0, min(place, self._total - 1)))
        self.scroll_to(y=max(0, self.cursor - seen_at), animate=False, immediate=True, force=True)
        self.refresh()

    def show_from_start(self, cursor: int = 0) -> None:
        self._forget()
        self._arrange()
        self.set_reactive(Rows.cursor, max(0, min(cursor, self._total - 1)))
        self.reveal(self.cursor)
        self.refresh()
        self.post_message(self.Moved(self, self.cursor))

    def redraw(self) -> None:
        """The same rows look different now."""
        self._drawn.clear()
        self.refresh()

    def _forget(self) -> None:
        self._pages.clear()
        self._drawn.clear()
        rows, self._total = self._fetch(0, _PAGE)
        self._pages[0] = rows

    def _place_of(self, item: Item, near: int) -> int:
        """Where the row is now; its old place where it has gone."""
        key = self._key(item)
        here = near // _PAGE
        for page in sorted(range(max(0, here - _NEAR), here + _NEAR + 1), key=lambda page: abs(page - here)):
            for index in range(page * _PAGE, min((page + 1) * _PAGE, self._total)):
                found = self.item(index)
                if found is not None and self._key(found) == key:
                    return index
        return near

    # --- rows of one line each --------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._width = self.row_width
        self._tops = range(self._total + 1)  # type: ignore[assignment]
        self._end = self._total - 1
        self.virtual_size = Size(self._width, self._total)

    def rows_changed(self, kept: int = 0) -> None:
        self._drawn.clear()
        self._arrange()
        self.refresh()

    def row_count(self) -> int:
        return self._total

    def row_lines(self, index: int, width: int) -> list[Line]:
        item = self.item(index)
        return [cut_line(self._draw(item, width), width) if item is not None else ()]

    def row_text(self, index: int) -> str:
        item = self.item(index)
        return text_of(self._draw(item, 200)).strip() if item is not None else ""
