"""The conversation: bot left, you right, long lines wrapped, entities underlined where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from trainer_tui.asking.notation import annotated
from trainer_tui.asking.telling import common_length
from trainer_tui.asking.turns import Turn, turn_at
from trainer_tui.session.view import HistoryEntry, Mark, ScriptView, SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, Span, clean, cut, width_of, wrap_hanging, wrap_line
from trainer_tui.ui.marked_message import Notation, marked_message
from trainer_tui.ui.theme import MARK_STYLES, Signs, probability
from trainer_tui.ui.widgets.pane import Pane


class Conversation(Pane):
    """The chat history; one row an entry, so that a thousand turns cost what ten do."""

    BINDINGS = [*bindings(Scope.CONVERSATION)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.CONVERSATION, *Pane.SCOPES)
    NAME = "conversation"
    EMPTY = "What you and the bot say will stand here."
    STICKS_TO_END = True

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self._entries: Sequence[HistoryEntry] = ()
        self._rest: Sequence[HistoryEntry] = ()
        self._number_width = 2

    def show(self, view: SessionView) -> None:
        before, after = self._entries, view.history
        announced = _announced(view.script)
        if after is before and announced == self._rest:
            return
        kept = common_length(before, after)
        if kept == len(before) == len(after) and announced == self._rest:
            return
        self._entries, self._rest = after, announced
        number = next((entry.number for entry in reversed(after) if entry.number is not None), 0)
        number_width = max(2, len(str(number)))
        if number_width != self._number_width:
            self._number_width = number_width
            kept = 0
        self.rows_changed(kept)

    @property
    def current_turn(self) -> Turn | None:
        """The turn under the cursor; None before the first, and in what was not reached yet."""
        return turn_at(self._entries, self.cursor)

    @property
    def current_move(self) -> int | None:
        """The move that the row under the cursor came with; None where there is none."""
        return self._entries[self.cursor].at if 0 <= self.cursor < len(self._entries) else None

    def go_to(self, at: int) -> None:
        """To the message of the turn that came with this move; what follows it is in sight."""
        place = next(place for place, entry in enumerate(self._entries) if entry.at == at and entry.kind == "message")
        self.move_to(place)
        self.scroll_to(y=self._tops[place], animate=False, immediate=True, force=True)

    def row_count(self) -> int:
        return len(self._entries) + len(self._rest)

    @property
    def end(self) -> int:
        return len(self._entries) - 1

    def _entry(self, index: int) -> HistoryEntry:
        reached = len(self._entries)
        return self._entries[index] if index < reached else self._rest[index - reached]

    def row_lines(self, index: int, width: int) -> list[Line]:
        entry = self._entry(index)
        number = "" if entry.number is None else str(entry.number)
        head: Span = (f"{number:>{self._number_width}} ", "dim")
        lines = entry_lines(entry, head, width, self.signs, annotated)
        if index < len(self._entries):
            return lines
        return [tuple((text, "dim") for text, _ in line) for line in lines]

    def row_text(self, index: int) -> str:
        return self._entry(index).text

    def whole(self, index: int) -> str:
        entry = self._entry(index)
        wanted = f"\n\nThe bot had wanted {entry.wanted}." if entry.wanted else ""
        return f"{entry.text}{wanted}"

    def action_fork_here(self) -> None:
        """Fork from the message under the cursor, or the nearest one above."""
        for index in range(min(self.cursor, self.end), -1, -1):
            node = self._entries[index].node
            if node is not None:
                self._fork(node, self._entries[index].text)
                return
        self.desk.say("There is no message here to fork from.")

    def _fork(self, node: int, text: str) -> None:
        if self.desk.attempt(lambda: self.desk.controller.fork(node)):
            self.desk.say(f"Forked before {cut(clean(text), 40)!r}; the branch you left is kept.")
            self.desk.to_question()


def _announced(script: ScriptView | None) -> tuple[HistoryEntry, ...]:
    """What a script that is played says next."""
    if script is None or not script.rest:
        return ()
    heading = f"not reached yet: {script.name}, turn {script.turn} of {script.turns}"
    return (HistoryEntry("bot", "event", heading), *script.rest)


def entry_lines(entry: HistoryEntry, head: Span, width: int, signs: Signs, notation: Notation) -> list[Line]:
    """One entry as rows of `width` cells; `head` (the turn's number) stands before the first one."""
    head_width = len(head[0])
    room = max(width - head_width, 8)
    blank: Span = (" " * head_width, "")
    if entry.side == "you":
        # A message stays a little off the bot's edge, so that the two sides can be told apart at a glance.
        block = wrap_line(_your_line(entry, signs, notation), max(room * 7 // 8, 8))
        indent = room - max(width_of(line) for line in block)
    else:
        first, hanging = _bot_line(entry, signs)
        block = wrap_hanging(first, room, hanging)
        indent = 0
    return [((head if place == 0 else blank), (" " * indent, ""), *line) for place, line in enumerate(block)]


def _bot_line(entry: HistoryEntry, signs: Signs) -> tuple[Line, int]:
    """The line, and how far its further rows are indented."""
    text = clean(entry.text)
    sign = signs.of(entry.mark)
    if entry.kind == "action":
        mark: Line = ((f"{sign} ", MARK_STYLES[entry.mark]),) if sign else ()
        was = ((f"  was {clean(entry.wanted)}", "dim"),) if entry.wanted else ()
        beside = _by_script(entry, signs) or was
        return (*mark, (text, "bot"), *_confidence(entry), *beside), width_of(mark)
    if entry.kind == "text":
        return (("  ", ""), (f"“{text}”", "")), 3
    if entry.kind == "slot":
        return (("  ", ""), (text, "dim")), 4
    style = "label" if entry.kind == "buttons" else "dim"
    return (("  ", ""), (text, style)), 4


def _your_line(entry: HistoryEntry, signs: Signs, notation: Notation) -> Line:
    if entry.kind == "message":
        return marked_message(entry.text, entry.entities, notation)
    sign = signs.of(entry.mark)
    mark: Line = ((f"{sign} ", MARK_STYLES[entry.mark]),) if sign else ()
    was = ((f"  was {clean(entry.wanted)}", "dim"),) if entry.wanted and entry.mark is Mark.CORRECTED else ()
    return (*mark, (clean(entry.text), "dim"), *_confidence(entry), *(_by_script(entry, signs) or was))


def _by_script(entry: HistoryEntry, signs: Signs) -> Line:
    """Whether the bot did what the script that is played says, and else what it wants now."""
    if entry.script == "agrees":
        return ((f"  {signs.agrees} script", "good"),)
    if entry.script == "differs":
        now = f" now: {clean(entry.wanted)}" if entry.wanted else " not the script's"
        return ((f"  {signs.differs}{now}", "warn"),)
    return ()


def _confidence(entry: HistoryEntry) -> Line:
    return () if entry.confidence is None else ((f" {probability(entry.confidence)}", "dim"),)
