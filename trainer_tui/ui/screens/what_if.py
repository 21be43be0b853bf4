"""What if: a slot, the intent, an entity or an earlier action is tried as another, and the table moves at once."""

from __future__ import annotations

from trainer_tui.asking.what_if import Alteration, Part, WhatIf, next_choice, part_line, table, with_choice
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.screens.sheet import ListSheet
from trainer_tui.ui.widgets.rows import Row
from trainer_tui.ui.workers import work_beside


class WhatIfSheet(ListSheet[None]):
    """Nothing of it is recorded: leaving it leaves the session as it was."""

    BINDINGS = [*bindings(Scope.WHAT_IF)]
    SCOPES = (Scope.WHAT_IF, Scope.LIST)
    title_text = "what if (nothing is recorded)"

    def __init__(self, found: WhatIf) -> None:
        super().__init__()
        self._found = found

    def on_mount(self) -> None:
        super().on_mount()
        self._show_first()
        self.list.focus()

    def _show_first(self) -> None:
        """Ours at once; what the model says that stands beside it takes its time, and then its place."""
        self._show()
        if self._found.is_beside:
            work_beside(self, self._ask_who_decides, "settle", exclusive=True)

    async def _ask_who_decides(self) -> None:
        self._found = await self.desk.controller.insight.what_if_decided(self._found)
        self._show()

    def _show(self) -> None:
        tried = {item.part for item in self._found.chosen}
        rows = [
            Row(((clean(part_line(part, self._found.chosen)), "mark" if part.name in tried else ""),), part)
            for part in self._found.parts
        ]
        first, *others = table(self._found)
        rows += [Row((("", ""),)), Row(((clean(first), "strong"),))]
        rows += [Row(((f"  {clean(line)}", ""),)) for line in others]
        self.list.show_rows(rows)

    def _try(self, chosen: tuple[Alteration, ...]) -> None:
        self._found = self.desk.controller.insight.what_if(chosen)
        self._show_first()

    @property
    def _part(self) -> Part | None:
        part: Part | None = self.marked
        return part

    def action_turn(self, step: int) -> None:
        if self._part is not None:
            item = next_choice(self._part, self._found.chosen, step)
            self._try(with_choice(self._found.chosen, item, self._part.name))

    def chosen(self, row: Row) -> None:
        part = row.key
        if part is None:
            return

        def take(item: Alteration) -> None:
            self._try(with_choice(self._found.chosen, item, part.name))

        rows = [Row(((clean(str(item)), ""),), item, str(item)) for item in part.choices]
        self.app.push_screen(Pick(f"what if {part.name} were", rows, take))

    def action_reset(self) -> None:
        self._try(())
