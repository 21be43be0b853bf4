"""Screens that open and close under keys that may come faster than they are drawn."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import WorkerFailed


class ScreenStack(App[int]):
    """An app whose keys act on whole screens only, and in which a screen that is being closed can do no harm."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.is_leaving = False
        self._screen_closing: AwaitComplete | None = None

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        self.is_leaving = True
        super().exit(result, return_code, message)

    def pop_screen(self) -> AwaitComplete:
        """Close what is on top, and what it was still doing with it."""
        self.workers.cancel_node(self.screen)
        self._screen_closing = super().pop_screen()
        return self._screen_closing

    def returns_to(self, kind: type[Screen[Any]]) -> bool:
        """Take away what lies over a screen of this kind; False where none is open."""
        if not any(isinstance(screen, kind) for screen in self.screen_stack):
            return False
        while not isinstance(self.screen, kind):
            self.pop_screen()
        return True

    def close_all_over(self, screen: Screen[Any]) -> None:
        """Take away all that is open over the screen."""
        while self.screen is not screen:
            self.pop_screen()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            await self._screens_are_whole()
        await super().on_event(event)

    async def _screens_are_whole(self) -> None:
        """What the keys before opened or closed is open or closed when the next one acts, however fast they come."""
        if self._screen_closing is not None:
            await self._screen_closing
        while self.is_running and not self.screen.is_mounted:
            await asyncio.sleep(0)

    def _handle_exception(self, error: Exception) -> None:
        """Parts that are gone when their last message comes, because their screen is being closed, are no fault."""
        is_closing = self._screen_closing is not None and not self._screen_closing.is_done
        cause = error.error if isinstance(error, WorkerFailed) else error
        if not (isinstance(cause, NoMatches) and (is_closing or self.is_leaving or not self.is_running)):
            super()._handle_exception(error)
