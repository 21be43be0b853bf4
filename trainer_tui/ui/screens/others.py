"""Who does otherwise than an answer: every side with file and line, and the ways out, a key each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from trainer_tui.asking.others import Apart, Standing, Told, Witness, how, told
from trainer_tui.export.review import Reviewing
from trainer_tui.session.protocol import ConfirmAction, Denied
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import clean
from trainer_tui.ui.screens.export import Export
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row


class _Shown(NamedTuple):
    """A line, and of which answer it tells."""

    standing: Standing
    told: Told

    @property
    def does_otherwise(self) -> bool:
        return any(self.told.about in side.witnesses for side in self.standing.others)


class Others(FilteredSheet[None]):
    """Leaving it leaves everything as it is."""

    BINDINGS = [*bindings(Scope.OTHERS)]
    SCOPES = (Scope.OTHERS, Scope.SHEET, Scope.LIST)
    title_text = "who does otherwise"

    def __init__(self, standings: Sequence[Standing]) -> None:
        super().__init__()
        self._standings = standings

    def on_mount(self) -> None:
        super().on_mount()
        lines = [_Shown(standing, line) for standing in self._standings for line in told(standing)]
        self.show_rows(
            [
                Row(
                    ((clean(told.text if told.is_head else f"  {told.text}"), "strong" if told.is_head else ""),),
                    _Shown(standing, told),
                )
                for standing, told in lines
            ]
        )
        self.list.move_to(next((place for place, line in enumerate(lines) if line.does_otherwise), 0))
        self.list.focus()

    def chosen(self, row: Row) -> None:
        self.desk.show_text("who does otherwise", row.key.told.text)

    @property
    def _standing(self) -> Standing:
        """The one that the marked line tells of."""
        standing: Standing = self.marked.standing if self.marked else self._standings[0]
        return standing

    @property
    def _witness(self) -> Witness | None:
        about = self.marked.told.about if self.marked else None
        return about if isinstance(about, Witness) else None

    # --- ways out -------------------------------------------------------------------------------------------------

    def action_answer(self) -> None:
        node, prompt = self._standing.node, self.desk.view.prompt
        self.dismiss(None)
        if node is not None:
            self.desk.attempt(lambda: self.desk.controller.go_to(node))
        elif isinstance(prompt, ConfirmAction):
            self.desk.attempt(lambda: self.desk.controller.answer(Denied("action")))

    def action_story(self) -> None:
        witness = self._witness
        if witness is None:
            self.refuse("Mark a story that does otherwise.")
        else:
            self._review(lambda: self.desk.controller.insight.change_story(self._standing, witness))

    def action_rule(self) -> None:
        self._review(lambda: self.desk.controller.insight.make_rule(self._standing))

    def _review(self, make: Callable[[], Reviewing]) -> None:
        self.desk.attempt(lambda: self.desk.open(Export(make())), self.refuse)

    def action_tell_apart(self) -> None:
        about = self.marked.told.about if self.marked else None
        found = (about,) if isinstance(about, Apart) else self._standing.apart
        if not self._standing.others:
            self.refuse("Nobody does otherwise here.")
        elif not found:
            self.refuse("All that went before is the same on both sides.")
        else:
            self.desk.show_text("what would tell them apart", "\n\n".join(map(how, found)))

    def action_open_place(self) -> None:
        witness = self._witness
        if witness is None or witness.place is None:
            self.refuse("This line names no file.")
        else:
            self.desk.open_place(witness.place)
