"""What a new response says, and what a stubbed action returns: several lines, one field each."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from trainer_tui.asking.actions import BREAK, as_typed, buttons_in, result, variations
from trainer_tui.asking.notation import format_events
from trainer_tui.asking.question import Question
from trainer_tui.asking.reasons import reason
from trainer_tui.errors import TrainerError
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.protocol import ResponseWritten, ResultStubbed, StubResult
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import Field, PromptBody


class LineField(Field):
    BINDINGS = [*bindings(Scope.RESPONSE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.RESPONSE,)
    BREAK = BREAK

    def action_add_line(self) -> None:
        self.within(LinesBody).add_line(after=self)

    def action_next_field(self, step: int) -> None:
        self.within(LinesBody).focus_by(self, step)


class LinesBody(PromptBody):
    """A field a line, a hint below; what they mean is the subclass's."""

    READER = LineField
    PLACEHOLDER: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        yield LineField(placeholder=self.PLACEHOLDER)
        yield Lines(id="lines-hint")

    @property
    def fields(self) -> list[LineField]:
        return list(self.query(LineField))

    @property
    def hint(self) -> Lines:
        return self.query_one(Lines)

    def draft(self) -> Any:
        texts = [field.value for field in self.fields]
        return texts if any(texts) else None

    def restore(self, draft: Any) -> None:
        self.set_texts(draft)

    def set_texts(self, texts: list[str]) -> None:
        """So many fields with these texts."""
        fields = self.text_fields
        for field in fields[max(len(texts), 1) :]:
            field.remove()
        fields = fields[: max(len(texts), 1)]
        for text in texts[len(fields) :]:
            fields.append(self._mounted(text, after=fields[-1]))
        for field, text in zip(fields, texts or [""], strict=False):
            field.value = text
            field.cursor_position = len(text)

    @property
    def text_fields(self) -> list[LineField]:
        return self.fields

    def _mounted(self, text: str, after: LineField) -> LineField:
        field = LineField(placeholder=self.PLACEHOLDER, value=text)
        self.mount(field, after=after)
        return field

    def add_line(self, after: LineField) -> None:
        fields = self.text_fields
        field = self._mounted("", after=after if after in fields else fields[-1])
        self.call_after_refresh(field.focus)

    def focus_by(self, field: LineField, step: int) -> None:
        fields = self.fields
        place = fields.index(field) + step
        if 0 <= place < len(fields):
            self.screen.set_focus(fields[place])

    def keys_for(self, save: str, add: str) -> Line:
        keys = self.desk.keys
        return (
            (f"{keys.shown('response.save')} ", "key"),
            (f"{save}   ", "dim"),
            (f"{keys.shown('response.add')} ", "key"),
            (add, "dim"),
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.desk.refuse("")
        self.preview()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.send()

    def preview(self) -> None:
        raise NotImplementedError

    def send(self) -> None:
        raise NotImplementedError


class ResponseBody(LinesBody):
    """One field a variation and one for the buttons."""

    PLACEHOLDER = "what the bot says"

    def compose(self) -> ComposeResult:
        yield LineField(placeholder=self.PLACEHOLDER)
        yield LineField(id="buttons-field", placeholder="buttons, if any: great (/mood_great) | not so (/mood_unhappy)")
        yield Lines(id="lines-hint")

    @property
    def buttons_field(self) -> LineField:
        return self.query_one("#buttons-field", LineField)

    @property
    def text_fields(self) -> list[LineField]:
        return [field for field in self.fields if field is not self.buttons_field]

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        self.set_texts([""])
        self.buttons_field.value = ""
        self.preview()

    def draft(self) -> Any:
        texts = [field.value for field in self.text_fields]
        return (texts, self.buttons_field.value) if any(texts) or self.buttons_field.value else None

    def restore(self, draft: Any) -> None:
        texts, buttons = draft
        self.set_texts(texts)
        self.buttons_field.value = buttons

    def reopen(self, given: SessionInput) -> None:
        if isinstance(given, ResponseWritten):
            texts, buttons = as_typed(given.variations)
            self.set_texts(list(texts))
            self.buttons_field.value = buttons
            self.preview()

    def preview(self) -> None:
        signs = self.desk.signs
        texts = [field.value for field in self.text_fields if field.value.strip()]
        shown: Line = (*self.keys_for("saves", "another variation   "), (f"{BREAK} a new line", "dim"))
        try:
            buttons = buttons_in(self.buttons_field.value)
        except TrainerError as error:
            self.hint.show_lines(((clean(reason(error)), "warn"),))
            return
        if texts:
            said = "  /  ".join(texts)
            shown = ((f"{signs.open_quote}{clean(said)}{signs.close_quote}", ""),)
            shown += tuple(
                (f"  [{number} {clean(button['title'])}]", "label") for number, button in enumerate(buttons, 1)
            )
        self.hint.show_lines(shown)

    def send(self) -> None:
        texts = [field.value for field in self.text_fields]
        self.desk.attempt(lambda: self.desk.answer(ResponseWritten(variations(texts, self.buttons_field.value))))


class StubBody(LinesBody):
    """What the action would have returned, one event or utterance a line."""

    PLACEHOLDER = 'slot{"city": "Rome"}, or what the bot says; empty: nothing'

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        prompt = view.prompt
        assert isinstance(prompt, StubResult)
        self.set_texts(format_events(prompt.suggestion).splitlines() or [""])
        self.preview()

    def reopen(self, given: SessionInput) -> None:
        if isinstance(given, ResultStubbed):
            self.set_texts(format_events(given.events).splitlines() or [""])

    def preview(self) -> None:
        self.hint.show_lines(self.keys_for("takes these", "another line"))

    def send(self) -> None:
        lines = [field.value for field in self.fields]
        self.desk.attempt(lambda: self.desk.answer(result(lines)))
