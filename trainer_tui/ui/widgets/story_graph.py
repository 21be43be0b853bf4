"""The stories pane: this conversation as a path, and where other stories went from here."""

from __future__ import annotations

from typing import ClassVar

from trainer_tui.session.view import SessionView, StoriesView, StoryRow
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean, sliced, spread
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.pane import Pane

_STYLES = {"path": "", "here": "strong", "other": "", "more": "dim"}


class Stories(Pane):
    """Rows of the story outline; Enter lists the stories through a row with file and line."""

    BINDINGS = [*bindings(Scope.STORIES)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.STORIES, *Pane.SCOPES)
    NAME = "stories from here"
    EMPTY = "Where the project's stories go from here, and how many."

    def __init__(self) -> None:
        super().__init__(id="stories")
        self._stories = StoriesView()
        self._shift = 0

    def show(self, view: SessionView) -> None:
        if view.stories == self._stories:
            return
        self._stories = view.stories
        self._shift = 0
        self.show_title(view.stories.subtitle)
        self.rows_changed()
        here = next((place for place, row in enumerate(view.stories.rows) if row.kind == "here"), None)
        if here is not None:
            self.set_reactive(Stories.cursor, here)
            self._keep_in_sight(here)

    def _keep_in_sight(self, here: int) -> None:
        """Where the conversation stands, with one turn before it and as much as fits of what can come after."""
        self.scroll_to(y=max(0, here - 1), animate=False, immediate=True, force=True)

    def row_count(self) -> int:
        return len(self._stories.rows)

    def row_lines(self, index: int, width: int) -> list[Line]:
        return [story_line(self._stories.rows[index], width, self.signs, self._shift)]

    def row_text(self, index: int) -> str:
        return self._stories.rows[index].label

    def whole(self, index: int) -> str:
        row = self._stories.rows[index]
        listed = "\n".join(f"{name}  {place}" if place else name for name, place in row.places)
        return f"{row.label}\n\n{listed or 'No story of the project goes through here.'}"

    @property
    def current_names(self) -> frozenset[str]:
        """The names of the stories through the row under the cursor."""
        rows = self._stories.rows
        return frozenset(name for name, _ in rows[self.cursor].places) if 0 <= self.cursor < len(rows) else frozenset()

    def action_scroll_sideways(self, direction: int) -> None:
        longest = max((len(row.rail) + len(row.label) for row in self._stories.rows), default=0)
        self._shift = max(0, min(self._shift + direction * 8, longest - 8))
        self.rows_changed()

    def action_show_detail(self, more: int) -> None:
        self.desk.controller.show_detail(more)


def story_line(row: StoryRow, width: int, signs: Signs, shift: int = 0) -> Line:
    """The turn at the left, scrolled `shift` characters sideways; how sure and how often at the right."""
    share = f"{round(row.share * 100)}%" if row.share is not None else ""
    count = f"{signs.times}{row.count}" if row.count else ""
    end: Line = ((f"{share:>4}", "bar"), (f"{count:>5}" if width >= 40 else f"{count:>4}", "dim"))
    left: Line = ((row.rail, "dim" if row.kind == "other" else "accent"), (clean(row.label), _STYLES[row.kind]))
    return spread(
        sliced(left, shift, len(row.rail) + len(row.label)) if shift else left, end if share or count else (), width
    )
