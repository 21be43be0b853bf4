"""What goes wrong in drawing or in a widget, ours or Textual's: it costs that widget, not the session.

Textual ends the program at the first exception that nobody takes, and the part in which it happened hears nothing more.
So screens and the app outlive one (`Lasting`), reading the keyboard begins anew (`terminal.Terminal`), and `Faults`
says what becomes of the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from types import TracebackType

from textual.app import App
from textual.events import Compose, Load, Mount
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget

_MOST = 8
"""So often the screen is built anew without a key in between; then what is wrong is wrong everywhere."""
_log = logging.getLogger(__name__)


class Faults:
    """`left_out` are the ids of the parts that are shown no more, since they went wrong again without a key in between;
    `met` is what was noted."""

    def __init__(self) -> None:
        self.left_out: frozenset[str] = frozenset()
        self.met: list[BaseException] = []
        self._blamed: list[str | None] = []

    def forget(self) -> None:
        """A key was pressed: what went wrong before may have been its answer."""
        self._blamed.clear()

    def note(self, error: BaseException, parts: Collection[str]) -> str | None:
        """Log it, and say what is to be said of it; None where building the screen anew has not helped."""
        _log.error("a fault on the screen", exc_info=error)
        self.met.append(error)
        blamed = _part_of(error, parts)
        is_again = blamed is not None and blamed in self._blamed
        self._blamed.append(blamed)
        if len(self._blamed) > _MOST:
            return None
        if blamed is not None and is_again:
            self.left_out |= {blamed}
            return f"The part {blamed!r} of the screen cannot be shown and is left out; the log says why."
        return "Something went wrong on the screen, and it was built anew; the log says what."


def _part_of(error: BaseException, parts: Collection[str]) -> str | None:
    """The id of the part in whose code it happened, or in that of something within it."""
    found: str | None = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        widget = trace.tb_frame.f_locals.get("self")
        if isinstance(widget, Widget):
            within = next((node.id for node in widget.ancestors_with_self if node.id in parts), None)
            found = within or found
        trace = trace.tb_next
    return found


class Lasting(MessagePump):
    """A screen, or the app, which hears what comes next although something went wrong."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if isinstance(self, App) and isinstance(message, (Load, Compose, Mount)):
                raise  # There is nothing yet that could go on.
            self.app._handle_exception(error)
