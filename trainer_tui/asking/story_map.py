"""The story map for a front end: the map, its drawing, and where one gets from a node by an arrow."""

from __future__ import annotations

from typing import Literal

from trainer_tui.insight.drawing import Drawing as Drawing
from trainer_tui.insight.drawing import Region as Region
from trainer_tui.insight.story_map import MapNode as MapNode
from trainer_tui.insight.story_map import StoryMap as StoryMap
from trainer_tui.insight.story_map import drawn as drawn

Direction = Literal["up", "down", "left", "right"]

LEGEND = "■ ends  ⋯ goes on  ↺ again  ◀ here  ✓ taught  t tested  ○ neither"


def neighbour(drawing: Drawing, at: int, direction: Direction) -> int:
    """The nearest box that way; the same one where there is none."""
    here = drawing.regions[at]
    sideways = direction in ("left", "right")
    sign = -1 if direction in ("up", "left") else 1
    found = [
        (abs(one.row - here.row), abs(_middle(one) - _middle(here)), number)
        for number, one in enumerate(drawing.regions)
        if (
            one.row == here.row and sign * (one.column - here.column) > 0
            if sideways
            else sign * (one.row - here.row) > 0
        )
    ]
    return min(found)[2] if found else at


def _middle(region: Region) -> int:
    return region.column + region.width // 2


def about(node: MapNode) -> tuple[str, str]:
    """What is said and done at a node; how often, and who was there."""
    facts = [f"{node.count} stories" if node.count != 1 else "1 story"] * bool(node.count)
    if node.share is not None:
        facts.append(f"the bot: {node.share:.0%}")
    facts += ["a story ends here"] * node.is_end + ["taken before in this conversation"] * node.is_back
    facts += ["taught in this session"] * node.is_taught + ["in a test story"] * node.is_tested
    facts += ["nobody taught or tested this"] * node.is_untaught
    return " ▸ ".join(part for part in (node.said, node.label) if part), ", ".join(facts)
