"""While something runs: what, for how long, and that it can be stopped."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import PromptBody


class Waiter(Lines, can_focus=True):
    BINDINGS = [*bindings(Scope.WAITING)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.WAITING,)

    def action_cancel(self) -> None:
        self.desk.controller.cancel()


class WaitingBody(PromptBody):
    def compose(self) -> ComposeResult:
        yield Waiter()

    @property
    def reader(self) -> Widget:
        return self.query_one(Waiter)
