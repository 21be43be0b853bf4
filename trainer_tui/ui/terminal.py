"""The terminal that Textual's driver serves, as the session needs it: read on whatever comes, written to sparingly.

Textual draws a whole pane where a word of it changed, and all panes where one of them takes a row from another: a
right answer wrote 40 kB, most of which stood there already, and over a slow line that took longer than to predict.
Every update is a row of pieces, each behind a move of the cursor, and each with its colours from beginning to end; so
a piece that is the same as what was written there last need not be written again (`Written`).
"""

from __future__ import annotations

import re
from typing import Any

from textual.driver import Driver

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_CLEARED = re.compile(r"\x1b\[(?:2J|\?1049[hl])")


class Written:
    """What stands on the terminal: by row, the pieces that begin in its columns."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, str]] = {}

    def forget(self) -> None:
        """Anything may stand there now."""
        self._rows.clear()

    def changes(self, data: str) -> str:
        """The data without the pieces that stand there.

        Pieces of one update lie beside each other, but those of another may begin elsewhere: of a row that is written
        to, only the pieces of the same update are known afterwards.

        >>> written = Written()
        >>> written.changes("\\x1b[1;1Hyes\\x1b[1;9Hno") == "\\x1b[1;1Hyes\\x1b[1;9Hno"
        True
        >>> written.changes("\\x1b[1;1Hyes\\x1b[1;9Hor") == "\\x1b[1;9Hor"
        True
        """
        if _CLEARED.search(data):
            self.forget()
        before, *pieces = _MOVE.split(data)
        found = [before]
        met: dict[str, dict[str, str]] = {}
        for row, column, piece in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            text = piece.rstrip("\n")
            stands = self._rows.setdefault(row, {})
            if text:
                met.setdefault(row, {})[column] = text
                if stands.get(column) == text:
                    continue
                self._rows[row] = met[row].copy()
            found.append(f"\x1b[{row};{column}H{piece}")
        return "".join(found)


class Terminal(Driver):
    """Reading the keyboard goes on after input that cannot be decoded; what came with it is lost."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.written = Written()

    def write(self, data: str) -> None:
        super().write(self.written.changes(data))  # type: ignore[safe-super]  # The driver's, which comes after this.

    def start_application_mode(self) -> None:
        self.written.forget()
        super().start_application_mode()  # type: ignore[safe-super]

    def _run_input_thread(self) -> None:
        while not self.exit_event.is_set():  # type: ignore[attr-defined]  # Of Textual's driver for Unix.
            try:
                self.run_input_thread()  # type: ignore[attr-defined]
            except OSError:
                return  # The terminal is gone; the signal that says so ends the program.
            except Exception as error:
                self._app.call_later(self._app._handle_exception, error)


def served_well(driver: type[Driver]) -> type[Driver]:
    """The driver as a `Terminal`, where it serves one."""
    if not hasattr(driver, "_run_input_thread"):
        return driver
    kind: Any = type(driver.__name__, (Terminal, driver), {})
    return kind  # type: ignore[no-any-return]
