"""The confusion of intents as a picture: what is wanted in rows, what was told in columns, as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from trainer_tui.insight.evaluation import Judged

_CELL, _FONT = 14, 10
_RIGHT, _WRONG = "#2e7d32", "#c62828"


def confusion_picture(judged: Sequence[Judged]) -> str:
    """One square for each pair that occurs, the stronger the larger its share of what was wanted; its title tells all.

    A viewer shows the title of the square that is pointed at: `greet → goodbye: 3 of 20`.
    """
    labels = sorted({label for pair in judged for label in pair})
    place = {label: number for number, label in enumerate(labels)}
    wanted = Counter(pair[0] for pair in judged)
    margin = 20 + _FONT * 0.62 * max((len(_name(label)) for label in labels), default=0)
    side = margin + _CELL * len(labels) + 10
    picture = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {side:.0f} {side:.0f}",
            "width": f"{side:.0f}",
            "height": f"{side:.0f}",
            "font-family": "sans-serif",
            "font-size": str(_FONT),
        },
    )
    ElementTree.SubElement(picture, "rect", {"width": "100%", "height": "100%", "fill": "white"})
    for number, label in enumerate(labels):
        along = margin + _CELL * number + _CELL * 0.75
        row = {"x": f"{margin - 6:.0f}", "y": f"{along:.0f}", "text-anchor": "end"}
        ElementTree.SubElement(picture, "text", row).text = _name(label)
        column = {"transform": f"translate({along:.0f} {margin - 6:.0f}) rotate(-90)"}
        ElementTree.SubElement(picture, "text", column).text = _name(label)
    for (left, right), count in sorted(Counter(judged).items()):
        square = ElementTree.SubElement(
            picture,
            "rect",
            {
                "x": f"{margin + _CELL * place[right]:.0f}",
                "y": f"{margin + _CELL * place[left]:.0f}",
                "width": str(_CELL - 1),
                "height": str(_CELL - 1),
                "fill": _RIGHT if left == right else _WRONG,
                "fill-opacity": f"{0.15 + 0.85 * count / wanted[left]:.2f}",
            },
        )
        told = f"{_name(left)} → {_name(right)}: {count} of {wanted[left]}"
        ElementTree.SubElement(square, "title").text = told
    return ElementTree.tostring(picture, encoding="unicode") + "\n"


def _name(label: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in label) or "nothing"
