"""Questions that are answered with one key: is this right, shall the form validate, what after a failure."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from trainer_tui.session.protocol import Prompt
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean, shorten, width_of
from trainer_tui.ui.widgets.painted import Painted
from trainer_tui.ui.widgets.prompts.body import PromptBody
from trainer_tui.ui.wording import Answer, Wording


class Answers(Painted, can_focus=True):
    """The answers in a row, in the next the candidates with their digits or a hint; arrows mark one, Enter gives it."""

    BINDINGS = [*bindings(Scope.QUESTION)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.QUESTION,)

    def __init__(self) -> None:
        super().__init__()
        self.wording = Wording(())
        self.marked = 0
        self._regions: list[tuple[int, int, int, Answer]] = []

    def show_answers(self, wording: Wording) -> None:
        self.wording = wording
        self.marked = 0
        self.refresh()

    @property
    def all_answers(self) -> tuple[Answer, ...]:
        """Those with a letter, then the candidates but the first, which "yes" stands for."""
        return (*self.wording.answers, *self._offered)

    @property
    def _offered(self) -> tuple[Answer, ...]:
        """The candidates in sight: those that the bot thinks possible; the pane has all of them, by the same digits."""
        return tuple(answer for answer in self.wording.candidates[1:] if answer.is_likely)

    def render_line(self, y: int) -> Strip:
        return self.strip(self._row(y), self.size.width)

    def _row(self, y: int) -> Line:
        letters = len(self.wording.answers)
        shown = self.wording.answers if y == 0 else self._offered
        self._regions = [region for region in self._regions if region[0] != y]
        if not shown:
            return self.wording.hint
        spans: list[tuple[str, str]] = []
        for place, answer in enumerate(shown):
            is_marked = place + (letters if y else 0) == self.marked and self.has_focus
            label = clean(answer.label) if y == 0 else shorten(clean(answer.label), 28)
            # The sign keeps its cell whether it is there or not: nothing moves while the mark does.
            cell = [
                (self.signs.predicted if is_marked else " ", "accent"),
                (f"{self.desk.keys.shown(answer.command)} ", "key"),
            ]
            cell.append((label, "selected" if is_marked else ""))
            begin = width_of(spans)
            if y and begin + width_of(cell) > self.size.width:
                break
            spans += [*cell, ("  ", "")]
            self._regions.append((y, begin, width_of(spans), answer))
        return tuple(spans)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        for y, begin, end, answer in self._regions:
            if event.y == y and begin <= event.x < end:
                self.give(answer)
                return

    def give(self, answer: Answer) -> None:
        body = self.parent
        assert isinstance(body, QuestionBody)
        desk = self.desk
        match answer.given:
            case "undo":
                desk.undo_failure()
            case "accept_offer":
                desk.attempt(desk.controller.accept_offer)
            case "decline_offer":
                desk.attempt(desk.controller.decline_offer)
            case "open_place":
                self.action_open_place()
            case "remove_story":
                desk.remove_stories()
            case given:
                desk.answer(given)

    def action_move(self, step: int) -> None:
        self.marked = (self.marked + step) % max(len(self.all_answers), 1)
        self.refresh()

    def action_pick(self) -> None:
        answers = self.all_answers
        if self.marked < len(answers):
            self.give(answers[self.marked])

    def action_answer(self, command: str) -> None:
        for answer in (*self.wording.answers, *self.wording.candidates):
            if answer.command == command:
                self.give(answer)
                return

    def action_open_place(self) -> None:
        body = self.parent
        assert isinstance(body, QuestionBody)
        if self.wording.places:
            self.desk.open_place(self.wording.places[0])
        else:
            self.desk.say("This question names no file.")


class QuestionBody(PromptBody):
    def compose(self) -> ComposeResult:
        yield Answers()

    @property
    def answers(self) -> Answers:
        return self.query_one(Answers)

    def ask(self, prompt: Prompt, view: SessionView, wording: Wording) -> None:
        self.answers.show_answers(wording)

    @property
    def reader(self) -> Widget:
        return self.answers

    def pick(self, name: str) -> bool:
        for answer in self.answers.wording.candidates:
            if answer.label == name:
                self.answers.give(answer)
                return True
        return False
