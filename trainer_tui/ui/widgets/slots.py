"""The slots pane: the active form and what it asks for, then every slot, the changed ones marked."""

from __future__ import annotations

import json
from functools import partial
from typing import ClassVar

from trainer_tui.asking.slot_values import HOW_TO_TYPE, as_typed
from trainer_tui.asking.words import shown_value
from trainer_tui.session.view import FormView, SessionView, SlotRow
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, cell_len, clean, cut, cut_line, fitted, shorten, sliced, text_of, wrap_line
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.pane import Pane


class Slots(Pane):
    """Slot values on one line each; Enter shows the whole value, `s` sets it."""

    BINDINGS = [*bindings(Scope.SLOTS)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.SLOTS, *Pane.SCOPES)
    NAME = "slots"
    EMPTY = "This bot has no slots: nothing is remembered but the turns themselves."

    def __init__(self) -> None:
        super().__init__(id="slots")
        self._slots: tuple[SlotRow, ...] = ()
        self._form: FormView | None = None
        self._head: tuple[Line, ...] = ()
        self._shown_for: object = None

    def show(self, view: SessionView) -> None:
        if (view.slots, view.form) == self._shown_for:
            return
        self._shown_for = (view.slots, view.form)
        self._form = view.form
        # What is asked for comes first: it is in sight, however many slots there are.
        asked = view.form.requested_slot if view.form else None
        self._slots = tuple(sorted(view.slots, key=lambda slot: slot.name != asked))
        self._head = form_lines(view.form) if view.form else ()
        self.show_title(view.form.name if view.form else "")
        self.rows_changed()

    def row_count(self) -> int:
        return len(self._head) + len(self._slots)

    def slot_at(self, index: int) -> SlotRow | None:
        place = index - len(self._head)
        return self._slots[place] if 0 <= place < len(self._slots) else None

    def row_lines(self, index: int, width: int) -> list[Line]:
        slot = self.slot_at(index)
        if slot is None:
            return in_two_rows(self._head[index], width) if index else [cut_line(self._head[index], width)]
        longest = max(cell_len(clean(row.name)) for row in self._slots)
        return [slot_line(slot, min(longest, max(width * 2 // 5, 6)), width, self.signs, self._form)]

    def row_text(self, index: int) -> str:
        slot = self.slot_at(index)
        if slot is None:
            return "".join(text for text, _ in self._head[index]).strip()
        return f"{slot.name} = {shown_value(slot.value)}"

    def whole(self, index: int) -> str:
        slot = self.slot_at(index)
        if slot is None:
            return "\n".join((self.row_text(index), *(self._form.progress if self._form else ())))
        return f"{slot.name}\n\n{json.dumps(slot.value, ensure_ascii=False, indent=2, default=str)}"

    def action_set_slot(self) -> None:
        slot = self.slot_at(self.cursor)
        if slot is None:
            self.desk.say("Move to a slot first.")
            return
        self.desk.ask_line(f"set {slot.name}", as_typed(slot.value), HOW_TO_TYPE, partial(self._set, slot.name))

    def _set(self, name: str, typed: str) -> None:
        self.desk.controller.edit_slot(name, typed)


def in_two_rows(line: Line, width: int) -> list[Line]:
    """The line wrapped once, and cut if it is longer still: the slots are to be seen below it."""
    first, *more = wrap_line(line, width)
    rest = sliced(line, len(text_of(first)), len(text_of(line)))
    return [first, cut_line(rest, width)] if more else [first]


def form_lines(form: FormView) -> tuple[Line, ...]:
    """What the form asks for, and what the next message will do."""
    asks = form.requested_slot
    count = f"   {len(form.filled)} filled, {len(form.needed)} needed"
    asked = ((" asks ", "dim"), (clean(asks), "strong")) if asks else ((" asks nothing yet", "dim"),)
    return ((*asked, (count, "dim")), ((" ", ""), (clean(form.outlook), "dim")))


def slot_line(slot: SlotRow, name_width: int, width: int, signs: Signs, form: FormView | None) -> Line:
    is_asked = form is not None and slot.name == form.requested_slot
    is_needed = form is not None and slot.name in form.needed
    sign = signs.changed if slot.is_changed else signs.predicted if is_asked else " "
    name = shorten(clean(slot.name), name_width)
    shown = (signs.unset if slot.value is None else shown_value(slot.value)) + (" needed" if is_needed else "")
    value = cut(clean(shown), max(width - name_width - 4, 4))
    return (
        (f"{sign} ", "mark" if slot.is_changed else "accent"),
        (f"{fitted(name, name_width)}  ", "strong" if is_asked else ""),
        (value, "dim" if slot.value is None else "you" if slot.is_changed else ""),
    )
