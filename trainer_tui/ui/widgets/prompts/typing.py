"""Keys where no field takes them: letters answer what is asked, or are typed ahead for the next message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual import events
from textual.widget import Widget

from trainer_tui.ui.desk import Desk
from trainer_tui.ui.keymap import Scope
from trainer_tui.ui.lines import Line, clean, last_cells
from trainer_tui.ui.widgets.painted import Painted

_LETTERS = (Scope.QUESTION, Scope.NUMBERS)
_EDITS = {"backspace": False, "ctrl+u": True}
"""Keys that take something of the text back: whether all of it."""
_CURSOR = "▏"

AnswerOf = Callable[[str], Callable[[], None] | None]
"""What a command gives as an answer; None where it gives nothing here."""


def types_ahead(reader: Widget, desk: Desk, event: events.Key, answer_of: AnswerOf | None) -> bool:
    """Let `desk.ahead` have the key; False where it is another's. `answer_of` is None where nothing is asked (yet)."""
    ahead = desk.ahead
    command = next((found for scope in _LETTERS if (found := desk.keys.command(scope, event.key))), None)
    if event.is_printable and event.character:
        if command is None and not ahead.is_open and desk.keys.command(Scope.SESSION, event.key):
            return False
        answer = None if command is None else _nothing if answer_of is None else answer_of(command)
        ahead.type(event.character, answer, event.time)
        if ahead.holds_since is not None:
            _hold(reader, desk, ahead.holds_since)
    elif ahead.text and event.key in _EDITS:
        ahead.erase(all_of_it=_EDITS[event.key])
    elif answer_of is not None and event.key == "enter" and ahead.takes_line_end(event.time, desk.text_to_read):
        pass
    elif ahead.is_open and command == "question.back":
        ahead.close()
    elif answer_of is None and command == "question.answer" and not desk.keys.command(Scope.WAITING, event.key):
        ahead.stands_alone()
        ahead.end_message()
    elif command in (None, "question.back") or not (ahead.stands_alone() or answer_of is None):
        # Esc is another's while nothing is typed ahead: it stops waiting, too.
        return False
    elif answer_of is None and desk.keys.command(Scope.WAITING, event.key):
        return False
    event.stop()
    event.prevent_default()
    return True


def _nothing() -> None:
    """What is pressed too early answers nothing."""


def _hold(reader: Widget, desk: Desk, since: float) -> None:
    """The letter that was pressed then answers once it has stood alone for a moment."""

    def is_over() -> None:
        if desk.ahead.holds_since != since:
            return
        if desk.has_keys_to_read:
            # On a busy machine the moment is over before the letters are read that came within it. The event loop
            # waits, not the reader: a part that only calls itself lets no other have its turn, not even the next key.
            asyncio.get_running_loop().call_later(desk.ahead.moment, is_due)
        else:
            desk.ahead.stands_alone()

    def is_due() -> None:
        # Behind the keys that are on their way.
        reader.app.call_later(is_over)

    if desk.ahead.moment:
        reader.set_timer(desk.ahead.moment, is_due)
    else:
        reader.call_later(is_over)


class TypesAhead(Painted):
    """A part of the question that shows what was typed ahead."""

    def answer_of(self, command: str) -> Callable[[], None] | None:
        """See `AnswerOf`."""
        return None

    def is_too_early(self, event: events.Key) -> bool:
        """Whether the key was pressed before there was anything to answer here."""
        return True

    def on_key(self, event: events.Key) -> None:
        if types_ahead(self, self.desk, event, None if self.is_too_early(event) else self.answer_of):
            self.refresh()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.desk.ahead.paste(event.text)
        self.refresh()

    def ahead_line(self, width: int) -> Line:
        """`│ can i pay▏  enter yes, esc: letters answer`; nothing where nothing was typed ahead."""
        ahead = self.desk.ahead
        if not ahead.text:
            return ()
        head = "next message "
        if not ahead.is_open:
            return ((head, "dim"), (last_cells(clean(ahead.text), max(width - len(head) - 1, 8)), "dim"))
        keys = self.desk.keys
        hint = f"   {keys.shown('question.back')} letters answer again"
        room = width - len(head) - 2
        text = last_cells(clean(ahead.text), max(room, 8))
        is_short = len(text) + len(hint) <= room
        return ((head, "dim"), (text, "you"), (_CURSOR, "accent"), *(((hint, "dim"),) if is_short else ()))
