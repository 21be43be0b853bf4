"""Messages of real users that no example covers, grouped by likeness: what each means is confirmed, or chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainer_tui.asking.notation import annotated, entities_in
from trainer_tui.asking.reviewing import Marks, MessageGroup, MessageRow
from trainer_tui.errors import TrainerError
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, Span, clean
from trainer_tui.ui.screens.dialogs import AskLine
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.screens.review_sheet import ReviewSheet
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.paged import PagedRows
from trainer_tui.ui.widgets.rows import Row, RowList, Rows
from trainer_tui.ui.workers import work_beside
from trainer_tui.words import counted

_DIGITS = 9


class Inbox(ReviewSheet):
    """A group a row; beside the list, its messages, what they may mean, and what is marked.

    What is marked anywhere is what is settled; where nothing is, the message under the cursor of a group of one. A
    group's first Enter marks all of it, the next one confirms that.
    """

    BINDINGS = [*bindings(Scope.INBOX, Scope.NUMBERS)]
    SCOPES = (Scope.INBOX, Scope.NUMBERS, Scope.REVIEW, Scope.LIST)
    title_text = "messages of real users"

    def __init__(self, show_other: Callable[[], None]) -> None:
        super().__init__(show_other)
        self._marked: dict[int, MessageRow] = {}
        self._groups: PagedRows[MessageGroup] = PagedRows(
            self._page,
            lambda group, width: group_line(group, self.desk.signs, self._marked),
            lambda group: group.messages[0].id,
            id="list",
        )
        self._messages = RowList(is_led=True, id="messages", classes="detail")
        self._shown: MessageGroup | None = None

    def panes(self) -> Sequence[Rows]:
        return self._groups, self._messages

    def _page(self, first: int, most: int) -> tuple[Sequence[MessageGroup], int]:
        page = self.settling.review.inbox(first, most)
        self._count = page.messages
        return page.groups, page.total

    def on_mount(self) -> None:
        super().on_mount()
        self._messages.show_cursor(True)
        self._groups.show_from_start()
        self._groups.focus()
        self._show_head()
        self._rank()

    def _show_head(self) -> None:
        marked = f"{counted(len(self._marked), 'message')} marked" if self._marked else ""
        self.head(f"{counted(self._count, 'message')} in {counted(self._groups.total, 'group')}", marked)

    def show_again(self) -> None:
        self._groups.show_again()
        self._show_group()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if event.rows is self._groups:
            self._show_group()

    def _show_group(self) -> None:
        group = self._groups.current
        cursor = self._messages.cursor if group == self._shown else 0
        self._shown = group
        self._messages.show_rows(
            [*map(self._message_row, group.messages), *meanings(group, self.desk.signs)] if group else []
        )
        self._messages.move_to(cursor)
        self._groups.redraw()
        self._show_head()

    def _message_row(self, message: MessageRow) -> Row:
        sign = self.desk.signs.agrees if message.id in self._marked else " "
        count = f"  {self.desk.signs.times}{message.count}" if message.count > 1 else ""
        line: Line = (
            (f"{sign} ", "mark"),
            (clean(annotated(message.text, message.entities)), "you"),
            (count, "accent"),
        )
        return Row(line, message, message.text)

    # --- what is meant ----------------------------------------------------------------------------------------------

    @property
    def _message(self) -> MessageRow | None:
        """The one under the cursor of its group."""
        group = self._groups.current
        if group is None:
            return None
        row = self._messages.current
        return row.key if row is not None and isinstance(row.key, MessageRow) else group.messages[0]

    @property
    def _meant(self) -> list[MessageRow]:
        """What is marked, else the message under the cursor."""
        message = self._message
        return list(self._marked.values()) or ([message] if message is not None else [])

    def action_mark(self) -> None:
        """The message under the cursor; in the list of groups all of the group."""
        group, message = self._groups.current, self._message
        if group is None or message is None:
            return
        if self._messages.has_focus:
            self._toggle([message])
            self._messages.action_cursor_down()
        else:
            self._toggle(group.messages)
            self._groups.action_cursor_down()

    def _toggle(self, messages: Sequence[MessageRow]) -> None:
        if all(message.id in self._marked for message in messages):
            for message in messages:
                del self._marked[message.id]
        else:
            self._marked |= {message.id: message for message in messages}
        self._show_group()

    def action_confirm(self) -> None:
        """All that is marked means what the model takes the group under the cursor for; of a group of several, the
        first press only marks them."""
        group = self._groups.current
        if group is not None and not self._marked and len(group.messages) > 1:
            self._toggle(group.messages)
        elif group is not None:
            self._means(self._meant, group.guess)

    def action_confirm_one(self) -> None:
        group, message = self._groups.current, self._message
        if group is not None and message is not None:
            self._means([message], group.guess)

    def action_number(self, number: int) -> None:
        group = self._groups.current
        if group is None:
            return
        if number > len(group.ranking):
            self.refuse(f"There is no intent {number} here.")
        else:
            self._means(self._meant, group.ranking[number - 1][0])

    def action_intent(self) -> None:
        group, meant = self._groups.current, self._meant
        if group is None:
            return

        def take(intent: str) -> None:
            self._confirm(meant, intent)

        names = dict.fromkeys((*(name for name, _ in group.ranking), *self.settling.review.intents()))
        rows = [Row(((f" {clean(name)}", "strong" if name == group.guess else ""),), name, name) for name in names]
        self.app.push_screen(Pick(f"{_named(meant)} means", rows, take, take, group.guess))

    def action_entities(self) -> None:
        """Of the message under the cursor; then it means what the model takes it for."""
        group, message = self._groups.current, self._message
        if group is None or message is None or group.guess is None:
            self.refuse("Choose the intent first.")
            return
        guess = group.guess

        def take(typed: str) -> None:
            self._confirm([message], guess, {message.id: entities_in(message.text, typed)})

        marked = annotated(message.text, message.entities)
        self.app.push_screen(AskLine(f"entities; it means {guess}", marked, "[words](type) marks an entity", take))

    def _means(self, messages: Sequence[MessageRow], intent: str | None) -> None:
        if intent is None:
            self.refuse("The model has no guess here: choose the intent.")
            return
        try:
            self._confirm(messages, intent)
        except TrainerError as error:
            self.refuse(str(error))

    def _confirm(self, messages: Sequence[MessageRow], intent: str, entities: Marks | None = None) -> None:
        self.settling.confirm(messages, intent, entities)
        self._done(f"{_named(messages)}: {intent}")

    def action_set_aside(self) -> None:
        meant = self._meant
        if meant:
            self.settling.set_aside(meant)
            self._done(f"{_named(meant)}: no training data")

    def _done(self, told: str) -> None:
        self._marked.clear()
        self.desk.say(told)
        self._messages.move_to(0)
        self.show_again()
        self._rank()

    def more_was_read(self) -> None:
        """Ranking takes its time: while there is something to do, it waits for the end."""
        if self.settling.review.progress.is_done or not self._groups.total:
            self._rank()
        self._show_head()

    def _rank(self) -> None:
        work_beside(self, self._rerank, "rank", exclusive=True)

    async def _rerank(self) -> None:
        await self.settling.review.rerank()
        if self.is_attached:
            self.show_again()

    def action_back(self) -> None:
        if self._marked:
            self._marked.clear()
            self._show_group()
        elif self._messages.has_focus:
            self._groups.focus()
        else:
            super().action_back()


def _named(messages: Sequence[MessageRow]) -> str:
    return repr(messages[0].text[:30]) if len(messages) == 1 else counted(len(messages), "message")


def group_line(group: MessageGroup, signs: Signs, marked: dict[int, MessageRow]) -> Line:
    """`✓ ×12 ask_price .81  how much is it  +3`"""
    is_marked = any(message.id in marked for message in group.messages)
    others = len(group.messages) - 1
    more: list[Span] = [(f"  +{others}", "accent")] if others else []
    return (
        (f"{signs.agrees if is_marked else ' '} ", "mark"),
        (f"{signs.times}{group.count:<4} ", "accent"),
        (f"{clean(group.guess or signs.unsure):<20.20} ", "label"),
        (f"{group.confidence:.2f}  ", "dim"),
        (clean(group.messages[0].text), "you"),
        *more,
    )


def meanings(group: MessageGroup, signs: Signs) -> list[Row]:
    """What the group may mean, each with its digit."""
    return [
        Row(((f"  {number} ", "key"), (f"{clean(name)}  ", ""), (f"{share:.2f}", "dim")), None, name, is_enabled=False)
        for number, (name, share) in enumerate(group.ranking[:_DIGITS], 1)
    ]
