"""A list on the Line API: any number of rows, only those in sight are drawn; one set of keys for every list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from trainer_tui.dataclass import dataclass
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, cut_line, text_of, with_matches, wrap_hanging
from trainer_tui.ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class _Painted:
    """A line on the screen; `place` is where it stands in the list, None outside of it."""

    line: Line
    place: int | None
    has_cursor: bool = False


@dataclass(frozen=True, slots=True)
class _Sight:
    """What decides which lines of a list are in sight and how: asked once for all of them, since Textual works it out
    anew each time."""

    size: Size
    scrolled: Offset
    lead: int
    """Blank lines above the first row."""
    cursor: int | None
    """The row that shows it."""
    selection: Selection | None
    full_width: int


class Rows(Painted, ScrollView, can_focus=True):
    """Rows of one or more lines with a cursor. Subclasses say how many rows there are and how each is drawn.

    O(log n) a line drawn and O(1) a key, whatever the number of rows.
    """

    BINDINGS = [*bindings(Scope.LIST)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.LIST,)
    STICKS_TO_END: ClassVar[bool] = False
    """A conversation: it grows from the bottom, and its end stays in sight unless it was scrolled away from."""

    cursor: reactive[int] = reactive(0, repaint=False)
    # What is drawn anew is said where the rows change; how far they can be scrolled changes none.
    virtual_size = Reactive(Size(0, 0), layout=True, repaint=False)

    @dataclass
    class OfRow(Message):
        rows: Rows
        index: int

        @property
        def control(self) -> Rows:
            return self.rows

    class Chosen(OfRow):
        """Enter on a row, or a second click."""

    class Moved(OfRow):
        """The cursor is on another row."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tops: list[int] = [0]
        self._width = 0
        self._drawn: dict[int, list[Line]] = {}
        self._cursor_always = False
        self._is_pinned = True
        self._end = -1
        self._marked_text = ""
        self._painted: dict[int, _Painted] = {}
        self._sight = _Sight(Size(0, 0), Offset(0, 0), 0, None, None, 0)

    # --- what subclasses say --------------------------------------------------------------------------------------

    def row_count(self) -> int:
        raise NotImplementedError

    def row_lines(self, index: int, width: int) -> list[Line]:
        raise NotImplementedError

    def row_text(self, index: int) -> str:
        """What is copied, found, and shown whole."""
        raise NotImplementedError

    def is_enabled(self, index: int) -> bool:
        return True

    @property
    def end(self) -> int:
        """The row that stays in sight where the end does; behind it may be some that are only announced."""
        return self.row_count() - 1

    # --- content --------------------------------------------------------------------------------------------------

    def rows_changed(self, kept: int = 0) -> None:
        """The rows from `kept` on are others now."""
        cursor_at_end = self.cursor >= self._end
        kept = min(kept, len(self._tops) - 1)
        del self._tops[kept + 1 :]
        for index in [index for index in self._drawn if index >= kept]:
            del self._drawn[index]
        self._measure()
        self._end = self.end
        self.set_reactive(
            Rows.cursor,
            self._end if self.STICKS_TO_END and cursor_at_end else min(self.cursor, self.row_count() - 1),
        )
        if self.STICKS_TO_END and self._is_pinned:
            self._show_end()
        self._refresh_changes()

    def _refresh_changes(self) -> None:
        """Have the lines drawn that are others now: of a pane most stay when a question is answered."""
        sight = self._look()
        others = [y for y in range(sight.size.height) if self._to_paint(y) != self._painted.get(y)]
        if others:
            self.refresh(*(Region(0, y, sight.size.width, 1) for y in others))

    def _look(self) -> _Sight:
        size = self.scrollable_content_region.size
        lead = max(0, size.height - self._tops[-1]) if self.STICKS_TO_END else 0
        cursor = self.cursor if self.shows_cursor else None
        full_width = max(self.virtual_size.width, size.width)
        self._sight = _Sight(size, self.scroll_offset, lead, cursor, self.text_selection, full_width)
        return self._sight

    @property
    def is_at_end(self) -> bool:
        return self.scroll_offset.y >= self._end_y

    @property
    def _end_y(self) -> int:
        """How far the list is scrolled where its end is in sight, with some of what is announced beneath."""
        if self._end >= len(self._tops) - 2:
            return self.max_scroll_y
        height = self.scrollable_content_region.height
        return max(0, min(self._tops[self._end + 1] + height // 3 - height, self.max_scroll_y))

    def _show_end(self) -> None:
        if self._end_y == self.max_scroll_y:
            self.scroll_end(animate=False, immediate=True, x_axis=False, force=True)
        else:
            self.scroll_to(y=self._end_y, animate=False, immediate=True, force=True)

    def _measure(self) -> None:
        width = self._width = self.row_width
        if width <= 0:
            return
        tops = self._tops
        for index in range(len(tops) - 1, self.row_count()):
            tops.append(tops[-1] + len(self._lines_of(index)))
        size = Size(self.virtual_width, tops[-1])
        if self._is_room_for(size) and self._is_room_for(self.virtual_size) and not self.styles.is_auto_height:
            # Nothing is scrolled, before or after: the screen need not be laid out again.
            self.set_reactive(Rows.virtual_size, size)
        else:
            self.virtual_size = size

    def _is_room_for(self, size: Size) -> bool:
        return self.scrollable_content_region.size.region.contains_region(size.region)

    @property
    def row_width(self) -> int:
        """While it is hidden, the one that it had: what it will show is measured before it is there."""
        return self.scrollable_content_region.width or self._width

    @property
    def virtual_width(self) -> int:
        """Wider than the pane where it scrolls sideways."""
        return self.row_width

    def on_resize(self, event: events.Resize) -> None:
        if self.row_width != self._width or len(self._tops) - 1 != self.row_count():
            self.rows_changed()
        elif self.STICKS_TO_END and self._is_pinned:
            self._show_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._is_pinned = self.is_at_end

    # --- drawing --------------------------------------------------------------------------------------------------

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """The layout that gives a list another size draws all of it: what was to be drawn before is not drawn again."""
        was = self._size
        is_other = super()._size_updated(size, virtual_size, container_size, layout)
        if size != was:
            self._exchange_repaint_regions()
        return is_other

    def _lines_of(self, index: int) -> list[Line]:
        lines = self._drawn.get(index)
        if lines is None:
            if len(self._drawn) > 500:
                self._drawn.clear()
            lines = self._drawn[index] = self.row_lines(index, self._width)
        return lines

    def line_at(self, y: int) -> tuple[int, Line] | None:
        """(row, line) at a line of the whole list."""
        y -= self._sight.lead
        if not 0 <= y < self._tops[-1]:
            return None
        index = bisect_right(self._tops, y) - 1
        lines = self._lines_of(index)
        place = y - self._tops[index]
        return (index, lines[place]) if place < len(lines) else None

    def _to_paint(self, y: int) -> _Painted:
        """What belongs on a line of those in sight."""
        sight = self._sight
        place = sight.scrolled.y + y
        found = self.line_at(place)
        if found is None:
            return _Painted(self.line_outside(y), None)
        index, line = found
        if self._marked_text:
            line = with_matches(line, self._marked_text)
        return _Painted(line, place - sight.lead, index == sight.cursor)

    def line_outside(self, y: int) -> Line:
        """What stands on a line for which there is no row."""
        return ()

    def render_lines(self, crop: Region) -> list[Strip]:
        self._look()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        sight = self._sight
        width = sight.size.width
        painted = self._painted[y] = self._to_paint(y)
        if painted.place is None:
            return self.strip(painted.line, width)
        scroll_x = sight.scrolled.x
        over = self._cursor_style if painted.has_cursor else None
        selected = sight.selection.get_span(painted.place) if sight.selection else None
        strip = self.strip(painted.line, sight.full_width, over, selected)
        return self.placed(strip.crop(scroll_x, scroll_x + width), scroll_x, painted.place)

    @property
    def shows_cursor(self) -> bool:
        return self._cursor_always or self.has_focus

    def show_cursor(self, always: bool) -> None:
        """Whether the cursor is drawn though something else has focus (a filter field that drives the list)."""
        if always != self._cursor_always:
            self._cursor_always = always
            self.refresh()

    @property
    def _cursor_style(self) -> Style:
        return self.screen.get_component_rich_style("line--cursor", partial=True)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        lines = [line for index in range(self.row_count()) for line in self._lines_of(index)]
        return selection.extract("\n".join(text_of(line) for line in lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    # --- the cursor -----------------------------------------------------------------------------------------------

    def watch_cursor(self, before: int, after: int) -> None:
        for index in (before, after):
            if 0 <= index < len(self._tops) - 1:
                top, bottom = self._tops[index], self._tops[index + 1]
                self.refresh(Region(0, top + self._sight.lead - self.scroll_offset.y, self.size.width, bottom - top))
        self.reveal(after)
        self.post_message(self.Moved(self, after))

    def reveal(self, index: int) -> None:
        if not 0 <= index < len(self._tops) - 1:
            return
        top, bottom = self._tops[index], self._tops[index + 1]
        height = self.scrollable_content_region.height
        y = self.scroll_offset.y
        if top < y:
            y = top
        elif bottom > y + height:
            y = min(top, bottom - height)
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, immediate=True, force=True)

    def move_to(self, index: int, step: int = 0) -> None:
        """The nearest enabled row from `index` on in the direction of `step`."""
        count = self.row_count()
        index = max(0, min(index, count - 1))
        while step and 0 <= index < count and not self.is_enabled(index):
            index += step
        if 0 <= index < count:
            self.cursor = index

    def action_cursor_up(self) -> None:
        self.move_to(self.cursor - 1, -1)

    def action_cursor_down(self) -> None:
        self.move_to(self.cursor + 1, 1)

    def action_cursor_first(self) -> None:
        self.move_to(0, 1)
        self.scroll_home(animate=False)

    def action_cursor_last(self) -> None:
        self.move_to(self.row_count() - 1, -1)
        self.scroll_end(animate=False)

    def action_page_up(self) -> None:
        self._page(-1)

    def action_page_down(self) -> None:
        self._page(1)

    def _page(self, direction: int) -> None:
        height = max(self.scrollable_content_region.height - 1, 1)
        if not 0 <= self.cursor < len(self._tops) - 1:
            return
        y = max(0, min(self._tops[self.cursor] + direction * height, self._tops[-1] - 1))
        self.move_to(bisect_right(self._tops, y) - 1, direction)

    def action_choose(self) -> None:
        if 0 <= self.cursor < self.row_count() and self.is_enabled(self.cursor):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        found = self.line_at(event.y + self.scroll_offset.y - self.gutter.top)
        if found is None or not self.is_enabled(found[0]):
            return
        self.cursor = found[0]
        if event.chain == 2:
            self.action_choose()

    # --- finding --------------------------------------------------------------------------------------------------

    @property
    def place(self) -> int:
        """Where finding stands: the row under the cursor."""
        return self.cursor

    def move_to_place(self, place: int) -> None:
        self.move_to(place)

    def places_of(self, wanted: str) -> list[int]:
        """The rows that have the text, case aside."""
        wanted = wanted.casefold()
        return [index for index in range(self.row_count()) if wanted in self.row_text(index).casefold()]

    def find(self, wanted: str, direction: int = 1, include_current: bool = False) -> bool:
        """Move to the next place that has the text, around the end; False where none has."""
        places = self.places_of(wanted)
        if not places:
            return False
        here = self.place
        if not (include_current and here in places):
            beyond = [place for place in places if (place - here) * direction > 0]
            self.move_to_place((beyond or places)[0 if direction > 0 else -1])
        return True

    def mark(self, wanted: str) -> None:
        """Mark the text wherever it stands; "" marks nothing."""
        self._marked_text = wanted.casefold()
        self.refresh()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what is drawn, what it stands for, what is copied."""

    line: Line
    key: Any = None
    text: str | None = None
    is_enabled: bool = True
    hanging: int = 0
    """Where it is wrapped: by how many cells its further rows are indented."""

    @property
    def copied(self) -> str:
        return text_of(self.line).strip() if self.text is None else self.text


class RowList(Rows):
    """Rows that are given one by one, each on one line, cut where the list is narrower (or wrapped, if `wraps`).

    `is_led`: a command of the sheet takes the row, whatever its key is, and the list's own Enter does nothing.
    """

    def __init__(
        self,
        rows: Sequence[Row] = (),
        *,
        wraps: bool = False,
        is_led: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._is_led = is_led
        self._rows = tuple(rows)
        self._wraps = wraps

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (self._is_led and action == "choose")

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    @property
    def current(self) -> Row | None:
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.rows_changed()
            self.set_reactive(Rows.cursor, max(0, self.cursor))

    def row_count(self) -> int:
        return len(self._rows)

    def row_lines(self, index: int, width: int) -> list[Line]:
        line = self._rows[index].line
        return wrap_hanging(line, width, self._rows[index].hanging) if self._wraps else [cut_line(line, width)]

    def row_text(self, index: int) -> str:
        return self._rows[index].copied

    def is_enabled(self, index: int) -> bool:
        return self._rows[index].is_enabled

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, sum(len(self.row_lines(index, width)) for index in range(len(self._rows))))
