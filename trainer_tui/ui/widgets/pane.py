"""What the panes of the main screen share: a title with its key, undo, find, copy, maximise, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.content import Content
from textual.events import Resize

from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, cut
from trainer_tui.ui.widgets.rows import Rows

if TYPE_CHECKING:
    from trainer_tui.ui.app import TrainerApp


class Pane(Rows):
    """A pane of the main screen. `show` takes the view and draws only what changed."""

    BINDINGS = [*bindings(Scope.PANE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.PANE, Scope.LIST)
    KEY: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    EMPTY: ClassVar[str] = ""
    """What the pane will show, while there is nothing to show."""

    @property
    def trainer(self) -> TrainerApp:
        return cast("TrainerApp", self.app)

    @property
    def pane_title(self) -> str:
        return self.NAME

    _more = ""

    def on_mount(self) -> None:
        self.show_title()

    def show_title(self, more: str = "") -> None:
        """`f3 conversation`, and what else there is to say."""
        self._more = more
        title = f"{self.KEY} {self.pane_title}" + (f" · {more}" if more else "")
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
            self.trainer.show_text(self.pane_title, self.whole(self.cursor))

    def action_copy_row(self) -> None:
        if 0 <= self.cursor < self.row_count():
            self.trainer.copy(self.row_text(self.cursor))

    def action_maximise(self) -> None:
        if self.screen.maximized is self:
            self.screen.minimize()
        else:
            self.screen.maximize(self)

    def action_leave_pane(self) -> None:
        if self.screen.maximized is not None:
            self.screen.minimize()
        else:
            self.trainer.action_focus_pane("prompt")

    def action_find(self) -> None:
        self.trainer.find_in(self)

    def action_find_next(self, direction: int) -> None:
        self.trainer.find_again(self, direction)
