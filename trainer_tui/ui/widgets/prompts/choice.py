"""Choosing from the list of all intents or actions: typing filters, a digit picks, and new ones are named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from textual.widgets import Input

from trainer_tui.asking.question import Question
from trainer_tui.session.protocol import NewNameRequested
from trainer_tui.session.view import SessionView
from trainer_tui.ui.fuzzy import matching
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.prompts.body import FieldBody, NumberedField


class ChoiceField(NumberedField):
    BINDINGS = [*bindings(Scope.CHOICE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.CHOICE, Scope.NUMBERS)

    def action_move(self, step: int) -> None:
        body = self.within(ChoiceBody)
        body.pane.move_to(body.pane.cursor + step)
        body.show_hint()

    def action_new_name(self) -> None:
        self.within(ChoiceBody).new_name()

    def takes(self, number: int) -> bool:
        # Once something is typed, digits are typed too.
        return not self.value and self.within(ChoiceBody).pick_number(number)


class ChoiceBody(FieldBody):
    """The field filters the pane above and moves its cursor."""

    READER = ChoiceField

    def __init__(self) -> None:
        super().__init__()
        self._handed_on = ""

    @property
    def pane(self) -> Candidates:
        return self.screen.query_one(Candidates)

    def handed_on(self) -> str:
        return self._handed_on

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self._handed_on = ""
        self.field.value = ""
        self.filter("")
        self._mark_likely()

    def _mark_likely(self) -> None:
        """What the script that is played says, so that Enter takes it."""
        places = [place for place, one in enumerate(self.pane.candidates) if one.is_likely]
        if places:
            self.pane.move_to(places[0])
            self.show_hint()

    def restore(self, draft: Any) -> None:
        super().restore(draft)
        self.filter(self.field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.desk.refuse("")
        self.filter(event.value)

    def filter(self, typed: str) -> None:
        everything = self.pane.unfiltered()
        if typed.strip():
            found = matching(typed, [(candidate.name, candidate) for candidate in everything])
            # Digits are typed into the filter then, so that none of these has one.
            found = [replace(candidate, number=None) for candidate in found]
        else:
            found = list(everything)
        self.pane.show_candidates(found)
        self.show_hint()

    def show_hint(self) -> None:
        shown = self.pane.candidates
        if not shown:
            new, makes = self.desk.keys.shown("choice.new"), f" makes it a new {self.question.about}"
            self.hint.show_lines((("nothing is called so: ", "dim"), (new, "key"), (makes, "dim")))
            return
        name = shown[min(self.pane.cursor, len(shown) - 1)].name
        about = clean("".join(f"  {text}" for text in self.pane.preview(name)))
        self.hint.show_lines(
            (
                (f"{self.desk.keys.shown('choice.choose')} ", "key"),
                (clean(name), "strong"),
                (about, "dim"),
            )
        )

    def pick_number(self, number: int) -> bool:
        for candidate in self.pane.candidates:
            if candidate.number == number and number in self.pane.numbers_in_sight:
                return self.pick(candidate.name)
        return False

    def pick(self, name: str) -> bool:
        if name:
            self.answer_line(name)
        return bool(name)

    def new_name(self) -> None:
        self._handed_on = self.field.value.strip()
        self.desk.answer(NewNameRequested())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        shown = self.pane.candidates
        # What the filter leaves nothing of can still be a number, `:new`, or refused with what may have been meant.
        self.answer_line(shown[min(self.pane.cursor, len(shown) - 1)].name if shown else event.value)
