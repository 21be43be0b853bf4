"""Real conversations: which deserve a look, what happened in each, and what today's model says there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from trainer_tui.asking.filters import HINT, filters_in
from trainer_tui.asking.reasons import reason
from trainer_tui.asking.reviewing import ConversationRow, ConversationView, Decision, Order, StepView
from trainer_tui.errors import TrainerError
from trainer_tui.session.protocol import KeptAs
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, Span, clean, wrap_line
from trainer_tui.ui.screens.dialogs import AskLine
from trainer_tui.ui.screens.review_sheet import ReviewSheet
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.paged import PagedRows
from trainer_tui.ui.widgets.rows import Rows
from trainer_tui.ui.workers import work_beside
from trainer_tui.words import counted

_ORDERS: dict[Order, tuple[Order, str]] = {
    "worth": ("newest", "most worth a look first"),
    "newest": ("count", "the newest first"),
    "count": ("worth", "the most frequent first"),
}
_DECIDED: dict[Decision, str] = {"right": "right", "skip": "skipped", "later": "later"}
_NEAR_TOP = 3
"""So few steps above the cursor, and what was before is read."""


class Conversations(ReviewSheet):
    """The list, and the conversation under its cursor beside it, or beneath."""

    BINDINGS = [*bindings(Scope.CONVERSATIONS, Scope.LISTED)]
    SCOPES = (Scope.CONVERSATIONS, Scope.LISTED, Scope.REVIEW, Scope.LIST)
    OTHER_KEYS = (Scope.LISTED, Scope.REVIEW)
    title_text = "conversations of real users"

    def __init__(self, show_other: Callable[[], None]) -> None:
        super().__init__(show_other)
        self._row: int | None = None
        self._view: ConversationView | None = None
        self._under_way: set[int] = set()
        self._has_more = False
        self._rows = PagedRows(
            self._page,
            lambda row, width: conversation_line(row, self.desk.signs, datetime.now().astimezone()),
            lambda row: row.id,
            id="list",
        )
        self._steps = Steps(self._read_earlier)

    def panes(self) -> Sequence[Rows]:
        return self._rows, self._steps

    def _page(self, first: int, most: int) -> tuple[Sequence[ConversationRow], int]:
        reviewed = self.desk.reviewed
        page = self.settling.review.conversations(reviewed.order, reviewed.filters, first, most)
        self._has_more = page.has_more
        return page.rows, page.total

    def on_mount(self) -> None:
        super().on_mount()
        self._rows.show_from_start(self.desk.reviewed.cursor)
        self._rows.focus()
        self._show_head()

    def _show_head(self) -> None:
        reviewed = self.desk.reviewed
        shown = f"shown: {reviewed.typed}" if reviewed.typed else "all shown"
        more = "more than " if self._has_more else ""
        self.head(f"{more}{counted(self._rows.total, 'conversation')}", shown, _ORDERS[reviewed.order][1])

    def show_again(self) -> None:
        before = self._rows.current
        self._rows.show_again()
        self.desk.reviewed.cursor = self._rows.cursor
        self._show_head()
        row = self._rows.current
        if row is None or before is None or row != before or self._view is None:
            self._read(row)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if event.rows is self._rows:
            self.desk.reviewed.cursor = event.index
            self._read(self._rows.current)

    # --- the conversation beside the list ---------------------------------------------------------------------------

    def _read(self, row: ConversationRow | None) -> None:
        self._row = None if row is None else row.id
        if self._row is None:
            self._view = None
            self._steps.show(())
        else:
            work_beside(self, partial(self._reading, self._row), "reading", exclusive=True)

    async def _reading(self, row: int) -> None:
        try:
            view = await self.settling.review.open(row)
            self._show_view(view)
            self._show_view(await self.settling.review.judged(view))
        except TrainerError as error:
            self._view = None
            self._steps.show(())
            self.refuse(reason(error))

    def _show_view(self, view: ConversationView) -> None:
        self._view = view
        self._steps.show(view.steps)

    def _read_earlier(self) -> None:
        if self._view is not None and self._view.has_more and self._view.steps:
            work_beside(self, partial(self._reading_earlier, self._view), "reading", exclusive=True)

    async def _reading_earlier(self, view: ConversationView) -> None:
        review = self.settling.review
        earlier = await review.judged(await review.open(view.row.id, before=view.steps[0].index))
        if self._view is view:
            self._view = with_earlier(view, earlier)
            self._steps.show_earlier(earlier.steps)

    def action_session(self, step: int) -> None:
        """The session before, or after, of the same user; the list stays where it is."""
        view = self._view
        row = None if view is None else view.earlier if step < 0 else view.later
        if row is None:
            self.refuse("This user has no session before." if step < 0 else "This is the user's latest session.")
        else:
            self._row = row
            work_beside(self, partial(self._reading, row), "reading", exclusive=True)

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def _settle(self, settle: Callable[[ConversationView], Awaitable[str | None]]) -> None:
        """Of the conversation that is shown, which is the one under the cursor or another session of its user."""
        row = self._row
        if row is None:
            self.refuse("There is no conversation here.")
            return
        if row in self._under_way:
            return
        self._under_way.add(row)

        async def work() -> str | None:
            try:
                return await settle(await self.settling.review.open(row))
            finally:
                self._under_way.discard(row)

        self.attempt(work)

    def action_keep(self, kept_as: KeptAs) -> None:
        self._settle(lambda view: self.settling.keep(view, kept_as))

    def action_decide(self, decision: Decision) -> None:
        async def decide(view: ConversationView) -> str:
            self.settling.decide(view.row.id, decision)
            return f"{view.row.sender}: {_DECIDED[decision]}"

        self._settle(decide)

    def action_open(self) -> None:
        async def play(view: ConversationView) -> None:
            left_out = await self.settling.open(view)
            desk = self.desk
            self.dismiss(None)
            desk.to_question()
            if left_out:
                desk.show_text("left out, since it cannot be played", "\n".join(map(str, left_out)))

        self._settle(play)

    def action_flag(self) -> None:
        step = self._steps.current

        async def flag(view: ConversationView) -> None:
            if step is None:
                raise TrainerError("There is nothing to flag here.")
            self.settling.flag(view.row.id, step.index)
            await self._reading(view.row.id)

        self._settle(flag)

    def action_tag(self) -> None:
        row = self._row
        if row is None:
            self.refuse("There is no conversation here.")
            return
        known = ", ".join(self.settling.review.names().tags) or "none yet"

        def take(tag: str) -> None:
            self.settling.tag(row, tag)
            self.show_again()

        self.app.push_screen(AskLine("tag; one that it has is taken away", "", f"there are: {known}", take))

    # --- which are listed -------------------------------------------------------------------------------------------

    def action_order(self) -> None:
        self.desk.reviewed.order = _ORDERS[self.desk.reviewed.order][0]
        self._rows.show_from_start()
        self._show_head()

    def action_filter(self) -> None:
        def take(typed: str) -> None:
            now = datetime.now().astimezone()
            reviewed = self.desk.reviewed
            reviewed.filters = filters_in(typed, now, self.settling.review.names())
            reviewed.typed = typed.strip()
            self._rows.show_from_start()
            self._show_head()

        self.app.push_screen(AskLine("show those alone", self.desk.reviewed.typed, HINT, take))


class Steps(Rows):
    """What happened, the end in sight; the cursor near its top has what was before read."""

    STICKS_TO_END = True

    def __init__(self, read_earlier: Callable[[], None]) -> None:
        super().__init__(id="steps", classes="detail")
        self._read_earlier = read_earlier
        self._steps: tuple[StepView, ...] = ()
        self._cursor_always = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "choose"

    @property
    def current(self) -> StepView | None:
        return self._steps[self.cursor] if 0 <= self.cursor < len(self._steps) else None

    def show(self, steps: tuple[StepView, ...]) -> None:
        if [step.index for step in steps] == [step.index for step in self._steps]:
            # The same steps, judged or flagged: the cursor stays.
            self._steps = steps
            cursor, y = self.cursor, self.scroll_offset.y
            self.rows_changed()
            self.set_reactive(Rows.cursor, cursor)
            self.scroll_to(y=y, animate=False, immediate=True, force=True)
            return
        self._steps = steps
        self._is_pinned = True
        self.rows_changed()
        self.set_reactive(Rows.cursor, len(steps) - 1)

    def show_earlier(self, steps: tuple[StepView, ...]) -> None:
        """Above what is shown, which stays where it is on the screen."""
        cursor, y, before = self.cursor, self.scroll_offset.y, self._tops[-1]
        self._steps = (*steps, *self._steps)
        self._is_pinned = False
        self.rows_changed()
        self.set_reactive(Rows.cursor, cursor + len(steps))
        self.scroll_to(y=y + self._tops[-1] - before, animate=False, immediate=True, force=True)

    def watch_cursor(self, before: int, after: int) -> None:
        super().watch_cursor(before, after)
        if after < min(before, _NEAR_TOP + 1):
            self._read_earlier()

    def row_count(self) -> int:
        return len(self._steps)

    def row_lines(self, index: int, width: int) -> list[Line]:
        return wrap_line(step_line(self._steps[index], self.signs), width)

    def row_text(self, index: int) -> str:
        step = self._steps[index]
        return step.text or step.did


def conversation_line(row: ConversationRow, signs: Signs, now: datetime) -> Line:
    """`✓ .87 ×12 14:02 rest  fell back twice, then left  “I want …”`"""
    sign, style = {
        None: (" ", ""),
        "right": (signs.confirmed, "good"),
        "skip": (signs.unset, "dim"),
        "later": (signs.more[:1], "warn"),
    }[row.decision]
    flags: list[Span] = [(f"{signs.contradiction} ", "warn")] if row.flags else []
    tags: list[Span] = [(f"#{clean(tag)} ", "label") for tag in row.tags]
    why = clean(row.outcome if row.decision == "right" and row.outcome else ", ".join(row.reasons))
    count = f"{signs.times}{row.count}" if row.count > 1 else ""
    return (
        (f"{sign} ", style),
        (f"{row.worth:.2f} ", "strong"),
        (f"{count:>5} ", "accent"),
        (f"{when(row.last_at, now):>6} ", "dim"),
        (f"{clean(row.channel):<6.6} ", "dim"),
        *flags,
        *tags,
        (why, ""),
        (f"  {signs.open_quote}{clean(row.opening)}{signs.close_quote}", "you"),
    )


def when(at: float | None, now: datetime) -> str:
    """The hour today, the day this year, else the month."""
    if at is None:
        return ""
    then = datetime.fromtimestamp(at, now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then:%Y-%m}"


def step_line(step: StepView, signs: Signs) -> Line:
    """What happened, and what today's model says there."""
    flag: list[Span] = [(f"{signs.contradiction} ", "bad")] if step.is_flagged else []
    match step.kind:
        case "message":
            head: list[Span] = [("you  ", "you"), (clean(step.text), "you"), (f"  {clean(step.did)}", "dim")]
        case "action":
            head = [("bot  ", "bot"), (clean(step.did), "")]
        case "said":
            head = [("     ", ""), (clean(step.text), "bot")]
        case _:
            head = [("     ", ""), (clean(step.text or step.did), "dim")]
    said: list[Span] = []
    if step.differs:
        sure = f" {step.confidence:.2f}" if step.confidence is not None else ""
        said = [(f"  {signs.differs} now: {clean(step.today)}{sure}", "warn")]
    elif step.today:
        said = [(f"  {signs.agrees}", "good")]
    return (*flag, *head, *said)


def with_earlier(view: ConversationView, earlier: ConversationView) -> ConversationView:
    return ConversationView(view.row, (*earlier.steps, *view.steps), earlier.has_more, earlier.earlier, view.later)
