"""The place for notices: a row or more of its own, there while something is said."""

from __future__ import annotations

from trainer_tui.ui.lines import clean, wrap_line
from trainer_tui.ui.notices import Notice
from trainer_tui.ui.widgets.painted import Lines

_ROWS = 3


class NoticeLine(Lines):
    """A screen's place for them. Over a sheet stands only what is said since it opened: what was said of the session
    before is not of what it shows."""

    def __init__(self, of_a_sheet: bool = False) -> None:
        super().__init__()
        self._of_a_sheet = of_a_sheet
        self._before: Notice | None = None

    def on_mount(self) -> None:
        if self._of_a_sheet:
            self._before = self.desk.notices.now
        self.show(self.desk.notices.now)

    def on_resize(self) -> None:
        self.show(self.desk.notices.now)

    def show(self, notice: Notice | None) -> None:
        notice = None if notice is self._before else notice
        self.display = notice is not None
        if notice is not None:
            line = ((clean(" ".join(notice.text.split())), "bad" if notice.is_bad else "accent"),)
            self.show_lines(*wrap_line(line, max((self.size.width or self.screen.size.width) - 1, 10))[:_ROWS])
