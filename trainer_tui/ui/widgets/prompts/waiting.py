"""While something runs: what, for how long, and that it can be stopped."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.strip import Strip

from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.widgets.prompts.body import PromptBody
from trainer_tui.ui.widgets.prompts.typing import TypesAhead


class Waiter(TypesAhead, can_focus=True):
    """Letters begin the next message here, or answer nothing."""

    BINDINGS = [*bindings(Scope.WAITING)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.WAITING,)

    def action_cancel(self) -> None:
        self.desk.controller.cancel()

    def render_line(self, y: int) -> Strip:
        return self.strip(self.ahead_line(self.size.width) if y == 1 else (), self.size.width)


class WaitingBody(PromptBody):
    READER = Waiter

    def compose(self) -> ComposeResult:
        yield Waiter()
