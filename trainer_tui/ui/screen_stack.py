"""Screens that open and close under keys that may come faster than they are drawn."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.worker import WorkerFailed

from trainer_tui.ui.faults import Faults, Lasting
from trainer_tui.ui.screens.overlay import Overlay
from trainer_tui.ui.terminal import Terminal, served_well

_LONGEST_KEY = 0.5
"""Seconds after which the next key acts, whatever the one before it is still doing."""


_log = logging.getLogger(__name__)


class ScreenStack(Lasting, App[int]):
    """An app whose keys act on whole screens only, and in which a screen that is being closed can do no harm."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.is_leaving = False
        self.faults = Faults()
        self._screen_closing: AwaitComplete | None = None
        self._is_building = False
        self._keys: deque[events.Key | events.Paste] = deque()
        self._is_key_under_way = False
        self._waiting_for_key: asyncio.Future[None] | None = None

    def get_driver_class(self) -> type[Driver]:
        return served_well(super().get_driver_class())

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        self.is_leaving = True
        super().exit(result, return_code, message)

    def push_screen(self, screen: Screen[Any] | str, *args: Any, **keywords: Any) -> Any:
        """Open a screen over the session. At most a sheet and one more are open: a third takes the second one's place.

        A dialog in which something is typed belongs to its sheet: it stays beneath, where nothing of it is lost.
        """
        while self._has_no_room_for(screen):
            self.pop_screen()
        self._write_all_of_it()
        return super().push_screen(screen, *args, **keywords)

    def _has_no_room_for(self, screen: Screen[Any] | str) -> bool:
        if not isinstance(screen, ModalScreen):
            return False
        if _holds_text(screen):
            return _holds_text(self.screen)
        return sum(isinstance(one, ModalScreen) and not _holds_text(one) for one in self.screen_stack) > 1

    def pop_screen(self) -> AwaitComplete:
        """Close what is on top, and what it was still doing with it."""
        self._write_all_of_it()
        self.workers.cancel_node(self.screen)
        self._screen_closing = super().pop_screen()
        return self._screen_closing

    def _write_all_of_it(self) -> None:
        """Another program may have written over the screen: whoever opens a sheet and closes it is rid of that."""
        if isinstance(self._driver, Terminal):
            self._driver.written.forget()

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

    # --- keys in their order --------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """A key acts when all that the key before it set going here is done: Textual hands keys on to what has focus,
        and learns of those that are bindings only afterwards, so that of `hello⏎more` in one packet all were typed into
        the field before Enter was pressed."""
        if isinstance(event, events.Resize):
            # What becomes of the rows when a terminal gets wider or narrower is its own affair.
            self._write_all_of_it()
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self.faults.forget()
        self._keys.append(_as_pressed(event))
        if not self._is_key_under_way:
            self._is_key_under_way = True
            await self._next_key()

    @property
    def has_keys_to_read(self) -> bool:
        """Whether there are keys whose turn has not come."""
        return bool(self._keys)

    @property
    def text_to_read(self) -> float | None:
        """When the text was pressed that stands next among those, whatever line ends come before it."""
        for key in self._keys:
            if not isinstance(key, events.Key) or key.key != "enter":
                return key.time if isinstance(key, events.Key) and key.is_printable else None
        return None

    @property
    def has_keys_to_come(self) -> bool:
        return self._is_key_under_way and not self.is_leaving

    async def _next_key(self) -> None:
        if not self._keys or not self.is_running or self.is_leaving:
            self._is_key_under_way = False
            return
        await self._screens_are_whole()
        reader = self.focused or self.screen
        try:
            await super().on_event(self._keys.popleft())
        finally:
            self._waiting_for_key = asyncio.ensure_future(self._key_is_done(reader))

    async def _key_is_done(self, reader: Widget) -> None:
        """Wait until the key has come up from its reader, part by part, and what the reader then tells (that a field
        was submitted) has come up as well; what is being closed is not waited for."""
        for part in (*reader.ancestors_with_self, *reader.ancestors_with_self):
            if self.is_leaving:
                return
            is_done = asyncio.Event()
            if part.is_running and part.is_attached and part.call_later(is_done.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(is_done.wait(), _LONGEST_KEY)
        self.call_later(self._next_key)

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
            self._build_anew_after(cause)

    def _build_anew_after(self, error: BaseException) -> None:
        if self.is_leaving or self._closing or self._closed or self._is_building:
            _log.error("a fault while the screen is left, or is going to be built anew", exc_info=error)
            return
        told = self.faults.note(error, self.parts)
        if told is None or not self._running:
            super()._handle_exception(error if isinstance(error, Exception) else RuntimeError(repr(error)))
            return
        self._is_building = True
        self.call_later(self._begin_building, told)

    async def _begin_building(self, told: str) -> None:
        self._is_building = False
        while len(self.screen_stack) > 1:
            self.pop_screen()
        # Of what went wrong, something may never close.
        self._screen_closing = None
        await self.build_anew(told)

    @property
    def parts(self) -> Collection[str]:
        """Ids of what can be left out of the screen."""
        return ()

    async def build_anew(self, told: str) -> None:
        """Show the session on a new screen, without the parts that `faults` leaves out, and say what happened."""


def _as_pressed(event: events.Key | events.Paste) -> events.Key | events.Paste:
    """Before the screen takes the terminal, a terminal makes the end of a line of Enter, which is another key's."""
    if not isinstance(event, events.Key) or event.key != "ctrl+j":
        return event
    enter = events.Key("enter", "\r")
    enter.time = event.time
    return enter


def _holds_text(screen: Screen[Any]) -> bool:
    return isinstance(screen, Overlay) and screen.HOLDS_TEXT
