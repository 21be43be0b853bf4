"""Questions that are answered with one key: is this right, shall the form validate, what after a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.strip import Strip

from trainer_tui.asking.question import Answer, Move, Question
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean, shorten, width_of
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.prompts.body import PromptBody
from trainer_tui.ui.widgets.prompts.typing import TypesAhead

_DIGITS = 9
_LOOKS = {"question.others": "screen.others", "question.what_if": "screen.what_if"}
"""What is looked at of an action that is asked about."""


class Answers(TypesAhead, can_focus=True):
    """The answers in a row, in the next the candidates with their digits or a hint, or what was typed for the message
    that comes next; arrows mark one, Enter gives it."""

    BINDINGS = [*bindings(Scope.QUESTION, Scope.NUMBERS)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.QUESTION, Scope.NUMBERS)

    def __init__(self) -> None:
        super().__init__()
        self.question = Question(())
        self.marked = 0
        self._regions: list[tuple[int, int, int, Answer]] = []
        self._since = 0.0

    def show_answers(self, question: Question) -> None:
        self.desk.ahead.question_is_gone()
        self.question = question
        self.marked = 0
        self._since = events.Event().time
        self.refresh()

    def show_answers_again(self, question: Question) -> None:
        """Those of the same question: the mark stays at its answer, and what was pressed already answers it."""
        marked = self.all_answers[self.marked].command if self.marked else ""
        self.question = question
        self.marked = next((place for place, one in enumerate(self.all_answers) if one.command == marked), 0)
        self.refresh()

    @property
    def all_answers(self) -> tuple[Answer, ...]:
        """Those with a letter, then the candidates but the first, which "yes" stands for."""
        return (*self.question.answers, *self._offered)

    @property
    def _offered(self) -> tuple[Answer, ...]:
        """The candidates in sight: those that the bot thinks possible; the pane has all of them, by the same digits."""
        likely = {candidate.name for candidate in self.question.candidates if candidate.is_likely}
        return tuple(answer for answer in self._numbered[1:] if answer.label in likely)

    @property
    def _numbered(self) -> tuple[Answer, ...]:
        return tuple(
            Answer(f"question.{number}", (), candidate.name, candidate.given)
            for number, candidate in enumerate(self.question.candidates[:_DIGITS], 1)
        )

    @property
    def _in_sight(self) -> list[Answer]:
        """The candidates whose digit stands on the screen, in the pane or here."""
        here = {answer.command for y, _, _, answer in self._regions if y == 1}
        numbers = self.screen.query_one(Candidates).numbers_in_sight
        return [
            answer for number, answer in enumerate(self._numbered, 1) if number in numbers or answer.command in here
        ]

    def render_line(self, y: int) -> Strip:
        return self.strip(self._row(y), self.size.width)

    def _row(self, y: int) -> Line:
        letters = len(self.question.answers)
        shown = self.question.answers if y == 0 else self._offered
        self._regions = [region for region in self._regions if region[0] != y]
        if y == 1 and self.desk.ahead.text:
            return self.ahead_line(self.size.width)
        if not shown:
            return ((clean(self.question.hint), "dim"),) if self.question.hint else ()
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
        # The blanks behind the last one have no room to take.
        return tuple(spans[:-1])

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
        self.desk.answer(answer.given)

    def action_move(self, step: int) -> None:
        self.marked = (self.marked + step) % max(len(self.all_answers), 1)
        self.refresh()

    def action_pick(self) -> None:
        answers = self.all_answers
        if self.marked < len(answers):
            answer = answers[self.marked]
            # With the message written already, one Enter says yes to listening and sends it.
            self.desk.ahead.is_sent = self.question.is_before_message and answer == self.question.answers[0]
            self.give(answer)

    # --- letters --------------------------------------------------------------------------------------------------

    def is_too_early(self, event: events.Key) -> bool:
        return event.time < self._since

    def answer_of(self, command: str) -> Callable[[], None] | None:
        if command == "question.explain":
            return self._explain
        if command in _LOOKS:
            action = _LOOKS[command]
            return (lambda: self._open(action)) if self.question.about == "action" else None
        if command == "question.open":
            return self.action_open_place if self.question.places else None
        answers = (*self.question.answers, *self._in_sight)
        answer = next((answer for answer in answers if answer.command == command), None)
        return None if answer is None else lambda: self.give(answer)

    def _explain(self) -> None:
        self.call_later(self.run_action, "screen.explain")

    def _open(self, action: str) -> None:
        self.call_later(self.run_action, action)

    def action_number(self, number: int) -> None:
        self.action_answer(f"question.{number}")

    def action_answer(self, command: str) -> None:
        give = self.answer_of(command)
        if give is not None:
            give()

    def action_open_place(self) -> None:
        self.desk.answer(Move.OPEN_PLACE)


class QuestionBody(PromptBody):
    READER = Answers

    def compose(self) -> ComposeResult:
        yield Answers()

    @property
    def answers(self) -> Answers:
        return self.query_one(Answers)

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self.answers.show_answers(question)

    def ask_again(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self.answers.show_answers_again(question)

    def pick(self, name: str) -> bool:
        for candidate in self.question.candidates:
            if candidate.name == name:
                self.desk.answer(candidate.given)
                return True
        return False
