"""What a new response says, and what a stubbed action returns: several lines, one field each."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from trainer_tui.asking.notation import format_events, parse_events
from trainer_tui.errors import TrainerError
from trainer_tui.session.protocol import (
    Prompt,
    ResponseVariation,
    ResponseWritten,
    ResultStubbed,
    StubResult,
)
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean
from trainer_tui.ui.reason import reason
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import Field, PromptBody
from trainer_tui.ui.wording import Wording

BREAK = "\\n"
"""How a line break is typed in a field of one line."""

_BUTTON = re.compile(r"\s*(?P<title>.*?)\s*\((?P<payload>.*)\)\s*")


class LineField(Field):
    BINDINGS = [*bindings(Scope.RESPONSE)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.RESPONSE,)

    @property
    def body(self) -> LinesBody:
        parent = self.parent
        assert isinstance(parent, LinesBody)
        return parent

    def action_add_line(self) -> None:
        self.body.add_line(after=self)

    def action_next_field(self, step: int) -> None:
        self.body.focus_by(self, step)


class LinesBody(PromptBody):
    """A field a line, a hint below; what they mean is the subclass's."""

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

    @property
    def reader(self) -> Widget:
        return self.fields[0]

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

    def ask(self, prompt: Prompt, view: SessionView, wording: Wording) -> None:
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

    def variations(self) -> tuple[ResponseVariation, ...]:
        """What the fields say; TrainerError where they cannot be read."""
        buttons = buttons_of(self.buttons_field.value)
        data = {"buttons": buttons} if buttons else {}
        texts = [field.value for field in self.text_fields if field.value.strip()]
        if not texts:
            raise TrainerError("Please enter a response.")
        return tuple(ResponseVariation(text=text.replace(BREAK, "\n"), data=data) for text in texts)

    def preview(self) -> None:
        signs = self.desk.signs
        texts = [field.value for field in self.text_fields if field.value.strip()]
        shown: Line = (
            ("enter ", "key"),
            ("saves   ", "dim"),
            ("ctrl+n ", "key"),
            ("another variation   ", "dim"),
            (f"{BREAK} a new line", "dim"),
        )
        try:
            buttons = buttons_of(self.buttons_field.value)
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
        try:
            self.desk.answer(ResponseWritten(self.variations()))
        except TrainerError as error:
            self.desk.refuse(reason(error))


def buttons_of(text: str) -> list[dict[str, str]]:
    """`great (/mood_great) | bad (/mood_unhappy)` as Rasa's buttons; TrainerError where one lacks a payload."""
    buttons = []
    for part in text.split("|"):
        if not part.strip():
            continue
        match = _BUTTON.fullmatch(part)
        if match is None or not match["title"]:
            raise TrainerError(f"The button {part.strip()!r} has no payload:", "write title (/payload), | between two.")
        buttons.append({"title": match["title"], "payload": match["payload"]})
    return buttons


class StubBody(LinesBody):
    """What the action would have returned, one event or utterance a line."""

    PLACEHOLDER = 'slot{"city": "Rome"}, or what the bot says; empty: nothing'

    def ask(self, prompt: Prompt, view: SessionView, wording: Wording) -> None:
        assert isinstance(prompt, StubResult)
        self.set_texts(format_events(prompt.suggestion).splitlines() or [""])
        self.preview()

    def preview(self) -> None:
        self.hint.show_lines(
            (("enter ", "key"), ("takes these   ", "dim"), ("ctrl+n ", "key"), ("another line", "dim"))
        )

    def send(self) -> None:
        text = "\n".join(field.value for field in self.fields)
        try:
            self.desk.answer(ResultStubbed(parse_events(text)))
        except TrainerError as error:
            self.desk.refuse(reason(error))
