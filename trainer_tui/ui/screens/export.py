"""Export review: what would be written where, each part on or off; nothing is written before Enter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from textual import on
from textual.app import ComposeResult
from textual.events import Mount, Resize
from textual.message import Message

from trainer_tui.asking.reasons import reason
from trainer_tui.errors import TrainerError
from trainer_tui.export.review import ExportReview, ExportRow, Replanned, Reviewing, StoryForm
from trainer_tui.pace import Pace
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean, cut, fitted, shorten
from trainer_tui.ui.painting import progress_line
from trainer_tui.ui.screens.dialogs import AskLine, Choose
from trainer_tui.ui.screens.edit_text import EditText
from trainer_tui.ui.screens.sheet import Sheet, SheetList
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.painted import Lines
from trainer_tui.ui.widgets.rows import Row, RowList
from trainer_tui.ui.workers import work_beside
from trainer_tui.words import counted

_SAID_AFTER = 0.3
"""Seconds after which it is shown how far the review is."""


class Parts(SheetList):
    """Where its rows end depends on how wide it is."""

    class Resized(Message):
        pass

    def on_resize(self, event: Resize) -> None:
        self.post_message(self.Resized())


class Export(Sheet[bool]):
    """Its result is True once something was written."""

    BINDINGS = [*bindings(Scope.EXPORT)]
    SCOPES = (Scope.EXPORT,)

    def __init__(self, reviewing: Reviewing) -> None:
        super().__init__()
        self._reviewing = reviewing
        self._review = ExportReview()
        self._is_made = asyncio.Event()
        self._pace = Pace()

    def content(self) -> ComposeResult:
        yield Parts(id="parts", is_led=True)
        yield Lines(id="part-notice")
        yield RowList(wraps=True, is_led=True, id="diff")

    @property
    def parts(self) -> RowList:
        return self.query_one("#parts", RowList)

    @property
    def diff(self) -> RowList:
        return self.query_one("#diff", RowList)

    @on(Mount)
    async def _begin(self) -> None:
        self.set_title("export")
        self.parts.focus()
        work_beside(self, self._make, "settle")
        # Mostly it is there before anybody sees the sheet; until it is mounted, keys wait for it.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_made.wait(), _SAID_AFTER)

    async def _make(self) -> None:
        try:
            review = await self._reviewing(self._tell)
        except TrainerError as error:
            self._is_made.set()
            self.dismiss(False)
            self.desk.say(reason(error), is_bad=True)
            return
        self._is_made.set()
        self.show_review(review)
        # Of what was asked for by itself the rest of the session may stand above, left out.
        self.parts.move_to(next((place for place, row in enumerate(review.rows) if row.is_on), 0))

    def _tell(self, doing: str, share: float) -> None:
        """In place of the review, which whoever leaves the sheet stops."""
        if not self._is_made.is_set():
            self._pace.take(doing, share)
            line = progress_line(self._pace, self.desk.signs, self.desk.keys.shown("export.back"))
            self.parts.show_rows([Row(line)])

    def on_parts_resized(self, event: Parts.Resized) -> None:
        event.stop()
        if self._is_made.is_set():
            self.show_review(self._review)

    def show_review(self, review: ExportReview) -> None:
        self._review = review
        on = [row for row in review.rows if row.is_on]
        files = len({row.target for row in on})
        self.set_title(
            f"export ─ {counted(files, 'file')}, {counted(len(on), 'part')}" if review.rows else "export ─ nothing new"
        )
        width = max(self.parts.size.width, 40)
        self.parts.show_rows([export_row(row, width, self.desk.signs) for row in review.rows])
        self._show_part()

    @property
    def part(self) -> ExportRow | None:
        rows = self._review.rows
        return rows[self.parts.cursor] if rows and 0 <= self.parts.cursor < len(rows) else None

    def _show_part(self) -> None:
        part = self.part
        if part is None:
            self.diff.show_rows([Row(((clean(self._review.notice), "dim"),))])
            self.query_one("#part-notice", Lines).show_lines(())
            return
        sign = self.desk.signs.contradiction
        self.diff.show_rows(
            [Row(((f"{sign} {clean(warning)}", "warn"),)) for warning in part.warnings]
            + [diff_row(line) for line in part.diff]
        )
        self.query_one("#part-notice", Lines).show_lines(((clean(self._review.notice or part.note), "warn"),))

    def on_rows_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.rows is self.parts and self._is_made.is_set():
            self._show_part()

    def on_rows_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_write()

    # --- changes --------------------------------------------------------------------------------------------------

    def _change(self, change: Callable[[], ExportReview]) -> None:
        self.desk.attempt(lambda: self.show_review(change()), self.refuse)

    def action_switch_part(self) -> None:
        if self.part is not None:
            part = self.part
            self._change(lambda: self.desk.controller.exporter.toggle(part.id))

    def action_rename(self) -> None:
        part = self.part
        if part is None or part.name is None:
            self.refuse("Only a story has a name.")
            return
        take = self._taking(lambda name: self.desk.controller.exporter.rename(part.id, name))
        self.app.push_screen(AskLine("name of the story", part.name, take=take))

    def action_retarget(self) -> None:
        part = self.part
        if part is not None:
            take = self._taking(lambda path: self.desk.controller.exporter.retarget(part.id, path))
            self.app.push_screen(AskLine("write it to", part.target, "a path from the project's folder", take))

    def action_write_as(self) -> None:
        part = self.part
        if part is None or part.name is None:
            self.refuse("Only a story can be written as a rule or a test.")
            return

        def chosen(form: StoryForm | None) -> None:
            if form is not None:
                self._change(lambda: self.desk.controller.exporter.write_as(part.id, form))

        forms: tuple[tuple[StoryForm, str], ...] = (
            ("story", "a story"),
            ("rule", "a rule: whenever this is said, whatever was said before"),
            ("test", "a test story, with its texts"),
        )
        rows = [Row(((f" {what}", ""),), form, what) for form, what in forms]
        self.app.push_screen(Choose("write it as", rows), chosen)

    def action_edit(self) -> None:
        part = self.part
        if part is not None:
            take = self._taking(lambda text: self.desk.controller.exporter.edit(part.id, text))
            self.app.push_screen(EditText(f"edit ─ {part.target}", part.text, take))

    def _taking(self, change: Callable[[str], ExportReview]) -> Callable[[str], None]:
        return lambda typed: self.show_review(change(typed))

    def action_write(self) -> None:
        if not self._is_made.is_set():
            self.refuse("What would be written is not known yet.")
            return
        if not self._review.can_be_written:
            self.refuse("There is nothing to write.")
            return
        try:
            result = self.desk.controller.export_write()
        except TrainerError as error:
            self.refuse(reason(error))
            return
        if isinstance(result, Replanned):
            self.show_review(result.review)
        else:
            self.desk.say(result.notice)
            self.dismiss(True)


def export_row(row: ExportRow, width: int, signs: Signs) -> Row:
    """`✓ data/stories.md   + story "…"   ⚠ 1`"""
    target_width = min(max(width // 3, 12), 28)
    target = shorten(clean(row.target), target_width)
    note = f"  {signs.contradiction} {len(row.warnings)}" if row.warnings else ""
    # Why it is left out, where that is not the person's own doing.
    out = "" if row.is_on else "  (" + cut(clean(f"left out: {row.note}" if row.note else "left out"), width // 3) + ")"
    style = "" if row.is_on else "dim"
    title = cut(clean(row.title), max(width - target_width - 8 - len(note) - len(out), 10))
    line = (
        (f" {signs.confirmed if row.is_on else signs.unset} ", "good" if row.is_on else "dim"),
        (f"{fitted(target, target_width)}  ", style),
        (title, style),
        (note, "warn"),
        (out, "dim"),
    )
    return Row(line, row.id, f"{row.target}: {row.title}")


def diff_row(line: str) -> Row:
    style = (
        "label"
        if line.startswith("@@")
        else "good"
        if line.startswith("+")
        else "bad"
        if line.startswith("-")
        else "dim"
    )
    return Row(((" ", ""), (clean(line), style)))
