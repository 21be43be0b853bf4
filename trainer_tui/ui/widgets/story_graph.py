"""The stories pane: this conversation among the stories, as an outline of rows or as a map in layers."""

from __future__ import annotations

from typing import ClassVar

from textual.events import Click, Resize
from textual.message import Message

from trainer_tui.asking.story_map import Direction, Drawing, MapNode, StoryMap, about, drawn, neighbour
from trainer_tui.errors import Place
from trainer_tui.session.view import SessionView, StoriesView, StoryRow
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, clean, sliced, spread
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.pane import Pane

_STYLES = {"path": "", "here": "strong", "other": "", "more": "dim"}


class Stories(Pane):
    """Rows of the story outline, or the map; Enter lists the stories through a row or node with file and line."""

    BINDINGS = [*bindings(Scope.STORIES)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.STORIES, *Pane.SCOPES)
    NAME = "stories from here"
    short_title = "stories"
    EMPTY = "Where the project's stories go from here, and how many."

    def __init__(self) -> None:
        super().__init__(id="stories")
        self._stories = StoriesView()
        self._shift = 0
        self._is_map = False
        self._map = StoryMap()
        self._drawing = Drawing()
        self._map_width = 0
        self._node = 0

    def show(self, view: SessionView) -> None:
        if view.stories == self._stories:
            return
        self._stories = view.stories
        self._shift = 0
        self.show_title(view.stories.subtitle)
        self._redraw()

    def _redraw(self) -> None:
        if self._is_map:
            self._draw_map(max(self.row_width, 22))
            self._node = self._map.here
        self.rows_changed()
        here = self._here
        if here is not None:
            self.set_reactive(Stories.cursor, here)
            self._keep_in_sight(here)

    @property
    def _here(self) -> int | None:
        """The row where the conversation stands."""
        if self._is_map:
            return self._drawing.regions[self._node].row if self._drawing.regions else None
        return next((place for place, row in enumerate(self._stories.rows) if row.kind == "here"), None)

    def _keep_in_sight(self, here: int) -> None:
        """Where the conversation stands, with one turn before it and as much as fits of what can come after."""
        self.scroll_to(y=max(0, here - (4 if self._is_map else 1)), animate=False, immediate=True, force=True)

    def _draw_map(self, width: int) -> None:
        self._map = self.desk.controller.insight.story_map(width)
        self._drawing = drawn(self._map, width)
        self._map_width = width

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        if self._is_map and self._map_width != max(self.row_width, 22):
            marked = self._map.nodes[self._node] if self._map.nodes else None
            self._draw_map(max(self.row_width, 22))
            # Of another width the map may hold other nodes.
            self._node = self._map.nodes.index(marked) if marked in self._map.nodes else self._map.here
            self.rows_changed()
            if self._drawing.regions:
                self.set_reactive(Stories.cursor, self._drawing.regions[self._node].row)

    def row_count(self) -> int:
        return len(self._drawing.rows) if self._is_map else len(self._stories.rows)

    def row_lines(self, index: int, width: int) -> list[Line]:
        if self._is_map:
            return [self._map_line(index)]
        return [story_line(self._stories.rows[index], width, self.signs, self._shift)]

    def row_text(self, index: int) -> str:
        if self._is_map:
            return " ".join(map(_text, self._nodes_of(index)))
        return self._stories.rows[index].label

    def action_choose(self) -> None:
        """The stories through the row or node under the cursor."""
        self.post_message(self.Opened())

    class Opened(Message):
        """Whoever looks wants to see the stories."""

    def here(self) -> tuple[tuple[str, ...], tuple[tuple[str, Place | None], ...]]:
        """What stands under the cursor, in words, and the stories through it."""
        head: tuple[str, ...] = ()
        through: tuple[tuple[str, Place | None], ...] = ()
        if self._is_map and self._map.nodes:
            node = self._map.nodes[self._node]
            head, through = about(node), node.places
        elif not self._is_map and 0 <= self.cursor < len(self._stories.rows):
            row = self._stories.rows[self.cursor]
            head, through = (row.label,), row.places
        return (*head, *(() if through else ("No story of the project goes through here.",))), through

    @property
    def turns_back(self) -> int | None:
        """How many messages ago the turn under the cursor of the map began; None where it is none of this one."""
        node = self._map.nodes[self._node] if self._is_map and self._map.nodes else None
        if node is None or node.turn is None:
            return None
        return max(one.turn or 0 for one in self._map.nodes) - node.turn

    # --- the map --------------------------------------------------------------------------------------------------

    def action_switch_map(self) -> None:
        self._is_map = not self._is_map
        self._redraw()

    def _nodes_of(self, row: int) -> list[MapNode]:
        return [node for node, region in zip(self._map.nodes, self._drawing.regions, strict=True) if region.row == row]

    def _map_line(self, index: int) -> Line:
        text = clean(self._drawing.rows[index])
        region = self._drawing.regions[self._node] if self._drawing.regions else None
        if region is None or region.row != index or not self.has_focus:
            return ((text, ""),)
        return ((text[: region.start], ""), (text[region.start : region.end], "selected"), (text[region.end :], ""))

    def select(self, node: int) -> None:
        """Move the map's cursor to a node."""
        before, self._node = self._node, node
        for number in (before, node):
            self._drawn.pop(self._drawing.regions[number].row, None)
        self.cursor = self._drawing.regions[node].row
        self.refresh()

    def _move(self, direction: Direction) -> bool:
        """Whether the map took the arrow."""
        if self._is_map and self._drawing.regions:
            self.select(neighbour(self._drawing, self._node, direction))
        return self._is_map

    @property
    def shows_cursor(self) -> bool:
        # A node is marked, not its row.
        return not self._is_map and super().shows_cursor

    def on_focus(self) -> None:
        self._mark()

    def on_blur(self) -> None:
        self._mark()

    def _mark(self) -> None:
        if self._is_map and self._drawing.regions:
            self._drawn.pop(self._drawing.regions[self._node].row, None)
        self.refresh()

    def move_to(self, index: int, step: int = 0) -> None:
        if not self._is_map:
            super().move_to(index, step)
        elif regions := self._drawing.regions:
            self.select(min(range(len(regions)), key=lambda number: abs(regions[number].row - index)))

    def action_cursor_up(self) -> None:
        if not self._move("up"):
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        if not self._move("down"):
            super().action_cursor_down()

    @property
    def place(self) -> int:
        return self._node if self._is_map else super().place

    def move_to_place(self, place: int) -> None:
        if self._is_map:
            self.select(place)
        else:
            super().move_to_place(place)

    def places_of(self, wanted: str) -> list[int]:
        if not self._is_map:
            return super().places_of(wanted)
        texts = (_text(node).casefold() for node in self._map.nodes)
        return [number for number, text in enumerate(texts) if wanted.casefold() in text]

    def on_click(self, event: Click) -> None:
        if not self._is_map:
            super().on_click(event)
            return
        offset = event.get_content_offset(self)
        if offset is None:
            return
        x, y = offset.x + self.scroll_offset.x, offset.y + self.scroll_offset.y
        for number, region in enumerate(self._drawing.regions):
            if region.row == y and region.column <= x < region.column + region.width:
                self.select(number)

    # --- the outline ----------------------------------------------------------------------------------------------

    def action_scroll_sideways(self, direction: int) -> None:
        if self._move("left" if direction < 0 else "right"):
            return
        longest = max((len(row.rail) + len(row.label) for row in self._stories.rows), default=0)
        self._shift = max(0, min(self._shift + direction * 8, longest - 8))
        self.rows_changed()

    def action_show_detail(self, more: int) -> None:
        self.desk.controller.show_detail(more)

    def untaught(self) -> tuple[tuple[str, Place | None], ...]:
        """The stories through the likeliest branch that nobody taught or tested; the map's cursor goes there."""
        found = self._map if self._is_map else self.desk.controller.insight.story_map(100)
        number = found.likeliest_untaught()
        if number is None:
            return ()
        if self._is_map:
            self.select(number)
        return found.nodes[number].places


def story_line(row: StoryRow, width: int, signs: Signs, shift: int = 0) -> Line:
    """The turn at the left, scrolled `shift` characters sideways; how sure and how often at the right."""
    share = f"{round(row.share * 100)}%" if row.share is not None else ""
    count = f"{signs.times}{row.count}" if row.count else ""
    end: Line = ((f"{share:>4}", "bar"), (f"{count:>5}" if width >= 40 else f"{count:>4}", "dim"))
    left: Line = ((row.rail, "dim" if row.kind == "other" else "accent"), (clean(row.label), _STYLES[row.kind]))
    return spread(
        sliced(left, shift, len(row.rail) + len(row.label)) if shift else left, end if share or count else (), width
    )


def _text(node: MapNode) -> str:
    return f"{node.said} {node.label}"
