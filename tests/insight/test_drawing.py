"""The drawing of a layered graph, read again by somebody who only follows its lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.insight.drawing import Box, Drawing, Line, cells, draw, room

ARMS = {
    "│": "ud", "┃": "ud", "─": "lr", "╰": "ur", "╯": "ul", "╭": "dr", "╮": "dl", "├": "udr", "┤": "udl", "┴": "ulr",
    "┬": "dlr", "┼": "udlr", "┠": "udr", "┨": "udl", "╂": "udlr",
}  # fmt: skip
MOVES = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
BACK = {"u": "d", "d": "u", "l": "r", "r": "l"}
NAMES = ["utter_greet", "action_show_the_very_long_venue_reviews", "x", "你好世界", "שלום עולם", "تحية", "é"]


def grid(drawing: Drawing) -> list[list[str]]:
    """The signs by cells; behind a wide one an empty one."""
    found = []
    for row in drawing.rows:
        line: list[str] = []
        for sign in row:
            width = cells(sign)
            line += [sign] * (width > 0) + [""] * (width - 1)
        found.append(line)
    return found


def edges_of(drawing: Drawing) -> set[tuple[int, int]]:
    """Which boxes the lines lead from one to another, downwards."""
    signs = grid(drawing)
    inside = {
        (region.row, column): number
        for number, region in enumerate(drawing.regions)
        for column in range(region.column, region.column + region.width)
    }

    def at(row: int, column: int) -> str:
        return signs[row][column] if row < len(signs) and column < len(signs[row]) else " "

    found = set()
    for number, region in enumerate(drawing.regions):
        # What leaves a box downwards without having come from its side.
        for column in range(region.column, region.column + region.width):
            todo = [(region.row + 1, column, "d")] if "u" in ARMS.get(at(region.row + 1, column), "") else []
            seen = set()
            while todo:
                row, at_column, came = todo.pop()
                if (row, at_column, came) in seen:
                    continue
                seen.add((row, at_column, came))
                if (row, at_column) in inside:
                    if came == "d":
                        found.add((number, inside[row, at_column]))
                    continue
                arms = ARMS.get(at(row, at_column), "")
                # A line that meets an upright one sideways passes under it.
                ways = (
                    came
                    if BACK[came] not in arms and came in "lr" and "u" in arms
                    else arms
                    if BACK[came] in arms
                    else ""
                )
                for way in ways:
                    if way != BACK[came] and not (way == "u" and came == "d"):
                        down, right = MOVES[way]
                        todo.append((row + down, at_column + right, way))
    return found


@st.composite
def graphs(draw_from, width: int):  # type: ignore[no-untyped-def]
    layers: list[list[int]] = []
    boxes: list[Box] = []
    lines: list[Line] = []
    for depth in range(draw_from(st.integers(1, 5))):
        count = draw_from(st.integers(1, room(width)))
        layer = list(range(len(boxes), len(boxes) + count))
        boxes += [
            Box(draw_from(st.sampled_from(NAMES)), "[", draw_from(st.sampled_from(["]", "] ×3", "]■ 81%"])))
            for _ in layer
        ]
        if depth:
            for box in layer:
                parents = draw_from(st.sets(st.sampled_from(layers[-1]), min_size=1, max_size=2))
                for parent in sorted(parents):
                    is_heavy = box == layer[0] and parent == layers[-1][0]
                    lines.append(Line(parent, box, draw_from(st.sampled_from(["", *NAMES])), is_heavy))
        layers.append(layer)
    return layers, boxes, lines


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from([40, 60, 100]))
def test_every_edge_is_drawn_none_is_invented_and_nothing_is_written_over(data: st.DataObject, width: int) -> None:
    layers, boxes, lines = data.draw(graphs(width))
    drawing = draw(layers, boxes, lines, width)
    assert edges_of(drawing) == {(line.source, line.target) for line in lines}, "\n".join(drawing.rows)
    assert all(cells(row) <= width for row in drawing.rows), "\n".join(drawing.rows)
    signs = grid(drawing)
    for box, region in zip(boxes, drawing.regions, strict=True):
        text = "".join(signs[region.row][region.column : region.column + region.width])
        assert text.startswith("[") and text.endswith(box.after), text


def test_a_trunk_with_branches_and_a_join() -> None:
    boxes = [Box("START", "", ""), Box("utter_greet", "⟦", "⟧ ×9"), Box("utter_bye"), Box("?", "⟦", "⟧ ◀")]
    lines = [Line(0, 1, "greet", True), Line(0, 2, "bye"), Line(1, 3, "search", True), Line(2, 3, "search")]
    assert draw([[0], [1, 2], [3]], boxes, lines, 40).rows == (
        "START",
        " ┠─────────────────╮",
        " ┃ greet           │ bye",
        "⟦utter_greet⟧ ×9  [utter_bye]",
        " ┃ ╭───────────────╯",
        " ┃ │ search",
        "⟦?⟧ ◀",
    )
