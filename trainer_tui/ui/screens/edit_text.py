"""A text of several lines, to be edited."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import TextArea

from trainer_tui.asking.reasons import reason
from trainer_tui.errors import TrainerError
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.sheet import Sheet
from trainer_tui.ui.widgets.painted import Lines


class EditText(Sheet[None]):
    """Kept or left as it was; `take` raises TrainerError while it will not do."""

    BINDINGS = [*bindings(Scope.TEXT)]
    SCOPES = (Scope.TEXT,)
    HOLDS_TEXT = True

    def __init__(self, title: str, text: str, take: Callable[[str], None]) -> None:
        super().__init__()
        self._title_text = title
        self._text = text
        self._take = take
        self._warned_of: str | None = None

    def content(self) -> ComposeResult:
        yield TextArea(self._text, id="text", tab_behavior="focus", show_line_numbers=False)
        yield Lines(id="dialog-hint")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_title(self._title_text)
        self.query_one(TextArea).cursor_blink = False
        self.query_one(TextArea).focus()
        keep, back = (self.desk.keys.shown(id_) for id_ in ("text.keep", "text.back"))
        self._say(((f"{keep} ", "key"), ("keeps it   ", "dim"), (f"{back} ", "key"), ("leaves it as it was", "dim")))

    def _say(self, line: tuple[tuple[str, str], ...]) -> None:
        self.query_one("#dialog-hint", Lines).show_lines(line)

    def action_close(self) -> None:
        """What was changed goes only where that is asked for twice."""
        text = self.query_one(TextArea).text
        if text == self._text or text == self._warned_of:
            self.dismiss(None)
            return
        self._warned_of = text
        keep, back = (self.desk.keys.shown(id_) for id_ in ("text.keep", "text.back"))
        told = f"This text was changed: {keep} keeps it, {back} once more throws the change away."
        self._say(((told, "warn"),))

    def action_keep(self) -> None:
        try:
            self._take(self.query_one(TextArea).text)
        except TrainerError as error:
            self._say(((clean(reason(error)), "bad"),))
        else:
            self.dismiss(None)
