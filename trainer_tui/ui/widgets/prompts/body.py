"""What every kind of prompt shares: it asks, hands in an answer, and keeps what was typed as a draft."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key, Paste
from textual.geometry import Size
from textual.reactive import Reactive
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from trainer_tui.asking.question import Question, given
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.view import SessionView
from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.keymap import Scope
from trainer_tui.ui.lines import on_one_line
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.typing import types_ahead

Body = TypeVar("Body", bound="PromptBody")


class Field(Input, AtDesk):
    """A text field on one line without a frame; what it shows is never read as markup.

    What is typed into that of a question after its answer is typed ahead.
    """

    BREAK: ClassVar[str] = " "
    """What stands for the end of a line."""
    # It is one row high whatever stands in it: that its text got longer moves nothing else.
    virtual_size = Reactive(Size(0, 0), layout=False)

    def __init__(
        self, *, id: str | None = None, placeholder: str = "", suggester: Suggester | None = None, value: str = ""
    ) -> None:
        super().__init__(
            value=value,
            id=id,
            placeholder=placeholder,
            suggester=suggester,
            select_on_focus=False,
            highlighter=None,
        )
        self.cursor_blink = False

    def prefill(self, text: str) -> None:
        """A text that the next key replaces, or goes on with: selected whole, the cursor at its end."""
        self.value = text
        self.selection = Selection(0, len(text))

    def action_edit_outside(self) -> None:
        """Write what stands here in the person's own editor."""
        written = self.desk.edit(self.value.replace(self.BREAK, "\n") if self.BREAK != " " else self.value)
        if written is not None:
            self.value = self.BREAK.join(written.split("\n"))
            self.cursor_position = len(self.value)

    def within(self, kind: type[Body]) -> Body:
        """The part of the prompt bar that the field belongs to."""
        return next(part for part in self.ancestors if isinstance(part, kind))

    @property
    def is_answered(self) -> bool:
        view = self.desk.view
        return view.prompt is None and view.offer is None and any(isinstance(of, PromptBody) for of in self.ancestors)

    async def _on_key(self, event: Key) -> None:
        if not (self.is_answered and types_ahead(self, self.desk, event, None)):
            await super()._on_key(event)

    def on_paste(self, event: Paste) -> None:
        """All of it, on one line: Input takes the first line and drops the rest without a word."""
        event.prevent_default()
        event.stop()
        if self.is_answered:
            self.desk.ahead.paste(event.text)
            return
        before = self.value[: min(self.selection)]
        self.replace(on_one_line(event.text, behind=before), *self.selection)


class NumberedField(Field):
    """A digit takes what stands at its number; where nothing does, it is typed."""

    def takes(self, number: int) -> bool:
        raise NotImplementedError

    async def _on_key(self, event: Key) -> None:
        number = None if self.is_answered else self.desk.keys.number(event.key)
        if number is not None and self.takes(number):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)


class PromptBody(Vertical, AtDesk):
    """The part of the prompt bar that takes the answer.

    `ask` shows a prompt, `draft` is what was typed so far (None: nothing worth keeping), `restore` puts it back.
    """

    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    READER: ClassVar[type[Widget]]
    """The part that reads the keys when the question is asked."""

    question = Question(())

    def ask(self, question: Question, view: SessionView) -> None:
        """Show the question."""
        self.question = question

    def ask_again(self, question: Question, view: SessionView) -> None:
        """The same question, of which something is known that was not: what stands unsent stays."""
        draft = self.draft()
        self.ask(question, view)
        if draft is not None:
            self.restore(draft)

    def answer_line(self, line: str) -> None:
        """Hand in what the line answers; what is no answer is refused with the reason, and stays."""
        self.desk.attempt(lambda: self.desk.answer(given(self.question, line)))

    @property
    def reader(self) -> Widget:
        return self.query(self.READER).first()

    def take_focus(self) -> None:
        """At once, where `Widget.focus` waits its turn: a key that comes next is meant for this question."""
        self.screen.set_focus(self.reader)

    def draft(self) -> Any:
        return None

    def restore(self, draft: Any) -> None:
        pass

    def reopen(self, given: SessionInput) -> None:
        """Put back an answer to this question that was taken back, to be changed."""

    def handed_on(self) -> str:
        """What was typed here for the question that follows."""
        return ""

    def pick(self, name: str) -> bool:
        """A candidate was chosen in the pane above; whether this prompt takes it."""
        return False


class FieldBody(PromptBody):
    """One field, its reader, with a hint below it."""

    READER: ClassVar[type[Field]]

    def compose(self) -> ComposeResult:
        yield self.READER()
        yield Lines()

    @property
    def field(self) -> Field:
        return self.query_one(self.READER)

    @property
    def hint(self) -> Lines:
        return self.query_one(Lines)

    def draft(self) -> Any:
        return self.field.value or None

    def restore(self, draft: Any) -> None:
        self.field.value = str(draft)
        self.field.cursor_position = len(self.field.value)
