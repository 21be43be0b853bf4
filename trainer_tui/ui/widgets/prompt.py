"""The prompt bar: the one question on the screen, always in one place."""

from __future__ import annotations

from time import monotonic
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from trainer_tui.asking.notation import annotated
from trainer_tui.session.protocol import (
    AskButton,
    AskMessage,
    ChooseAction,
    ChooseIntent,
    MarkEntities,
    NameAction,
    NameIntent,
    Prompt,
    StubResult,
    WriteResponse,
)
from trainer_tui.session.view import SessionView
from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.lines import Line, clean, text_of
from trainer_tui.ui.widgets.entity_editor import EntityEditor
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import PromptBody
from trainer_tui.ui.widgets.prompts.choice import ChoiceBody
from trainer_tui.ui.widgets.prompts.message import MessageBody
from trainer_tui.ui.widgets.prompts.name import NameBody
from trainer_tui.ui.widgets.prompts.question import QuestionBody
from trainer_tui.ui.widgets.prompts.response import ResponseBody, StubBody
from trainer_tui.ui.widgets.prompts.waiting import WaitingBody
from trainer_tui.ui.wording import Speaker, Wording

SAID_AFTER = 0.3
"""Seconds that an effect may take before the screen says so: most take less, and nothing flickers."""

_BODIES: dict[type[Any], type[PromptBody]] = {
    AskMessage: MessageBody,
    AskButton: MessageBody,
    ChooseIntent: ChoiceBody,
    ChooseAction: ChoiceBody,
    NameIntent: NameBody,
    NameAction: NameBody,
    MarkEntities: EntityEditor,
    WriteResponse: ResponseBody,
    StubResult: StubBody,
}


class PromptBar(Vertical, AtDesk):
    """The question, what matters to its answer, and the widget that takes it; drafts are kept by question."""

    def __init__(self, said_after: float = SAID_AFTER) -> None:
        super().__init__(id="prompt")
        self.is_answered = False
        self._said_after = said_after
        self._view: SessionView | None = None
        self._body: PromptBody | None = None
        self._asked: tuple[object, ...] | None = None
        self._drafts: dict[tuple[object, ...], tuple[Prompt, Any]] = {}
        self._refusal = ""
        self._since = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(id="question")
        yield Lines(id="matter")
        # There from the start: the next question may come while it would be mounted, and would then be hidden by it.
        waiting = WaitingBody()
        waiting.display = False
        yield waiting

    @property
    def body(self) -> PromptBody | None:
        return self._body

    @property
    def asked(self) -> Prompt | None:
        """The question on the screen."""
        return None if self._view is None else self._view.prompt

    # --- showing --------------------------------------------------------------------------------------------------

    async def show(self, view: SessionView) -> None:
        """Ask what the view asks; while an effect runs the last question stays, until it takes longer."""
        await self._show(view)
        self.is_answered = False

    async def _show(self, view: SessionView) -> None:
        before, self._view = self._view, view
        if view.offer is not None:
            body = await self._use(QuestionBody)
            self._asked = None
            self._draw_head()
            body.ask(AskMessage(), view, self._wording())
            return
        if view.prompt is None:
            self._keep_draft(before)
            self._asked = None
            self._wait()
            return
        self._stop_waiting()
        asked = _key(view)
        if asked == self._asked and before is not None and before.prompt == view.prompt:
            self._draw_head()
            return
        self._keep_draft(before)
        self._asked = asked
        self._refusal = ""
        await self._ask(view.prompt, view)

    async def _ask(self, prompt: Prompt, view: SessionView) -> None:
        handed_on = self._body.handed_on() if self._body is not None else ""
        body = await self._use(_BODIES.get(type(prompt), QuestionBody))
        wording = self._wording()
        self._draw_head()
        body.ask(prompt, view, wording)
        if handed_on:
            body.restore(handed_on)
        kept = self._drafts.get(_key(view))
        if kept is not None and kept[0] == prompt:
            body.restore(kept[1])

    async def _use(self, kind: type[PromptBody]) -> PromptBody:
        had_focus = self.has_focus_within or self.screen.focused is None
        if not isinstance(self._body, kind):
            found = next((child for child in self.query(PromptBody) if type(child) is kind), None)
            if found is None:
                found = kind()
                await self.mount(found)
            for child in self.query(PromptBody):
                child.display = child is found
            self._body = found
        assert self._body is not None
        if had_focus:
            self._body.take_focus()
        return self._body

    def _wording(self) -> Wording:
        view = self._view
        assert view is not None and view.prompt is not None
        if view.offer is not None:
            return self._speaker.offer(view.offer)
        return self._speaker.word(view.prompt, view)

    @property
    def _speaker(self) -> Speaker:
        controller = self.desk.controller
        return Speaker(self.desk.signs, self._room, annotated, controller.response_preview, self.desk.keys)

    @property
    def _room(self) -> int:
        return max(self.scrollable_content_region.width, 20)

    def _draw_head(self, wording: Wording | None = None) -> None:
        if wording is None:
            if self._view is None or self._view.prompt is None:
                return
            wording = self._wording()
        matter: Line = ((clean(self._refusal), "bad"),) if self._refusal else wording.matter
        self.query_one("#question", Lines).show_lines(wording.title(self._room))
        self.query_one("#matter", Lines).show_lines(matter)

    def on_resize(self) -> None:
        if isinstance(self._body, WaitingBody):
            self._tick()
        else:
            self._draw_head()

    def take_focus(self) -> None:
        if self._body is not None:
            self._body.take_focus()

    def pick(self, name: str) -> bool:
        return (
            self._view is not None
            and self._view.prompt is not None
            and self._body is not None
            and self._body.pick(name)
        )

    def whole(self) -> str:
        """The question and what matters to its answer, uncut."""
        if self._view is None or self._view.prompt is None:
            return ""
        wording = self._wording()
        lines = (wording.variants[0], wording.matter, wording.hint)
        return "\n".join(text for line in lines if (text := text_of(line).strip()))

    # --- what was typed -------------------------------------------------------------------------------------------

    def _keep_draft(self, before: SessionView | None) -> None:
        """What stood unsent at the question that is left; what was sent is no draft."""
        if before is None or before.prompt is None or self._body is None or self._asked is None:
            return
        draft = None if self.is_answered else self._body.draft()
        key = _key(before)
        if draft is None:
            self._drafts.pop(key, None)
        else:
            self._drafts[key] = (before.prompt, draft)

    def refuse(self, reason: str) -> None:
        """Say why the answer is not taken; what was typed stays. "" takes it back."""
        if reason != self._refusal:
            self._refusal = reason
            self._draw_head()

    # --- waiting --------------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        if self._timer is None:
            self._since = monotonic()
            if self._said_after:
                self._timer = self.set_timer(self._said_after, self._say_waiting)
            else:
                self.call_later(self._say_waiting)

    async def _say_waiting(self) -> None:
        if self._view is None or self._view.effect is None:
            return
        await self._use(WaitingBody)
        self._tick()
        self._stop_waiting()
        self._timer = self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self._view is not None and self._view.effect is not None:
            self._draw_head(self._speaker.waiting(self._view.effect, round(monotonic() - self._since)))

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _key(view: SessionView) -> tuple[object, ...]:
    """Which question of the session this is: an undo and a redo come back to the same one."""
    return (view.status.branch, len(view.history), type(view.prompt).__name__)
