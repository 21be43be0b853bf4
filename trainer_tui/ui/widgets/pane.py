"""What the panes of the main screen share: a title with its key, undo, find, copy, maximise, and the way back."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.events import Resize

from trainer_tui.errors import TrainerError
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, cut
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

    _more = ""

    def on_mount(self) -> None:
        self.show_title()

    def show_title(self, more: str = "") -> None:
        """`f3 conversation`, and what else there is to say."""
        self._more = more
        title = f"{self.desk.keys.shown(self.command)} {self.pane_title}" + (f" · {more}" if more else "")
        # The frame takes two cells at each end.
        self.border_title = Content(self.drawable(cut(clean(title), max(self.size.width + self.gutter.width - 6, 4))))

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self.show_title(self._more)

    @property
    def empty(self) -> str:
        return self.EMPTY

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
        keys = self.desk.keys
        hint = f"{keys.shown('pane.find_next')} next · {keys.shown('pane.find_previous')} previous"
        self.desk.ask_line(f"find in {self.pane_title}", self.desk.wanted, hint, self._find_first)

    def _find_first(self, wanted: str) -> None:
        self.desk.wanted = wanted
        if wanted and not self.find(wanted, include_current=True):
            raise TrainerError(_not_here(wanted))

    def action_find_next(self, direction: int) -> None:
        wanted = self.desk.wanted
        if not wanted:
            self.action_find()
        elif not self.find(wanted, direction):
            self.desk.say(_not_here(wanted))


def _not_here(wanted: str) -> str:
    return f"{cut(wanted, 40)!r} is not in this pane."
