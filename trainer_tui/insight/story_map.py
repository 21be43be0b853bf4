"""The story map: this conversation as a trunk, what other stories did beside it, and where they go from here.

The view is that of the outline, drawn in layers: a turn's distance from the start of the view is its layer, so that the
same turn at the same distance is one node, whichever ways lead to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.drawing import Box, Drawing, Line, draw, room
from trainer_tui.insight.outline import Detail, places_of, turn_of
from trainer_tui.insight.similar import LONGEST, THEN, Occurrence, SimilarStories, Steps, Symbol
from trainer_tui.words import counted

_THOUGHT = 0.05
"""So sure the bot has to be of an action that no story takes here."""

_NARROW = 56
"""Cells below which what all names begin with is left out."""

Kind = Literal["start", "path", "here", "other", "more"]


@dataclass(frozen=True, slots=True)
class MapNode:
    """`label` are the actions of the turn, `said` what a person meant before it. `turn` counts the messages of this
    conversation up to a node of its path, and up to here where one is under way. `is_taught`: this session went there;
    `is_tested`: a test story does."""

    kind: Kind
    layer: int
    label: str
    said: str = ""
    count: int = 0
    share: float | None = None
    places: tuple[tuple[str, Place | None], ...] = ()
    turn: int | None = None
    is_end: bool = False
    goes_on: bool = False
    is_back: bool = False
    is_taught: bool = False
    is_tested: bool = False

    @property
    def is_untaught(self) -> bool:
        """A branch that stories have and nobody went along yet, no session and no test."""
        return self.kind == "other" and self.count > 0 and not (self.is_taught or self.is_tested)


@dataclass(frozen=True, slots=True)
class StoryMap:
    """Nodes layer by layer, each layer from left to right, and edges between neighbouring layers."""

    nodes: tuple[MapNode, ...] = ()
    edges: tuple[tuple[int, int], ...] = ()

    @property
    def here(self) -> int:
        return next((number for number, node in enumerate(self.nodes) if node.kind == "here"), 0)

    def likeliest_untaught(self) -> int | None:
        """The branch ahead of here, or beside the way here, that most stories take and nobody taught or tested."""
        found = [number for number, node in enumerate(self.nodes) if node.is_untaught]
        ahead = self.nodes[self.here].layer if self.nodes else 0
        return max(
            found,
            key=lambda number: (
                self.nodes[number].layer > ahead,
                self.nodes[number].share or 0.0,
                self.nodes[number].count,
            ),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Stories:
    """Those that the map is of; `taught` are the conversations of this session, `tests` the test stories."""

    index: SimilarStories
    taught: SimilarStories | None = None
    tests: SimilarStories | None = None


def story_map(
    stories: Stories, steps: Steps, shares: Mapping[str, float], *, is_asking: bool, detail: Detail, width: int
) -> StoryMap:
    """The map after `steps`. `shares`: what the bot now thinks of each action; `is_asking`: an action is next; `width`:
    cells that it may take."""
    making = _Making(stories, steps, detail, room(width))
    past = len(steps.begins) - (is_asking and bool(steps.begins))
    here = making.trunk(past)
    making.ahead(here, shares if is_asking else {})
    return making.in_layers()


class _Making:
    def __init__(self, stories: Stories, steps: Steps, detail: Detail, most: int) -> None:
        self._stories = stories
        self._index = stories.index
        self._history, self._begins = steps.found, steps.begins
        self._detail = detail
        self._most = most
        self._nodes: list[MapNode] = []
        self._edges: dict[tuple[int, int], None] = {}
        self._taken: set[str] = set()

    def _add(self, node: MapNode, *parents: int) -> int:
        self._nodes.append(node)
        self._edges.update(dict.fromkeys((parent, len(self._nodes) - 1) for parent in parents))
        return len(self._nodes) - 1

    # --- this conversation ----------------------------------------------------------------------------------------

    def trunk(self, past: int) -> int:
        """The turns so far, each with what others did in its place; the node that stands for here."""
        history, begins = self._history, self._begins
        start = max(0, past - self._detail.turns_back)
        last = self._add(MapNode("start", 0, "START" if start == 0 else f"⋯ {counted(start, 'turn')} before"))
        for place in range(start, past):
            begin, end = begins[place], begins[place + 1] if place + 1 < len(begins) else len(history)
            turn = turn_of(history[begin:end])
            through = self._index.ask(history, end).occurrences
            node = MapNode(
                "path",
                place - start + 1,
                _actions(turn.label, turn.user),
                turn.user.name if turn.user else "",
                len(through),
                places=places_of(self._index, through),
                turn=place + 1,
            )
            here = self._add(node, last)
            self._beside(turn.label, begin, last)
            self._taken.add(turn.label)
            last = here
        now = turn_of(history[begins[past] :]) if past < len(begins) else None
        similar = self._index.ask(history).occurrences
        label = f"{_actions(now.label, now.user)} ▸ ?" if now and now.actions else "?"
        said = now.user.name if now and now.user else ""
        places = places_of(self._index, similar)
        number = past + 1 if said else None
        return self._add(MapNode("here", past - start + 1, label, said, len(similar), places=places, turn=number), last)

    def _beside(self, taken: str, begin: int, parent: int) -> None:
        """What other stories did in place of the turn that begins there."""
        ranked = self._index.instead(self._index.ask(self._history, begin), taken)
        shown = min(self._detail.alternatives, max(self._most - 2, 0))
        layer = self._nodes[parent].layer + 1
        for label, found in ranked[:shown]:
            self._add(self._other(layer, label, found, self._history[:begin]), parent)
        self._more(layer, [found for _, found in ranked[shown:]], parent)

    def _more(self, layer: int, left_out: Sequence[Sequence[Occurrence]], parent: int) -> None:
        if left_out and self._most > 1:
            places = places_of(self._index, chain.from_iterable(left_out))
            count = sum(map(len, left_out))
            self._add(MapNode("more", layer, f"+{len(left_out)} more", count=count, places=places), parent)

    def _other(
        self,
        layer: int,
        label: str,
        found: Sequence[Occurrence],
        before: Sequence[Symbol],
        share: float | None = None,
        *,
        is_whole: bool = True,
    ) -> MapNode:
        """A turn that other stories take, or the bot would; `is_whole`: with all its actions, not the next alone."""
        index = self._index
        ends = [(story, index.ends[story][at] if is_whole else at + 1) for story, at in found]
        is_end = bool(ends) and all(at >= len(index.steps[story]) for story, at in ends)
        user, way = None, list(before)
        if found:
            story, at = found[0]
            user = index.steps[story][at] if index.steps[story][at].is_user else None
            way += index.steps[story][at : ends[0][1]]
        return MapNode(
            "other",
            layer,
            _actions(label, user),
            user.name if user else "",
            len(found),
            share,
            places_of(index, found),
            is_end=is_end,
            goes_on=bool(found) and not is_end,
            is_back=label in self._taken,
            is_taught=bool(found) and _goes(self._stories.taught, way),
            is_tested=bool(found) and _goes(self._stories.tests, way),
        )

    # --- from here ------------------------------------------------------------------------------------------------

    def ahead(self, here: int, shares: Mapping[str, float]) -> None:
        """The next action or turn of each story here, then turn by turn: the same turn at the same distance is one."""
        index, layer = self._index, self._nodes[here].layer + 1
        branches: dict[str, list[Occurrence]] = defaultdict(list)
        for label, found in index.turns(index.ask(self._history)).items():
            # A message stands with what followed it, since nothing is asked about it; an action stands alone.
            branches[label if self._is_said(found) else label.split(THEN, 1)[0]] += found
        names = sorted(branches, key=lambda name: (-len(branches[name]), name))
        thought = (name for name, share in shares.items() if share >= _THOUGHT and name not in branches)
        names += sorted(thought, key=lambda name: -shares[name])
        shown = names if len(names) <= self._most else names[: max(self._most - 1, 1)]
        going: dict[int, list[Occurrence]] = {}
        for name in shown:
            found = branches.get(name, [])
            is_whole = self._is_said(found)
            node = self._other(layer, name, found, self._history, shares.get(name), is_whole=is_whole)
            going[self._add(node, here)] = [(story, index.ends[story][at]) for story, at in found]
        self._more(layer, [branches.get(name, []) for name in names[len(shown) :]], here)
        for _ in range(self._detail.turns_ahead - 1):
            layer += 1
            going = self._turn_ahead(layer, going)

    def _turn_ahead(self, layer: int, going: Mapping[int, Sequence[Occurrence]]) -> dict[int, list[Occurrence]]:
        index = self._index
        parents: dict[str, dict[int, None]] = defaultdict(dict)
        through: dict[str, list[Occurrence]] = defaultdict(list)
        for parent, standing in going.items():
            for label, found in index.by_turn(standing).items():
                parents[label][parent] = None
                through[label] += found
        ranked = sorted(through, key=lambda label: (-len(through[label]), label))
        after: dict[int, list[Occurrence]] = {}
        for label in ranked[: min(self._most, self._detail.rows_ahead // 4 + 1)]:
            story, at = through[label][0]
            node = self._other(layer, label, through[label], index.steps[story][max(0, at - LONGEST) : at])
            after[self._add(node, *parents[label])] = [(one, index.ends[one][place]) for one, place in through[label]]
        return after

    def _is_said(self, found: Sequence[Occurrence]) -> bool:
        return bool(found) and self._index.steps[found[0][0]][found[0][1]].is_user

    def in_layers(self) -> StoryMap:
        """Numbered layer by layer, in the order in which they were found."""
        order = sorted(range(len(self._nodes)), key=lambda number: (self._nodes[number].layer, number))
        new = {number: place for place, number in enumerate(order)}
        edges = sorted((new[source], new[target]) for source, target in self._edges)
        return StoryMap(tuple(self._nodes[number] for number in order), tuple(edges))


def _goes(stories: SimilarStories | None, way: Sequence[Symbol]) -> bool:
    """Whether one of these goes the same way."""
    if stories is None:
        return False
    found = stories.ask(way)
    return found.is_same and bool(found.occurrences)


def _actions(label: str, user: Symbol | None) -> str:
    return label.removeprefix(user.name).removeprefix(THEN) if user else label


def drawn(found: StoryMap, width: int) -> Drawing:
    """The map as text: `■` a story ends, `⋯` goes on unseen, `↺` a turn that was taken before, `◀` here, `✓` taught in
    this session, `t` in a test story, `○` neither."""
    layers: list[list[int]] = []
    for number, node in enumerate(found.nodes):
        while len(layers) <= node.layer:
            layers.append([])
        layers[node.layer].append(number)
    has_children = {source for source, _ in found.edges}
    boxes = [_box(node, number in has_children, width) for number, node in enumerate(found.nodes)]
    trunk = ("start", "path", "here")
    lines = [
        Line(
            source,
            target,
            found.nodes[target].said,
            found.nodes[source].kind in trunk and found.nodes[target].kind in trunk,
        )
        for source, target in found.edges
    ]
    return draw(layers, boxes, lines, width)


def _box(node: MapNode, has_children: bool, width: int) -> Box:
    if node.kind in ("start", "more"):
        return Box(node.label, "", f" ×{node.count}" if node.count else "")
    share = f" {node.share:.0%}" if node.share is not None else ""
    count = f" ×{node.count}" if node.count else ""
    marks = "".join(
        mark
        for mark, holds in (
            ("■", node.is_end),
            ("⋯", node.goes_on and not has_children),
            ("↺", node.is_back),
            ("✓", node.is_taught and node.kind == "other"),
            ("t", node.is_tested),
            ("○", node.is_untaught),
        )
        if holds
    )
    label = node.label or "…"
    if width < _NARROW:
        label = label.removeprefix("action_").removeprefix("utter_")
    if node.kind == "other":
        return Box(label, "[", f"]{marks}{share}{count}")
    return Box(label, "⟦", f"⟧{' ◀' if node.kind == 'here' else ''}{count}")
