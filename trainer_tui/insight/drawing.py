"""A layered graph drawn in text, top down: a row of boxes a layer, and lines between one layer and the next.

Every parent has a row of its own between the layers, along which its edges branch off, and every edge a column of its
own, so that lines of two parents only ever cross: there the upright one is whole and the other passes under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width

from trainer_tui.dataclass import dataclass

GAP = 2
"""Cells between two boxes."""

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LIGHT = {
    _UP | _DOWN: "│",
    _LEFT | _RIGHT: "─",
    _UP | _RIGHT: "╰",
    _UP | _LEFT: "╯",
    _DOWN | _RIGHT: "╭",
    _DOWN | _LEFT: "╮",
    _UP | _DOWN | _RIGHT: "├",
    _UP | _DOWN | _LEFT: "┤",
    _UP | _LEFT | _RIGHT: "┴",
    _DOWN | _LEFT | _RIGHT: "┬",
    _UP | _DOWN | _LEFT | _RIGHT: "┼",
}
_HEAVY = {
    _UP | _DOWN: "┃",
    _UP | _DOWN | _RIGHT: "┠",
    _UP | _DOWN | _LEFT: "┨",
    _UP | _DOWN | _LEFT | _RIGHT: "╂",
}


@dataclass(frozen=True, slots=True)
class Box:
    """`label` may be shortened in its middle to fit, `before` and `after` stay."""

    label: str
    before: str = "["
    after: str = "]"


@dataclass(frozen=True, slots=True)
class Line:
    """An edge from a box of one layer to a box of the next, by their numbers; what is said beside all edges there."""

    source: int
    target: int
    label: str = ""
    is_heavy: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Where a box stands: its row, in cells, and as which characters of the row."""

    row: int
    column: int
    width: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Drawing:
    rows: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()


def cells(text: str) -> int:
    """The width in a terminal: wide characters take two cells, combining ones none.

    >>> cells("abc"), cells("你好"), cells("é")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def shortened(text: str, width: int) -> str:
    """The text in at most `width` cells, its middle replaced by …

    >>> shortened("action_show_venue_reviews", 12)
    'action…views'
    """
    if cells(text) <= width:
        return text
    head, tail = _begin(text, width // 2), _begin(text[::-1], (width - 1) // 2)[::-1]
    return f"{head}…{tail}" if width > 1 else "…"[:width]


def _begin(text: str, width: int) -> str:
    taken = ""
    for sign in text:
        if cells(taken + sign) > width:
            break
        taken += sign
    return taken


def room(width: int) -> int:
    """How many boxes a layer can hold at most."""
    return max(1, (width + GAP) // (_LEAST + GAP))


_LEAST = 11
"""Cells that a box has at least, its gap apart."""


def draw(layers: Sequence[Sequence[int]], boxes: Sequence[Box], lines: Sequence[Line], width: int) -> Drawing:
    """`layers` hold the numbers of boxes from left to right, no more than `room` each."""
    into: dict[int, list[Line]] = {}
    for line in lines:
        into.setdefault(line.target, []).append(line)
    rows: list[str] = []
    regions: dict[int, Region] = {}
    for number, layer in enumerate(layers):
        sizes = _sizes([_wanted(boxes[box], into.get(box, ())) for box in layer], width)
        columns, column = [], 0
        for size in sizes:
            columns.append(column)
            column += size + GAP
        places = dict(zip(layer, zip(columns, sizes, strict=True), strict=True))
        ends: dict[int, int] = {}
        if number:
            ports = {parent: regions[parent].column + 1 for parent in layers[number - 1]}
            entries = _columns(layer, into, ports, places)
            rows += _between(layers[number - 1], entries, ports, width)
            for line, entry in entries.items():
                ends[line.target] = max(entry + 1, ends.get(line.target, 0))
        texts: list[str] = []
        for box, size in zip(layer, sizes, strict=True):
            frame = cells(boxes[box].before) + cells(boxes[box].after)
            label = shortened(boxes[box].label, max(size - frame, 1))
            # Each line that comes from above meets the box.
            label += " " * (ends.get(box, 0) - places[box][0] - frame - cells(label))
            text = _begin(f"{boxes[box].before}{label}{boxes[box].after}", size)
            start = sum(len(before) for before in texts) + GAP * len(texts)
            regions[box] = Region(len(rows), places[box][0], cells(text), start, start + len(text))
            texts.append(text + " " * (size - cells(text)))
        rows.append((" " * GAP).join(texts).rstrip())
    return Drawing(tuple(rows), tuple(regions[box] for box in sorted(regions)))


def _wanted(box: Box, lines: Iterable[Line]) -> tuple[int, int]:
    """(at least, at best) so many cells: for itself, and for what is said beside the edges to it."""
    listed = list(lines)
    least = max(_LEAST, 2 * len(listed) + 3)
    beside = 2 * len(listed) + 1 + max((cells(line.label) for line in listed), default=0)
    return least, max(least, cells(box.before + box.label + box.after), beside)


def _sizes(wanted: Sequence[tuple[int, int]], width: int) -> list[int]:
    """As wanted, or the widest ones narrower until all fit."""
    sizes = [best for _, best in wanted]
    over = sum(sizes) + GAP * (len(sizes) - 1) - width
    while over > 0:
        slack = [size - least for size, (least, _) in zip(sizes, wanted, strict=True)]
        widest = max(range(len(sizes)), key=lambda place: (slack[place] > 0, sizes[place]))
        if slack[widest] <= 0:
            break
        sizes[widest] -= 1
        over -= 1
    return sizes


class _Canvas:
    """The rows between two layers: which arms each cell has, and of which parent."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._cells: dict[tuple[int, int], dict[int, tuple[int, bool]]] = {}

    def add(self, row: int, column: int, arms: int, owner: int, is_heavy: bool = False) -> None:
        found = self._cells.setdefault((row, column), {})
        known, was_heavy = found.get(owner, (0, False))
        found[owner] = (known | arms, was_heavy or is_heavy)

    def upright(self, column: int, first: int, last: int, owner: int, is_heavy: bool) -> None:
        for row in range(first, last + 1):
            self.add(row, column, _UP | _DOWN, owner, is_heavy)

    def rows(self) -> list[list[str]]:
        width = max((column for _, column in self._cells), default=-1) + 1
        signs = [[" "] * width for _ in range(self._height)]
        for (row, column), owners in self._cells.items():
            # Where two cross, the upright one is in sight.
            arms, is_heavy = max(owners.values(), key=lambda found: found[0] & (_UP | _DOWN))
            signs[row][column] = (_HEAVY if is_heavy and arms in _HEAVY else _LIGHT).get(arms, "│")
        return signs


def _between(parents: Sequence[int], columns: dict[Line, int], ports: dict[int, int], width: int) -> list[str]:
    """`columns`: where each edge meets the box that it leads to; `ports`: where each parent's edges begin."""
    out: dict[int, list[Line]] = {}
    for line in columns:
        out.setdefault(line.source, []).append(line)
    branching = [one for one in parents if any(columns[line] != ports[one] for line in out.get(one, ()))]
    bus = {parent: place for place, parent in enumerate(branching)}
    height = len(branching) + 1
    canvas = _Canvas(height)
    for parent, edges in out.items():
        port = ports[parent]
        row = bus.get(parent, 0)
        straight = [line for line in edges if columns[line] == port]
        is_heavy = any(line.is_heavy for line in straight)
        if parent not in bus:
            canvas.upright(port, 0, height - 1, parent, is_heavy)
            continue
        canvas.upright(port, 0, row - 1, parent, is_heavy)
        canvas.add(row, port, _UP | (_DOWN if straight else 0), parent, is_heavy)
        ends = [port, *(columns[line] for line in edges)]
        for column in range(min(ends), max(ends) + 1):
            arms = (_LEFT if column > min(ends) else 0) | (_RIGHT if column < max(ends) else 0)
            canvas.add(row, column, arms, parent)
        for line in edges:
            if line not in straight:
                canvas.add(row, columns[line], _DOWN, parent)
            canvas.upright(columns[line], row + 1, height - 1, parent, line.is_heavy)
    rows = canvas.rows()
    _say(rows[-1], columns, width)
    return ["".join(row).rstrip() for row in rows]


def _columns(
    children: Sequence[int],
    into: dict[int, list[Line]],
    ports: dict[int, int],
    places: dict[int, tuple[int, int]],
) -> dict[Line, int]:
    """A column for each edge, within the box that it leads to: no other edge's, and no other parent's."""
    taken = {column: parent for parent, column in ports.items()}
    found: dict[Line, int] = {}
    for child in children:
        first, size = places[child]
        column = first - 1
        for line in sorted(into.get(child, ()), key=lambda one: (not one.is_heavy, ports[one.source])):
            column += 2
            while column in found.values() or taken.get(column, line.source) != line.source:
                column += 1
            assert column < first + size, "a box has room for its edges"
            found[line] = column
    return found


def _say(row: list[str], columns: dict[Line, int], width: int) -> None:
    """What is said beside the edges to a box, as far as there is room before the next line."""
    upright = sorted(place for place, sign in enumerate(row) if sign != " ")
    # What leads to one box says one thing, behind the last of its lines.
    last = {line.target: (column, line) for line, column in sorted(columns.items(), key=lambda pair: pair[1])}
    for column, line in last.values():
        following = next((place for place in upright if place > column), width + 1)
        label = shortened(line.label, following - column - 3)
        if line.label and following - column - 3 > 0:
            end = column + 2 + cells(label)
            row += [" "] * (end - len(row))
            # A wide sign takes the cell behind it, too.
            row[column + 2 : end] = [label, *[""] * (cells(label) - 1)]
