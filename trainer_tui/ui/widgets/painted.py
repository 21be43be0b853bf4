"""A widget that draws lines of named spans; the one place where our texts become what Textual sends to the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.events import ScreenResume
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Offset
from textual.screen import Screen
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.keymap import Scope
from trainer_tui.ui.lines import Line, clean, cut_line, text_of, width_of, wrap_line
from trainer_tui.ui.theme import STYLES, Signs

Result = TypeVar("Result")

# What our own drawing uses, for terminals that have nothing but ASCII: one character each, so that columns stay.
_AS_ASCII = str.maketrans(
    {
        "…": "*",
        "⏎": "|",
        "·": "-",
        "–": "-",
        "─": "-",
        "│": "|",
        "├": "|",
        "┠": "|",
        "┃": "|",
        "╰": "`",
        "└": "`",
        "╮": ".",
        "╯": "'",
        "┤": "|",
        "┨": "|",
        "┴": "+",
        "┼": "+",
        "╂": "+",
        "⟦": "[",
        "⟧": "]",
        "◀": "<",
        "↺": "^",
        "╭": ",",
        "┬": "+",
        "●": "o",
        "◉": "@",
        "○": "o",
        "■": "#",
        "⋯": "*",
        "▸": ">",
        "▇": "#",
        "×": "x",
        "→": ">",
        "“": '"',
        "”": '"',
        "⟨": "<",
        "⟩": ">",
        "✓": "v",
        "⚠": "!",
    }
)


_KEPT = 200
"""Strips that a widget keeps: a few screens of lines."""

STYLE_CLASSES = {f"line--{name}" for name in (*STYLES, "cursor")}
"""Component classes of the screens: one lookup for all widgets, since each class costs time at every style update."""


class PaintedScreen(Screen[Result]):
    """Draws nothing that is not shown: Textual draws while updates are held back as well, and throws that away. Its
    lines say which character stands where only when the mouse selects: to note it is a third of drawing them."""

    def on_screen_resume(self, event: ScreenResume) -> None:
        if not self.stack_updates:
            event.refresh_styles = False  # All that is on it was given its styles when it was made, just now.

    @contextmanager
    def in_one_drawing(self) -> Iterator[None]:
        """What is changed within is drawn at once. Each part asks to be drawn when its own turn comes, some after the
        screen drew the others: here all of them ask before it can."""
        with self.app.batch_update():
            yield
            for part in self.walk_children(Widget):
                part._check_refresh()

    def _compositor_refresh(self) -> None:
        if not self.app._batch_count:
            super()._compositor_refresh()

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        Painted.says_places = True
        try:
            return super().get_widget_and_offset_at(x, y)
        finally:
            Painted.says_places = False


class Painted(Widget, AtDesk):
    """Draws `Line`s in the styles of theme.py, and knows whether the terminal is ASCII only."""

    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    says_places: ClassVar[bool] = False
    """Whether lines say which character stands where."""

    @property
    def ascii_only(self) -> bool:
        return self.desk.keys.ascii_only

    @property
    def signs(self) -> Signs:
        return self.desk.signs

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What stands for the terminal's own colours is left out: these are among our styles in no theme but those that
        show them as they are, and each line would be gone through for them."""
        return [found for found in super().get_line_filters() if not isinstance(found, ANSIToTruecolor)]

    def style(self, name: str) -> Style:
        """The style of that name on this widget's background; worked out once until the style sheet says otherwise."""
        cache = self.__dict__.setdefault("_styles_by_name", {})
        style: Style | None = cache.get(name)
        if style is None:
            style = self.rich_style
            if name:
                style = style + self.screen.get_component_rich_style(f"line--{name}", partial=True)
            cache[name] = style
        return style

    def notify_style_update(self) -> None:
        self.__dict__.pop("_styles_by_name", None)
        self.__dict__.pop("_strips", None)
        super().notify_style_update()

    def drawable(self, text: str) -> str:
        """The text with our own signs in ASCII, where the terminal has nothing else."""
        return text.translate(_AS_ASCII) if self.ascii_only else text

    def strip(
        self, line: Line, width: int, over: Style | None = None, selection: tuple[int, int] | None = None
    ) -> Strip:
        """The line in exactly `width` cells; `over` is laid over all of it, `selection` is a range of characters.

        Kept, since a line that only moves is most of what an answer draws: Textual keeps with each strip how it is cut
        and written.
        """
        strips: dict[object, Strip] = self.__dict__.setdefault("_strips", {})
        wanted = (line, width, over, selection)
        found = strips.get(wanted)
        if found is None:
            if len(strips) >= _KEPT:
                strips.clear()
            found = strips[wanted] = self._make_strip(line, width, over, selection)
        return found

    def _make_strip(self, line: Line, width: int, over: Style | None, selection: tuple[int, int] | None) -> Strip:
        shown = cut_line(line, width)
        if self.ascii_only:
            shown = tuple((self.drawable(text), style) for text, style in shown)
        if selection is not None:
            shown = _with_selection(shown, selection)
        blank = width - width_of(shown)
        if blank > 0:
            shown = (*shown, (" " * blank, ""))
        segments = [Segment(text, self._span_style(name, over)) for text, name in shown if text]
        return Strip(segments, width)

    def placed(self, strip: Strip, x: int, y: int) -> Strip:
        """The strip, where that is asked with the place of its first character in the whole text."""
        return strip.apply_offsets(x, y) if self.says_places else strip

    def _span_style(self, name: str, over: Style | None) -> Style:
        style = self.style(name.removesuffix("+selection"))
        if over is not None:
            style = style + over
        if name.endswith("+selection"):
            style = style + self.screen.get_component_rich_style("screen--selection")
        return style


def _with_selection(line: Line, selection: tuple[int, int]) -> Line:
    begin, end = selection
    text = text_of(line)
    end = len(text) if end == -1 else end
    marked: list[tuple[str, str]] = []
    offset = 0
    for span, style in line:
        low, high = (min(max(place - offset, 0), len(span)) for place in (begin, end))
        marked += [(span[:low], style), (span[low:high], f"{style}+selection"), (span[high:], style)]
        offset += len(span)
    return tuple((span, style) for span, style in marked if span)


class Lines(Painted):
    """A few lines that are drawn as they are: status, question, footer."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    def show_lines(self, *lines: Line) -> None:
        if lines != self._lines:
            taller = len(lines) != len(self._lines)
            self._lines = lines
            self.refresh(layout=taller and self.styles.is_auto_height)

    def show_text(self, text: str, style: str) -> None:
        """A text over as many rows as it takes."""
        line: Line = ((clean(text), style),)
        self.show_lines(*(wrap_line(line, self.size.width) if self.size.width else (line,)))

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        return max(1, len(self._lines))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else ()
        selected = self.text_selection.get_span(y) if self.text_selection else None
        return self.placed(self.strip(line, width, selection=selected), 0, y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(text_of(line) for line in self._lines)), "\n"
