"""What in the project's data is doubtful, each with its line; what an edit can mend goes to the export review."""

from __future__ import annotations

from functools import partial

from trainer_tui.asking.health import Finding, Findings, Mend
from trainer_tui.asking.reasons import reason
from trainer_tui.errors import TrainerError
from trainer_tui.pace import Pace
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.painting import progress_line
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row
from trainer_tui.ui.workers import work_beside

_TITLE = "what in the data is doubtful"


class Health(FilteredSheet[None]):
    """It is looked for when the sheet opens, and again after each edit, beside the session."""

    BINDINGS = [*bindings(Scope.HEALTH)]
    SCOPES = (Scope.HEALTH, Scope.SHEET, Scope.LIST)
    title_text = _TITLE
    _found: Findings | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.list.focus()
        self._look_again(cursor=1)

    def _look_again(self, cursor: int) -> None:
        self._pace = Pace()
        self._tell("reading the project", 0.0)
        work_beside(self, partial(self._look, cursor), "settle", exclusive=True)

    async def _look(self, cursor: int) -> None:
        try:
            found = await self.desk.controller.insight.health(self._tell)
        except TrainerError as error:
            self.show_rows([Row(((clean(reason(error)), "bad"),), text=reason(error))])
            return
        self._show(found, cursor)

    def _tell(self, doing: str, share: float) -> None:
        """Beside what was found before, or in its place; whoever leaves the sheet stops it."""
        self._pace.take(doing, share)
        if self._found is not None:
            self.set_title(f"{_TITLE} · looking again: {self._pace.how_far()}")
        else:
            line = progress_line(self._pace, self.desk.signs, self.desk.keys.shown("health.back"))
            self.show_rows([Row(line)])

    def _show(self, found: Findings, cursor: int) -> None:
        self._found = found
        rows: list[Row] = []
        for kind, listed in found.items():
            if listed:
                head = f"{kind}: {len(listed)}"
                rows.append(Row(((head, "strong"),), text=head))
                rows += [Row(((f"  {clean(str(one.problem))}", ""),), one, str(one.problem)) for one in listed]
        self.show_rows(rows or [Row((("Nothing.", "dim"),))])
        self.list.move_to(cursor)

    def chosen(self, row: Row) -> None:
        self.desk.show_text(_TITLE, row.text or "")

    @property
    def _finding(self) -> Finding | None:
        found: Finding | None = self.marked
        return found

    def action_open_place(self) -> None:
        if self._finding is not None and self._finding.place is not None:
            self.desk.open_place(self._finding.place)
        else:
            self.refuse("This line names no file.")

    def action_mend(self) -> None:
        match self._finding:
            case None:
                self.refuse("Mark what is to be mended.")
            case Finding(problem, ()):
                self.refuse(f"No edit alone mends this. {problem.hint}")
            case Finding(mends=(only,)):
                self._mend(only)
            case Finding(_, mends):
                rows = [Row(((str(one), ""),), one, str(one)) for one in mends]
                self.app.push_screen(Pick("mend it by an edit, in the export review", rows, self._mend))

    def _mend(self, mend: Mend) -> None:
        mended, cursor, before = self._finding, self.list.cursor, self._found or {}

        def done(is_written: bool | None) -> None:
            if is_written:
                # Lines have moved, and what was learned from the examples may be another: the rest is judged anew.
                left = {kind: [one for one in found if one is not mended] for kind, found in before.items()}
                self._show(left, cursor)
                self._look_again(cursor)

        self.desk.attempt(
            lambda: self.app.push_screen(Export(self.desk.controller.insight.mend(mend)), done), self.refuse
        )
