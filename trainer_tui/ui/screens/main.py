"""The main screen: status, conversation, next action, slots, stories, the question, the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget

from trainer_tui.asking.notation import annotated
from trainer_tui.asking.turns import turns
from trainer_tui.session.protocol import (
    AskFormValidation,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    NameAction,
    WriteResponse,
)
from trainer_tui.session.view import SessionView
from trainer_tui.ui.lines import Line, cell_len, clean, shorten, wrap_line
from trainer_tui.ui.marked_message import marked_message
from trainer_tui.ui.painting import Painter
from trainer_tui.ui.screens.session import SessionScreen, turn_rows
from trainer_tui.ui.sharing import shares
from trainer_tui.ui.widgets.actions import Candidate, Candidates, candidate_line, name_width
from trainer_tui.ui.widgets.footer import KeyFooter, scopes_in
from trainer_tui.ui.widgets.history import Conversation
from trainer_tui.ui.widgets.notice_line import NoticeLine
from trainer_tui.ui.widgets.painted import STYLE_CLASSES, Lines
from trainer_tui.ui.widgets.pane import Pane
from trainer_tui.ui.widgets.prompt import SAID_AFTER, Drafts, PromptBar
from trainer_tui.ui.widgets.slots import Slots
from trainer_tui.ui.widgets.status import Status
from trainer_tui.ui.widgets.story_graph import Stories

if TYPE_CHECKING:
    from trainer_tui.ui.tour import Tour

PARTS = ("status", "conversation", "candidates", "slots", "stories")
"""What can be left out where it cannot be shown: without the question and its keys there would be no session."""
_ABOUT_ACTIONS = (ConfirmAction, ChooseAction, NameAction, WriteResponse, AskFormValidation)


class Stack(Vertical):
    """Panes over one another, which get the rows that there are."""

    # It is never scrolled: that its panes got other heights has nothing laid out or drawn once more.
    virtual_size = Reactive(Size(0, 0), layout=False, repaint=False)


class Column(Stack):
    """The panes beside the conversation; a notice or a longer question leaves them fewer rows."""

    class Resized(Message):
        pass

    def on_resize(self) -> None:
        self.post_message(self.Resized())


class MainScreen(SessionScreen):
    """Panes keep their places; in a narrow terminal one of them is in sight, the one that the question needs."""

    COMPONENT_CLASSES = STYLE_CLASSES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-mid"), (40, "-tall")]
    AUTO_FOCUS = ""  # the prompt bar takes the focus itself
    # What gains and loses it draws itself: all that stands on the screen was drawn, too.
    focused = Reactive[Widget | None](None, repaint=False)

    def __init__(
        self,
        *,
        with_stories: bool = True,
        said_after: float = SAID_AFTER,
        left_out: frozenset[str] = frozenset(),
        drafts: Drafts | None = None,
        tour: Tour | None = None,
    ) -> None:
        super().__init__()
        self._left_out = left_out
        self._drafts: Drafts = {} if drafts is None else drafts
        self.with_stories = with_stories
        self.said_after = said_after
        # There before it is composed: a field of the screen that gives way to this one still speaks to it.
        self.prompt_bar = PromptBar(said_after, self._drafts)
        self._tour = tour
        self._in_sight = "conversation"
        self.is_maximised = False
        self._view: SessionView | None = None

    def compose(self) -> ComposeResult:
        yield self._in_place(Status())
        if self._tour is not None:
            yield Lines(id="guide")
        yield Lines(id="tabs")
        with Horizontal(id="body"):
            yield self._in_place(Conversation())
            with Column(id="column"):
                with Stack(id="near"):
                    yield self._in_place(Candidates())
                    yield self._in_place(Slots())
                if self.with_stories:
                    yield self._in_place(Stories())
        yield Lines(id="last")
        yield NoticeLine()
        yield self.prompt_bar
        yield KeyFooter(id="keys")

    def _in_place(self, part: Widget) -> Widget:
        """The part, hidden where it is left out, before anything draws it."""
        if part.id in self._left_out:
            # Set only where it hides: a display of its own outranks what the style sheet says of the others.
            part.display = False
        return part

    def anew(self, left_out: frozenset[str]) -> MainScreen:
        """A screen like this one, with what was typed, and without the parts that are left out."""
        with suppress(NoMatches):
            self.prompt_bar.keep_draft()
        return MainScreen(
            with_stories=self.with_stories,
            said_after=self.said_after,
            left_out=left_out,
            drafts=self._drafts,
            tour=self._tour,
        )

    def made_for(self, size: Size) -> Self:
        """With the classes of a terminal of that size: Textual gives them when all was drawn once, to be drawn anew."""
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            _, name = max((least, name) for least, name in breakpoints if least <= length)
            self.add_class(name, update=False)
        return self

    @property
    def candidates(self) -> Candidates:
        return self.query_one(Candidates)

    @cached_property
    def panes(self) -> list[Pane]:
        return list(self.query(Pane))

    async def on_mount(self) -> None:
        self.query_one("#last").display = False
        await self.show(self.desk.view)
        self.prompt_bar.take_focus()

    async def show(self, view: SessionView) -> None:
        """Show the view, all of it in one drawing, of each part only what changed. While something runs, what stands
        there stays until that takes a while: an answer would draw everything twice, and nobody would see the first."""
        with self.in_one_drawing():
            stays = view.effect is not None and self._view is not None and not self.prompt_bar.says_waiting
            if not stays:
                self._show_panes(view)
            await self.prompt_bar.show(view)
            if not stays:
                self._arrange()
                self.show_keys()

    def on_prompt_bar_waits(self, event: PromptBar.Waits) -> None:
        event.stop()
        with self.in_one_drawing():
            self._show_panes(self.desk.view)
            self._arrange()
            self.show_keys()

    def _show_panes(self, view: SessionView) -> None:
        before, self._view = self._view, view
        self._show_part("status", lambda: self.query_one(Status).show(view.status))
        for pane in self.panes:
            self._show_part(pane.id or "", partial(pane.show, view))
        self.query_one("#column").set_class(view.form is not None, "-form")
        if view.prompt is not None and (before is None or before.prompt != view.prompt):
            self._bring_in_sight(
                "candidates" if isinstance(view.prompt, (*_ABOUT_ACTIONS, ChooseIntent)) else "conversation"
            )
        self._guide(view)

    def _guide(self, view: SessionView) -> None:
        """What to do next on the tour."""
        if self._tour is None:
            return
        from trainer_tui.ui.tour import Seen

        opened = "" if self.app.screen is self else type(self.app.screen).__name__
        words = self._tour.look(Seen(view, opened))
        width = self._terminal.width - 2
        line = Painter(self.desk.signs, self.desk.keys, width).line(words)
        self.query_one("#guide", Lines).show_lines(*wrap_line(line, max(width, 10)))

    def on_screen_suspend(self) -> None:
        self._guide(self.desk.view)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual has each class do its own part.
        self._guide(self.desk.view)

    def _show_part(self, part: str, show: Callable[[], None]) -> None:
        """What goes wrong in one part keeps the others from nothing."""
        if part in self._left_out:
            return
        try:
            show()
        except Exception as error:
            self.app._handle_exception(error)

    # --- one pane in sight: in a narrow terminal, or maximised ----------------------------------------------------

    @property
    def _terminal(self) -> Size:
        """All of it is this screen's, which knows its own size only when it was laid out once."""
        return self.app.size

    @property
    def is_narrow(self) -> bool:
        return self._terminal.width < 80

    @property
    def is_huge(self) -> bool:
        """Whether the stories have a column of their own."""
        return self._terminal.width >= 180

    @property
    def _shows_one(self) -> bool:
        return self.is_narrow or self.is_maximised

    def _bring_in_sight(self, pane_id: str) -> None:
        focused = self.focused
        if isinstance(focused, Pane) and self._shows_one:
            # Who looks at a pane goes on looking at it.
            pane_id = focused.id or pane_id
        self._in_sight = pane_id

    def look_at(self, pane_id: str) -> None:
        self._in_sight = pane_id
        self._arrange()

    def on_candidates_offered(self, event: Candidates.Offered) -> None:
        event.stop()
        self._bring_in_sight("candidates" if event.is_open else "conversation")
        self._arrange()

    def on_column_resized(self, event: Column.Resized) -> None:
        event.stop()
        self._arrange()

    def _arrange(self) -> None:
        shows_one = self._shows_one
        self.set_class(shows_one, "-alone")
        for pane in self.panes:
            pane.set_class(shows_one and pane.id != self._in_sight, "-hidden")
        column = self.query_one("#column")
        column.set_class(shows_one and self._in_sight == "conversation", "-hidden")
        self.query_one("#near").set_class(shows_one and self._in_sight not in ("candidates", "slots"), "-hidden")
        self.set_class(self.is_huge and not shows_one, "-huge")
        is_choosing = self._view is not None and isinstance(self._view.prompt, (ChooseAction, ChooseIntent))
        is_choosing = is_choosing or bool(self.candidates.offers)
        column.set_class(is_choosing and not shows_one, "-choosing")
        self._share(None if shows_one or is_choosing else column.size.height)
        self._draw_tabs()
        if self._view is not None:
            self._draw_last(self._view)

    def _share(self, height: int | None) -> None:
        """Give the panes of the column their rows; None: as the style sheet says."""
        panes = [pane for pane in self.panes if pane.id != "conversation" and pane.id not in self._left_out]
        rows = dict.fromkeys(panes)
        if height:
            sharing = [pane for pane in panes if not (self.is_huge and pane.id == "stories")]
            frames = sum(pane.gutter.height for pane in sharing)
            wanted, full = [pane.wanted_height for pane in sharing], [pane.full_height for pane in sharing]
            rows |= zip(sharing, shares(height - frames, wanted, full), strict=True)
        # Each is set once: whatever is set to something else has the whole screen laid out again.
        for pane, given in rows.items():
            pane.take_rows(given)

    def _draw_tabs(self) -> None:
        keys = [f" {self.desk.keys.shown(pane.command)} " for pane in self.panes]
        names = [f"{pane.pane_title} " for pane in self.panes]
        for place in reversed(range(len(names))):
            if sum(map(cell_len, keys + names)) > self._terminal.width:
                names[place] = f"{self.panes[place].short_title} "
        spans: list[tuple[str, str]] = []
        for pane, key, name in zip(self.panes, keys, names, strict=True):
            spans += [(key, "key"), (name, "strong" if pane.id == self._in_sight else "dim")]
        self.query_one("#tabs", Lines).show_lines(tuple(spans))

    def _draw_last(self, view: SessionView) -> None:
        """Beneath the one pane in sight: of the conversation the last decision, of another what was said last."""
        last = self.query_one("#last", Lines)
        if self.is_narrow and self._in_sight != "conversation":
            said = next((entry for entry in reversed(view.history) if entry.kind == "message"), None)
            last.display = said is not None and self._terminal.height >= 16
            if said is not None:
                last.show_lines((("said ", "dim"), *marked_message(said.text, said.entities, annotated)))
            return
        prediction = view.actions.prediction
        chosen = view.actions.chosen
        shown = self.is_narrow and self._in_sight == "conversation" and not view.actions.is_current
        last.display = bool(shown and prediction and chosen and self._terminal.height >= 16)
        if last.display and prediction and chosen:
            value = dict(prediction.ranking).get(chosen, 0.0)
            width = self._terminal.width - 7
            name = shorten(clean(chosen), name_width(width))
            line: Line = candidate_line(
                Candidate(chosen, value, None, True), name, width, self.desk.signs, is_current=False
            )
            last.show_lines((("last ", "dim"), *line))

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.show_keys()

    # --- moving about ---------------------------------------------------------------------------------------------

    def action_focus_pane(self, name: str) -> None:
        if name == "prompt":
            self._maximise(False)
            self.prompt_bar.take_focus()
            return
        found = next((pane for pane in self.panes if pane.id == name), None)
        if found is None:
            self.desk.say("The stories pane is switched off.")
            return
        self.look_at(name)
        self.call_after_refresh(found.focus)

    def action_maximise(self) -> None:
        """The pane that has focus takes the place of all panes; again: gives it back."""
        if isinstance(self.focused, Pane) and not self.is_narrow:
            self._in_sight = self.focused.id or self._in_sight
            self._maximise(not self.is_maximised)

    def _maximise(self, is_maximised: bool) -> None:
        if is_maximised != self.is_maximised:
            self.is_maximised = is_maximised
            self._arrange()

    def action_leave_pane(self) -> None:
        for pane in self.panes:
            pane.mark("")
        if self.is_maximised:
            self._maximise(False)
        else:
            self.action_focus_pane("prompt")

    def action_turns(self) -> None:
        """Go to a turn of the conversation, chosen from all of them."""
        from trainer_tui.ui.screens.picking import Pick

        listed = turns(self.desk.view.history)
        if not listed:
            self.desk.say("There is no turn yet.")
            return

        def go(at: int) -> None:
            conversation = self.query_one(Conversation)
            self.look_at("conversation")
            self.set_focus(conversation)
            conversation.go_to(at)

        rows = [replace(row, key=row.key.at) for row in turn_rows(listed)]
        here = self.query_one(Conversation).current_turn
        self.desk.open(Pick("go to this turn", rows, go, marked=here.at if here is not None else None))

    def action_jump(self) -> None:
        from trainer_tui.ui.screens.help import Jump

        places = [*(pane for pane in self.panes if pane.region.area), self.prompt_bar]
        targets = {place.id or "": Offset(place.region.x + 2, place.region.y) for place in places}
        self.app.push_screen(Jump(targets), lambda name: self.action_focus_pane(name) if name else None)

    # --- keys -----------------------------------------------------------------------------------------------------

    def show_keys(self) -> None:
        if self.is_mounted:
            self.query_one(KeyFooter).show_scopes(scopes_in(self), frozenset(self.idle_commands()))

    def idle_commands(self) -> Mapping[str, str]:
        """See `Desk`; asked by a screen of itself, for where one is built anew the desk's is another already."""
        view = self.desk.view
        fields = ("choice.back", "name.back", "response.back", "entities.back")
        idle = (
            (view.undo is None, "there is nothing to undo", ("session.undo", "pane.undo")),
            (view.redo is None, "nothing was undone", ("session.redo", "pane.redo")),
            (self.is_narrow, "one pane is in sight anyway", ("pane.maximise",)),
            (not view.fork_points, "no message was sent yet", ("session.fork",)),
            (view.script is None, "no script is played", ("conversation.script",)),
            (not self.prompt_bar.offers("question.open"), "no place is named", ("question.open",)),
            (not self.prompt_bar.offers("question.remove"), "no story is named", ("question.remove",)),
            (not view.can_step_back, "the question has just begun", fields),
        )
        return {id_: why for is_idle, why, ids in idle if is_idle for id_ in ids}

    def on_descendant_focus(self) -> None:
        self.call_later(self.show_keys)

    def on_descendant_blur(self) -> None:
        self.call_later(self.show_keys)
