"""The story graph as a picture: SVG that nothing has to be loaded for, its texts cut to what a box holds."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from xml.etree import ElementTree

from trainer_tui.insight.graph.exchange import label_of, shown, story_told
from trainer_tui.insight.graph.folding import StoryGraph
from trainer_tui.insight.graph.layout import Point, layered

_CELL, _LINE, _PADDING = 7.3, 16, 8
_MARGIN = 20
_MOST_CELLS = 36
_STORIES_TOLD = 20


def as_svg(graph: StoryGraph, style: str = "") -> str:
    """`style` is CSS: nodes are `g.node`, edges `path.edge`; both may be `taught` and `tested`."""
    return ElementTree.tostring(_drawn(graph, style), encoding="unicode") + "\n"


def _drawn(graph: StoryGraph, style: str) -> ElementTree.Element:
    texts = [[_cut(line) for line in label_of(node)] for node in graph.nodes]
    sizes = [(max(map(_cells, lines)) * _CELL + 2 * _PADDING, len(lines) * _LINE + _PADDING + 0.0) for lines in texts]
    layout = layered(sizes, graph.edges)
    width, height = (f"{side + 2 * _MARGIN:.0f}" for side in (layout.width, layout.height))
    picture = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            # Where no test goes says something only where tests go.
            "class": "is-measured" if any(node.is_tested for node in graph.nodes) else "",
        },
    )
    if style:
        ElementTree.SubElement(picture, "style").text = style
    for (source, target), edge in graph.edges.items():
        drawn = {
            "class": _classes("edge", edge.is_taught, edge.is_tested),
            "d": _curve(layout.edges[source, target]),
            "stroke-width": f"{1 + min(edge.stories, 100) ** 0.5 / 2:.1f}",
            "data-edge": f"{source}-{target}",
        }
        ElementTree.SubElement(ElementTree.SubElement(picture, "path", drawn), "title").text = f"×{edge.stories}"
    for number, node in enumerate(graph.nodes):
        (x, y), (wide, high) = layout.places[number], sizes[number]
        attributes = {
            "class": _classes("node", node.is_taught, node.is_tested),
            "data-node": str(number),
            "transform": f"translate({x + _MARGIN:.1f} {y + _MARGIN:.1f})",
        }
        group = ElementTree.SubElement(picture, "g", attributes)
        ElementTree.SubElement(group, "title").text = _title(graph, number)
        ElementTree.SubElement(group, "rect", {"width": f"{wide:.1f}", "height": f"{high:.1f}", "rx": "4"})
        for row, line in enumerate(texts[number]):
            at = {"x": str(_PADDING), "y": str(_LINE * (row + 1))}
            ElementTree.SubElement(group, "text", at).text = line
    return picture


def _classes(kind: str, is_taught: bool, is_tested: bool) -> str:
    return " ".join([kind, *(["taught"] if is_taught else []), *(["tested"] if is_tested else [])])


def _title(graph: StoryGraph, number: int) -> str:
    node = graph.nodes[number]
    stories = [graph.stories[story] for story in node.stories[:_STORIES_TOLD]]
    more = [f"and {len(node.stories) - _STORIES_TOLD} more"] if len(node.stories) > _STORIES_TOLD else []
    return "\n".join([*map(shown, node.lines), *(shown(story_told(item.name, item.place)) for item in stories), *more])


def _curve(points: list[Point]) -> str:
    moved = [(x + _MARGIN, y + _MARGIN) for x, y in points]
    parts = ["M{:.1f} {:.1f}".format(*moved[0])]
    for place, ((x, y), (to_x, to_y)) in enumerate(pairwise(moved)):
        if place % 2:
            parts.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            middle = (x + to_x) / 2
            parts.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return " ".join(parts)


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(text: str) -> str:
    """As much of the text as a box holds."""
    if _cells(text) <= _MOST_CELLS:
        return text
    while _cells(text) >= _MOST_CELLS:
        text = text[:-1]
    return f"{text}…"
