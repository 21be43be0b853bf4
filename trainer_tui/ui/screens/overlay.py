"""What opens over the session."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from trainer_tui.ui.faults import Lasting
from trainer_tui.ui.widgets.painted import PaintedScreen

Result = TypeVar("Result")


class Overlay(Lasting, PaintedScreen[Result], ModalScreen[Result]):
    """Closes only itself, and once. Textual closes whatever is on top: for a key that was pressed once too often that
    would be what lies beneath, in the end the session."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (120, "-wide")]
    HOLDS_TEXT: ClassVar[bool] = False
    """Whether something is typed in it, which closing it would lose."""

    def session_changed(self) -> None:
        """There is something else to know of the session beneath."""

    def action_close(self) -> None:
        self.dismiss(None)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()
