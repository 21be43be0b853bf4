"""The next message: typed, recalled, completed after `/`, or taken from the bot's buttons."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.widgets import Input

from trainer_tui.asking.question import Candidate, Question
from trainer_tui.session.protocol import ButtonChosen, MessageTyped
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, common_beginning
from trainer_tui.ui.widgets.prompts.body import Field, FieldBody


class MessageField(Field):
    BINDINGS = [*bindings(Scope.MESSAGE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.MESSAGE, Scope.NUMBERS)

    def action_recall(self, step: int) -> None:
        self.within(MessageBody).recall(step)

    def action_complete(self) -> None:
        if not self.within(MessageBody).complete():
            self.screen.focus_next()

    async def _on_key(self, event: events.Key) -> None:
        number = self.desk.keys.number(event.key)
        if number is not None and not self.is_answered and self.within(MessageBody).mark_button(number):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)


class MessageBody(FieldBody):
    READER = MessageField

    def __init__(self) -> None:
        super().__init__()
        self._marked: Candidate | None = None
        self._sent: tuple[str, ...] = ()
        self._recalled = -1
        self._unsent = ""

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self._marked = None
        self._sent = tuple(dict.fromkeys(point.text for point in view.fork_points))
        self._recalled = -1
        self._unsent = ""
        self.field.value = ""
        self._hint()

    def recall(self, step: int) -> None:
        """The message `step` further back; at the newest end what was being typed comes back."""
        if self._recalled == -1:
            self._unsent = self.field.value
        place = max(-1, min(self._recalled + step, len(self._sent) - 1))
        if place != self._recalled:
            self._recalled = place
            self.restore(self._unsent if place == -1 else self._sent[place])

    def matches(self) -> tuple[str, ...]:
        """The intents that what was typed after `/` can become."""
        typed = self.field.value
        if not typed.startswith("/") or "{" in typed or " " in typed:
            return ()
        begin = typed.removeprefix("/").lower()
        return tuple(name for name in self.desk.view.intents if name.lower().startswith(begin))

    def complete(self) -> bool:
        """Complete as far as the intents agree; whether there was anything to complete."""
        matches = self.matches()
        if not matches or self.field.value == f"/{matches[0]}":
            return False
        common = common_beginning(matches)
        typed = self.field.value.removeprefix("/")
        self.restore(f"/{common if len(common) > len(typed) else matches[0]}")
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
        self._hint()
        self.desk.refuse("")

    def _hint(self) -> None:
        matches = self.matches()
        if matches:
            listed = "   ".join(matches)
            self.hint.show_lines(((f"{self.desk.keys.shown('message.complete')} ", "key"), (clean(listed), "dim")))
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
        """What was typed before the field was there comes after a draft, and in the place of what was taken back."""
        before = "" if self.field.selected_text else self.field.value
        self.restore(f"{before} {text}".lstrip())

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
        self.send(event.value)

    def send(self, text: str) -> None:
        if self._marked is not None and text == self._marked.detail:
            self.desk.answer(self._marked.given)
        else:
            self.answer_line(text)
