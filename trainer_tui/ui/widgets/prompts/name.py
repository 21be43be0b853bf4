"""The name of a new intent or action, checked while it is typed."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.widgets import Input

from trainer_tui.asking.question import Question
from trainer_tui.session.protocol import ActionNamed, IntentNamed
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.widgets.prompts.body import Field, FieldBody


class NameField(Field):
    BINDINGS = [*bindings(Scope.NAME)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.NAME,)


class NameBody(FieldBody):
    READER = NameField

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self._prefill(question.suggestion)

    def reopen(self, given: SessionInput) -> None:
        match given:
            case ActionNamed(name) | IntentNamed(name):
                self._prefill(name)

    def _prefill(self, name: str) -> None:
        self.field.prefill(name)
        self._hint()

    def restore(self, draft: Any) -> None:
        super().restore(draft)
        self._hint()

    def _fault(self, name: str) -> str | None:
        controller = self.desk.controller
        return (controller.check_action_name if self.question.about == "action" else controller.check_intent_name)(name)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.desk.refuse("")
        self._hint()

    def _hint(self) -> None:
        fault = self._fault(self.field.value.strip()) if self.field.value.strip() else None
        self.hint.show_lines(((clean(fault), "warn"),) if fault else ())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        fault = self._fault(name)
        if fault:
            self.desk.refuse(fault)
        else:
            self.answer_line(name)
