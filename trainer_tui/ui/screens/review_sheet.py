"""What conversations and messages of real users share: a list with something beside it, undo, export, ways out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from trainer_tui.asking.reasons import reason
from trainer_tui.asking.settling import Settling
from trainer_tui.errors import TrainerError
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.sheet import Sheet
from trainer_tui.ui.widgets.footer import KeyFooter
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.rows import Rows
from trainer_tui.ui.workers import work_beside


class ReviewSheet(Sheet[None]):
    """What conversations and messages share: keys in two lines, undo, export, the way to the session and back."""

    BINDINGS = [*bindings(Scope.REVIEW)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    OTHER_KEYS: ClassVar[tuple[Scope, ...]] = (Scope.REVIEW,)
    """Those of its keys that the second line tells."""

    def __init__(self, show_other: Callable[[], None]) -> None:
        super().__init__()
        self._show_other = show_other
        self._one_at_a_time = asyncio.Lock()

    @property
    def settling(self) -> Settling:
        assert self.desk.settling is not None
        return self.desk.settling

    def content(self) -> ComposeResult:
        yield Lines(id="review-head")
        yield Container(*self.panes(), classes="review-body")
        yield KeyFooter(id="review-keys")

    def panes(self) -> Sequence[Rows]:
        raise NotImplementedError

    def show_again(self) -> None:
        """There is more to show, or less."""
        raise NotImplementedError

    def more_was_read(self) -> None:
        self.show_again()

    def show_keys(self) -> None:
        first, second = self.query_one("#review-keys", KeyFooter), self.query_one("#sheet-keys", KeyFooter)
        own = (scope for scope in self.SCOPES if scope not in (*self.OTHER_KEYS, Scope.LIST))
        first.show_scopes(own, frozenset(), with_session=False)
        second.show_scopes(self.OTHER_KEYS, frozenset(), with_session=False)

    def attempt(self, work: Callable[[], Coroutine[Any, Any, str | None]]) -> None:
        """Do it beside the keys; what cannot be done is said, and what came of it."""

        async def done() -> None:
            async with self._one_at_a_time:
                try:
                    told = await work()
                except TrainerError as error:
                    self.refuse(reason(error))
                else:
                    if told:
                        self.desk.say(told)
                if self.is_attached:
                    self.show_again()

        work_beside(self, done, "settle")

    def action_undo(self) -> None:
        self.attempt(_in_words("undone", self.settling.undo))

    def action_redo(self) -> None:
        self.attempt(_in_words("redone", self.settling.redo))

    def action_export(self) -> None:
        try:
            self.app.push_screen(Export(self.desk.controller.export_review()))
        except TrainerError as error:
            self.refuse(reason(error))

    def action_other(self) -> None:
        self._show_other()

    def action_back(self) -> None:
        self.dismiss(None)

    def head(self, *told: str) -> None:
        progress = self.settling.review.progress
        # What is under way stands first: of a narrow screen the end is cut off.
        parts = [f"reading: {progress.told}" if progress.told else "", *told, *progress.problems[-1:]]
        self.query_one("#review-head", Lines).show_lines(((" · ".join(map(clean, filter(None, parts))), "dim"),))


def _in_words(done: str, move: Callable[[], str]) -> Callable[[], Coroutine[Any, Any, str | None]]:
    async def work() -> str | None:
        return f"{done}: {move()}"

    return work
