"""What the panes of the main screen share: a title with its key, undo, find, copy, maximise, and the way back."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.events import Resize

from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, cell_len, clean, cut, wrap_line
from trainer_tui.ui.widgets.rows import Rows


class Pane(Rows):
    """A pane of the main screen. `show` takes the view and draws only what changed."""

    BINDINGS = [*bindings(Scope.PANE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.PANE, Scope.LIST)
    NAME: ClassVar[str] = ""
    EMPTY: ClassVar[str] = ""
    """What the pane will show, while there is nothing to show."""

    @property
    def command(self) -> str:
        """The id of the command that leads here."""
        return f"focus.{self.id}"

    @property
    def pane_title(self) -> str:
        return self.NAME

    @property
    def short_title(self) -> str:
        """Where there is more to say than the title has room for."""
        return self.pane_title

    _more = ""
    _shown_title = ""

    def on_mount(self) -> None:
        self.show_title()

    def show_title(self, more: str = "") -> None:
        """`f3 conversation`, and what else there is to say."""
        self._more = more
        key = self.desk.keys.shown(self.command)
        # The frame takes three cells at each end, a scrollbar within it none.
        room = max(self.outer_size.width - 6, 4)
        title = f"{key} {self.pane_title}" + (f" · {more}" if more else "")
        if more and cell_len(title) > room:
            # What changes counts for more than the name, which the key stands for.
            title = f"{key} {self.short_title} · {more}"
        shown = self.drawable(cut(clean(title), room))
        if shown != self._shown_title:
            self._shown_title = shown
            self.border_title = Content(shown)

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self.show_title(self._more)

    @property
    def empty(self) -> str:
        return self.EMPTY

    def line_outside(self, y: int) -> Line:
        """What will stand here, where nothing does yet."""
        if self.row_count():
            return ()
        lines = wrap_line(((self.empty, "dim"),), max(self._sight.size.width, 8))
        return lines[y] if y < len(lines) else ()

    @property
    def wanted_height(self) -> int:
        """How many rows it has something for."""
        return self._tops[-1] or len(wrap_line(((self.empty, "dim"),), max(self.row_width, 8)))

    @property
    def full_height(self) -> int:
        """How many rows it could use."""
        return self.wanted_height

    def take_rows(self, given: int | None) -> None:
        """The rows that it has from the next layout on; None: as the style sheet says."""
        self.styles.height = None if given is None else given + self.gutter.height

    def show(self, view: SessionView) -> None:
        raise NotImplementedError

    def whole(self, index: int) -> str:
        """The row in full, for Enter."""
        return self.row_text(index)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_choose(self) -> None:
        if 0 <= self.cursor < self.row_count():
            self.desk.show_text(self.pane_title, self.whole(self.cursor))

    def action_copy_row(self) -> None:
        if 0 <= self.cursor < self.row_count():
            self.desk.copy(self.row_text(self.cursor))

    # --- finding --------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        began = self.place

        def look(wanted: str, direction: int) -> str:
            if direction == 0:
                self.move_to_place(began)
            self.mark(wanted)
            return self._found(wanted, direction)

        def then(stays: bool | None) -> None:
            if not stays:
                self.move_to_place(began)
                self.mark("")

        self.desk.find(f"find in {self.pane_title}", look, then)

    def _found(self, wanted: str, direction: int) -> str:
        """Go to the match; which of how many it is, in words."""
        if not wanted:
            return ""
        self.desk.wanted = wanted
        places = self.places_of(wanted)
        if not places:
            return _not_here(wanted)
        self.find(wanted, direction or 1, include_current=direction == 0)
        return f"{places.index(self.place) + 1} of {len(places)}"

    def action_find_next(self, direction: int) -> None:
        wanted = self.desk.wanted
        if not wanted:
            self.action_find()
        else:
            self.mark(wanted)
            self.desk.say(self._found(wanted, direction))


def _not_here(wanted: str) -> str:
    return f"{cut(wanted, 40)!r} is not in this pane."
