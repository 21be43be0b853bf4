"""Words of a question as the screen shows them: signs, styles and keys are put on here."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.asking.notation import annotated
from trainer_tui.asking.words import (
    Confidence,
    Key,
    Message,
    Name,
    Quiet,
    Sign,
    Speech,
    Stressed,
    Warned,
    Words,
)
from trainer_tui.dataclass import dataclass
from trainer_tui.pace import Pace
from trainer_tui.progress import bar
from trainer_tui.ui.keymap import Keys
from trainer_tui.ui.lines import Line, Span, clean, cut_line, width_of
from trainer_tui.ui.marked_message import marked_message
from trainer_tui.ui.theme import Signs, probability

_NAMES = {"action": "bot", "intent": "strong", "slot": "strong", "label": "label"}
_SIGNS = {"contradiction": "bad", "arrow": "dim", "more": "dim", "unset": "dim"}
_MESSAGE_AT_LEAST = 10
_BAR = 10


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints for one row of `width` cells."""

    signs: Signs
    keys: Keys
    width: int

    def first_that_fits(self, variants: Sequence[Words]) -> Line:
        """The longest variant that fits, else the last one, cut; nothing where there is none."""
        line: Line = ()
        for words in variants:
            line = self.line(words)
            if width_of(line) <= self.width:
                return line
        return cut_line(line, self.width)

    def line(self, words: Words) -> Line:
        """The words in full, but for a message, which gives way to what is said about it."""
        others = width_of(self.span(part) for part in words if not isinstance(part, Message))
        room = max(self.width - others, _MESSAGE_AT_LEAST)
        spans: list[Span] = []
        for part in words:
            if isinstance(part, Message):
                spans += cut_line(marked_message(part.text, part.entities, annotated), room)
            else:
                spans.append(self.span(part))
        return tuple(spans)

    def span(self, part: str | Name | Speech | Confidence | Quiet | Stressed | Warned | Key | Sign) -> Span:
        match part:
            case str():
                return clean(part), ""
            case Name(text, kind):
                return clean(text), _NAMES[kind]
            case Speech(text):
                return clean(f"{self.signs.open_quote}{text}{self.signs.close_quote}"), "dim"
            case Confidence(value):
                return probability(value), ""
            case Quiet(text):
                return clean(text), "dim"
            case Stressed(text):
                return clean(text), "strong"
            case Warned(text):
                return clean(text), "warn"
            case Key(command):
                return self.keys.shown(command), "key"
            case Sign("between"):
                return f" {self.signs.candidate} ", "dim"
            case Sign(of):
                return str(getattr(self.signs, of)), _SIGNS[of]


def progress_line(pace: Pace, signs: Signs, key: str) -> Line:
    """`judging the examples ━━━━······ 30 %, about 14 s more · esc stops`"""
    return (
        (clean(pace.doing), ""),
        (f" {bar(pace.share, _BAR, signs.bar, signs.candidate)}" if pace.share else "", "bar"),
        (f" {pace.how_far()}", ""),
        (f" {signs.candidate} ", "dim"),
        (key, "key"),
        (" stops", "dim"),
    )
