"""What is typed while something else is asked: an answer by one letter, or the beginning of the next message.

The rule. A letter that answers nothing begins the next message, and from then on everything typed belongs to it. A
letter that does answer is held for a moment: alone it is the answer, and with another behind it the beginning of a
message. The same letter twice is a key that was held down, and answers. What is pasted is never an answer. A digit may
begin a message with another of its kind behind it: "22 tickets".

Not every terminal tells a paste from keys. So behind text that was typed ahead, a line end that came together with more
text answers nothing either, nor do those that follow at once: nobody types so fast, and of a line that stood still what
came is still there, and waits for another Enter.

So whoever types a message never answers by it, whatever its letters are and whenever the question comes; and whoever
presses a letter and looks has the answer a moment later. Enter answers at once; where nothing is asked yet it ends the
message, and each that was ended so is sent when its field comes.
"""

from __future__ import annotations

from collections.abc import Callable

from trainer_tui.dataclass import dataclass
from trainer_tui.ui.lines import on_one_line

MOMENT = 0.25
"""Seconds that a letter has to itself before it is an answer. Of two letters of one word most come closer together."""
_TOGETHER = 0.02
"""Seconds between two keys of one packet, at most."""


def _nothing() -> None:
    """What a letter gives where nothing is asked."""


@dataclass(slots=True)
class _Held:
    letter: str
    answer: Callable[[], None]
    at: float


class TypedAhead:
    """The text that waits for the message field, each message but the last with its line end; `is_open` while what is
    typed goes on with it, `is_sent` once it is to be sent as soon as the field is there."""

    def __init__(self, moment: float = MOMENT) -> None:
        self.moment = moment
        self.text = ""
        self.is_open = False
        self.is_sent = False
        self._held: _Held | None = None
        self._pasted_at = -1.0

    @property
    def holds_since(self) -> float | None:
        """When the letter was pressed that is held; None where none is."""
        return None if self._held is None else self._held.at

    def type(self, letter: str, answer: Callable[[], None] | None, at: float = 0.0) -> None:
        """`answer` is what the letter gives as an answer; None where it can be none. `at` is when it was pressed."""
        if self._held is not None and at - self._held.at > self.moment:
            self.stands_alone()
        if self._is_of_a_paste(at):
            self._pasted_at = at
        held, self._held = self._held, None
        if self.is_open:
            self.text += letter
        elif held is not None and held.letter == letter and not letter.isdigit():
            held.answer()
        elif held is None and answer is not None:
            self._held = _Held(letter, answer, at)
        else:
            self.paste((held.letter if held else "") + letter)

    def paste(self, text: str) -> None:
        """Lines become one, without blanks at the beginning. A letter that is held answers first."""
        self.stands_alone()
        self.text += on_one_line(text, behind=self.text)
        self._go_on()

    def takes_line_end(self, at: float, following: float | None) -> bool:
        """Whether the line end that came then is text, since it is one of a paste that came as keys. `following` is
        when the text behind it came; a blank parts them, as those of any paste."""
        is_within = self.is_open and following is not None and following - at <= _TOGETHER
        if not (is_within or self._is_of_a_paste(at)):
            return False
        self._pasted_at = at
        if is_within and not self.text.endswith(" "):
            self.text += " "
        return True

    def _is_of_a_paste(self, at: float) -> bool:
        return at - self._pasted_at <= _TOGETHER

    def stands_alone(self) -> bool:
        """No other letter came within the moment: it is the answer; whether there was one."""
        held, self._held = self._held, None
        if held is None:
            return False
        held.answer()
        return True

    def question_is_gone(self) -> None:
        """The letter that is held answers nothing any more; it may still begin a message."""
        if self._held is not None:
            self._held.answer = _nothing

    def erase(self, *, all_of_it: bool = False) -> None:
        self.text = "" if all_of_it else self.text[:-1]
        self._go_on()

    def end_message(self) -> None:
        """It is whole: what comes next is an answer, or begins another."""
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
        self.is_open = False

    def _go_on(self) -> None:
        self.is_open = bool(self.text) and not self.text.endswith("\n")

    def close(self) -> None:
        """Letters answer again; the text is kept, and goes on with the next letter that answers nothing."""
        self.is_open = False

    def take(self) -> tuple[str, bool]:
        """The first message for its field, and whether it is to be sent; those behind it go on waiting."""
        message, end, self.text = self.text.partition("\n")
        is_sent = bool(end) or (self.is_sent and bool(message))
        self.is_open = self.is_sent = False
        return message, is_sent
