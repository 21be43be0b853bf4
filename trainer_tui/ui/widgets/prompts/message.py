"""The next message: typed, recalled, completed after `/`, or taken from the bot's buttons."""

from __future__ import annotations

from typing import ClassVar

from textual.widgets import Input

from trainer_tui.asking.question import Candidate, Question
from trainer_tui.session.protocol import ButtonChosen, MessageTyped
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.view import SessionView
from trainer_tui.ui.fuzzy import keeps, matching
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.prompts.body import FieldBody, NumberedField


class MessageField(NumberedField):
    BINDINGS = [*bindings(Scope.MESSAGE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.MESSAGE, Scope.NUMBERS)

    def action_recall(self, step: int) -> None:
        self.within(MessageBody).recall(step)

    def action_complete(self) -> None:
        if not self.within(MessageBody).complete():
            self.screen.focus_next()

    def takes(self, number: int) -> bool:
        return self.within(MessageBody).mark_button(number)


class MessageBody(FieldBody):
    """While what is typed begins with `/`, the pane of the candidates lists the intents that it can become."""

    READER = MessageField

    def __init__(self) -> None:
        super().__init__()
        self._marked: Candidate | None = None
        self._recalled = -1
        self._unsent = ""

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self.pane.offer((), view)
        self._marked = None
        self._recalled = -1
        self._unsent = ""
        self.field.value = ""
        self._hint()

    def recall(self, step: int) -> None:
        """The message `step` further back; at the newest end what was being typed comes back. In the list of intents:
        the one above."""
        sent = tuple(dict.fromkeys(point.text for point in reversed(self.desk.view.fork_points)))
        is_recalled = self._recalled >= 0 and self.field.value == sent[self._recalled]
        if self.pane.offers and not is_recalled:
            self.pane.move_to(self.pane.cursor - step)
            self._hint()
            return
        if self._recalled == -1:
            self._unsent = self.field.value
        place = max(-1, min(self._recalled + step, len(sent) - 1))
        if place != self._recalled:
            self._recalled = place
            self.restore(self._unsent if place == -1 else sent[place])

    @property
    def pane(self) -> Candidates:
        return self.screen.query_one(Candidates)

    def matches(self) -> tuple[str, ...]:
        """The intents that what was typed after `/` can become, the likeliest first."""
        typed = self.field.value
        if not typed.startswith("/") or "{" in typed or " " in typed:
            return ()
        begin = typed.removeprefix("/")
        known = [(name, name) for name in self.desk.view.intents if keeps(begin, name)]
        return tuple(sorted(matching(begin, known), key=lambda name: name != begin))

    @property
    def _chosen(self) -> str | None:
        """The message that takes the intent which is marked in the list; None while there is no list."""
        offers = self.pane.offers
        return f"/{offers[min(self.pane.cursor, len(offers) - 1)]}" if offers else None

    def complete(self) -> bool:
        """Put the marked intent into the field; whether there was anything to complete."""
        chosen = self._chosen
        if chosen is None or self.field.value == chosen:
            return False
        self.restore(chosen)
        return True

    def mark_button(self, number: int) -> bool:
        """Mark the button of that number, as long as nothing else is typed."""
        if number > len(self.question.candidates):
            return False
        if self.field.value and (self._marked is None or self.field.value != self._marked.detail):
            return False
        self._marked = self.question.candidates[number - 1]
        self.restore(self._marked.detail)
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.pane.offer(self.matches(), self.desk.view)
        self._hint()
        self.desk.refuse("")

    def _hint(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            keys = self.desk.keys
            more = "" if chosen == self.field.value else f"   {keys.shown('message.complete')} "
            self.hint.show_lines(
                (
                    (f"{keys.shown('message.send')} ", "key"),
                    ("sends ", "dim"),
                    (clean(chosen), "label"),
                    (more, "key"),
                    ("completes it, for entities: {" if more else "", "dim"),
                )
            )
        elif self._marked is not None and self.field.value == self._marked.detail:
            self.hint.show_lines(
                (
                    (f"{self.desk.keys.shown('message.send')} ", "key"),
                    ("takes ", "dim"),
                    (clean(self._marked.name), "label"),
                )
            )
        else:
            self.hint.show_lines(())

    def goes_on_with(self, text: str) -> None:
        """What was typed before the field was there comes after a draft."""
        self.restore(f"{self.field.value} {text}".lstrip())

    def reopen(self, given: SessionInput) -> None:
        match given:
            case MessageTyped(text):
                self.field.prefill(text)
            case ButtonChosen():
                self._marked = next(
                    (button for button in self.question.candidates if button.detail == given.payload), None
                )
                self.field.prefill(given.payload)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.send(self._chosen or event.value)

    def send(self, text: str) -> None:
        if self._marked is not None and text == self._marked.detail:
            self.desk.answer(self._marked.given)
        else:
            self.answer_line(text)
