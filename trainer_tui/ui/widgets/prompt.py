"""The prompt bar: the one question on the screen, always in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from trainer_tui.asking.asked import question
from trainer_tui.asking.failures import under_way
from trainer_tui.asking.question import Known, Question, Takes
from trainer_tui.asking.scripts import with_whole_turn
from trainer_tui.asking.words import BETWEEN, Key, Quiet, Sign, Words
from trainer_tui.session.protocol import Prompt
from trainer_tui.session.view import SessionView
from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.lines import Line, clean, cut_line, text_of, width_of, wrap_line
from trainer_tui.ui.painting import Painter
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.prompts.body import PromptBody
from trainer_tui.ui.widgets.prompts.message import MessageBody
from trainer_tui.ui.widgets.prompts.waiting import WaitingBody

SAID_AFTER = 0.3
"""Seconds that an effect may take before the screen says so: most take less, and nothing flickers."""

_UNCUT = 100_000
_OTHER_ROWS = 8
"""Of the screen, that the panes, the answers and the keys need at least."""
_IN_FULL: Words = (" ", Key("question.explain"), Quiet(" in full"))

_WHILE_WAITING: Words = (
    Key("waiting.cancel"),
    Quiet(" stops waiting"),
    BETWEEN,
    Key("session.menu"),
    Quiet(" menu"),
)


Drafts = dict[tuple[object, ...], tuple[Prompt, Any]]
"""What stands unsent, by question."""


class PromptBar(Vertical, AtDesk):
    """The question, what matters to its answer, and the widget that takes it; drafts are kept by question."""

    class Waits(Message):
        """What runs takes a while, and is said from now on."""

    def __init__(self, said_after: float = SAID_AFTER, drafts: Drafts | None = None) -> None:
        super().__init__(id="prompt")
        self.is_answered = False
        self._said_after = said_after
        self._view: SessionView | None = None
        self._question: Question | None = None
        self._body: PromptBody | None = None
        self._asked: tuple[object, ...] | None = None
        self._drafts: Drafts = {} if drafts is None else drafts
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

    @property
    def says_waiting(self) -> bool:
        """Whether what runs is said in the place of the question."""
        return isinstance(self._body, WaitingBody)

    # --- showing --------------------------------------------------------------------------------------------------

    async def show(self, view: SessionView) -> None:
        """Ask what the view asks; while an effect runs the last question stays, until it takes longer."""
        await self._show(view)
        self.is_answered = False
        self._hand_on_what_was_typed()

    def _hand_on_what_was_typed(self) -> None:
        """To the message field, once it is there; it is sent where that was asked for."""
        ahead = self.desk.ahead
        if self._view is None or self._question is None or self._view.prompt is None:
            return
        # A message that was taken back is there to be changed: what was typed ahead waits for the field after it.
        if isinstance(self._body, MessageBody) and self._view.undone is None:
            text, is_sent = ahead.take()
            # What stands there already was not part of what was sent: it is looked at first.
            is_alone = not self._body.field.value
            if text:
                self._body.goes_on_with(text)
            if is_sent and is_alone:
                self._body.send(text)
        ahead.is_sent = False

    async def _show(self, view: SessionView) -> None:
        before, self._view = self._view, view
        asked_question = question(Known(view, self.desk.controller.response_preview, self.desk.controller.about_action))
        if asked_question is not None:
            asked_question = with_whole_turn(asked_question, view)
        self._question = asked_question
        if view.prompt is None or asked_question is None:
            self._keep_draft(before)
            self._asked = None
            self._wait()
            return
        self._stop_waiting()
        asked = _key(view)
        if asked == self._asked and before is not None and before.prompt == view.prompt and self._body is not None:
            self._draw_head()
            if self._body.question != asked_question:
                self._body.ask_again(asked_question, view)
            return
        self._keep_draft(before)
        self._asked = asked
        self._refusal = ""
        handed_on = self._body.handed_on() if self._body is not None else ""
        body = await self._put(asked_question, view)
        if handed_on:
            body.restore(handed_on)
        if view.undone is not None:
            body.reopen(view.undone)
        kept = self._drafts.get(_key(view))
        if kept is not None and kept[0] == view.prompt:
            body.restore(kept[1])

    async def _put(self, asked: Question, view: SessionView) -> PromptBody:
        body = await self._use(_body_of(asked.takes))
        self._draw_head()
        body.ask(asked, view)
        return body

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

    @property
    def _painter(self) -> Painter:
        return Painter(self.desk.signs, self.desk.keys, max(self.scrollable_content_region.width, 20))

    def _draw_head(self) -> None:
        asked = self._question
        if asked is None:
            return
        painter = self._painter
        if asked.takes != "answer":
            self._draw((painter.first_that_fits(asked.at_a_glance),), (painter.first_that_fits(asked.matter),))
            return
        most = max((self.screen.size.height - _OTHER_ROWS) // 4, 1)
        glance, is_glance_whole = _over_rows(asked.at_a_glance, painter, most)
        matter, is_matter_whole = _over_rows(asked.matter, painter, most)
        if not (is_glance_whole and is_matter_whole):
            key = painter.line(_IN_FULL)
            last = matter[-1] if is_matter_whole else (*matter[-1], ("…" * 2, ""))
            matter = [*matter[:-1], (*cut_line(last, painter.width - width_of(key)), *key)]
        self._draw(glance, matter)

    def _draw(self, question: Sequence[Line], matter: Sequence[Line]) -> None:
        """Why an answer was refused is read whole, over as many rows as it takes."""
        self.query_one("#question", Lines).show_lines(*question)
        refused = wrap_line(((clean(self._refusal), "bad"),), self._painter.width)
        self.query_one("#matter", Lines).show_lines(*(refused if self._refusal else matter))

    def on_resize(self) -> None:
        if self.says_waiting:
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
        asked = self._question
        if asked is None:
            return ""
        words = (asked.at_a_glance[0], *asked.matter[:1], (asked.hint,))
        painter = replace(self._painter, width=_UNCUT)
        return "\n".join(text for part in words if (text := text_of(painter.line(part)).strip()))

    def offers(self, command: str) -> bool:
        """Whether the question can be answered so, or says where to look."""
        asked = self._question or Question(())
        is_answer = any(answer.command == command for answer in asked.answers)
        return is_answer or (command == "question.open" and bool(asked.places))

    def open_place(self) -> None:
        """Open the first file that the question names."""
        if self._question is not None and self._question.places:
            self.desk.open_place(self._question.places[0])
        else:
            self.desk.say("This question names no file.")

    # --- what was typed -------------------------------------------------------------------------------------------

    def keep_draft(self) -> None:
        """Of the question on the screen."""
        self._keep_draft(self._view)

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
        self.post_message(self.Waits())

    def _tick(self) -> None:
        if self._view is not None and self._view.effect is not None:
            words = (
                *under_way(self._view.effect),
                Quiet(" "),
                Sign("more"),
                Quiet(f" {round(monotonic() - self._since)} s"),
            )
            self._draw((self._painter.line(words),), (self._painter.line(_WHILE_WAITING),))

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _over_rows(variants: Sequence[Words], painter: Painter, most: int) -> tuple[list[Line], bool]:
    """What is judged, on one row where a variant fits there, else the longest over at most so many; and whether that is
    all of it. A message that takes more gives way to what it is taken for, which stands behind it."""
    line = painter.first_that_fits(variants)
    if most == 1 or _is_whole(line, variants, painter):
        return [line], _is_whole(line, variants, painter)
    whole = rows = wrap_line(replace(painter, width=_UNCUT).line(variants[0]), painter.width)
    for room in range(most, 0, -1):  # a row less each time, for words break off before the end of theirs
        if len(rows) <= most:
            break
        rows = wrap_line(replace(painter, width=room * painter.width).line(variants[0]), painter.width)
    return rows[:most], len(whole) <= most


def _is_whole(line: Line, variants: Sequence[Words], painter: Painter) -> bool:
    """Whether nothing of what was painted is cut off."""
    uncut = replace(painter, width=_UNCUT)
    return text_of(line) in {text_of(uncut.line(words)) for words in ((), *variants)}


def _key(view: SessionView) -> tuple[object, ...]:
    """Which question of the session this is: an undo and a redo come back to the same one."""
    return (view.status.branch, len(view.history), type(view.prompt).__name__, view.code, view.offer)


def _body_of(takes: Takes) -> type[PromptBody]:
    """What takes it; all but the first question's is loaded by the first that asks for it."""
    if takes == "message":
        return MessageBody
    if takes == "answer":
        from trainer_tui.ui.widgets.prompts.question import QuestionBody

        return QuestionBody
    if takes == "choice":
        from trainer_tui.ui.widgets.prompts.choice import ChoiceBody

        return ChoiceBody
    if takes == "name":
        from trainer_tui.ui.widgets.prompts.name import NameBody

        return NameBody
    if takes == "entities":
        from trainer_tui.ui.widgets.entity_editor import EntityEditor

        return EntityEditor
    from trainer_tui.ui.widgets.prompts.response import ResponseBody, StubBody

    return ResponseBody if takes == "response" else StubBody
