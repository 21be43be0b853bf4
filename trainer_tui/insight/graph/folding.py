"""The stories as one graph of turns: common beginnings are one, and so are turns after which the same may follow.

Two stories share a node where the same turn leads to the same futures, so every way from the start to an end is a story
that someone wrote, and none is there twice.

>>> hello, bye = ("greet", "▸ utter_hello"), ("bye", "▸ utter_bye")
>>> graph = fold([ToldStory("polite", None, (hello, bye)), ToldStory("short", None, (bye,))])
>>> [node.lines for node in graph.nodes]
[('START',), ('greet', '▸ utter_hello'), ('bye', '▸ utter_bye')]
>>> sorted(graph.edges)
[(0, 1), (0, 2), (1, 2)]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    SlotSet,
    UserUttered,
)
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

Turn = tuple[str, ...]
"""What a person meant, what the bot did about it and what it set, a line each."""

START: Turn = ("START",)


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story by its turns; `is_taught`: a session taught it, and no file has it yet."""

    name: str
    place: Place | None
    turns: tuple[Turn, ...]
    is_taught: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A turn, the numbers of the `stories` through it, and how many of them end with it.

    `is_tested`: a test story goes through it; `unseen`: so many of its neighbours are left out.
    """

    lines: Turn
    stories: tuple[int, ...]
    ends: int = 0
    is_taught: bool = False
    is_tested: bool = False
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """How many stories take it, and whether a session or a test does."""

    stories: int
    is_taught: bool = False
    is_tested: bool = False


@dataclass(frozen=True, slots=True)
class StoryGraph:
    """`nodes[0]` is the start; an edge leads to a higher number. `ways` are the nodes of each story, in order."""

    stories: tuple[ToldStory, ...]
    nodes: tuple[Node, ...]
    edges: Mapping[tuple[int, int], Edge]
    ways: tuple[tuple[int, ...], ...]


def turns_of(events: Iterable[Event], domain: Domain) -> tuple[Turn, ...]:
    """The turns of a conversation as policies see them: of a slot that they do not see, nothing is told."""
    turns: list[list[str]] = []
    for event in events:
        line = _line(event, domain)
        if line is None:
            continue
        if isinstance(event, UserUttered) or not turns:
            turns.append([])
        turns[-1].append(line)
    return tuple(map(tuple, turns))


def _line(event: Event, domain: Domain) -> str | None:
    match event:
        case UserUttered():
            labels = f"{{{', '.join(sorted(event.labels))}}}" if event.labels else ""
            return (event.intent or repr(event.text or "")) + labels
        case ActionExecuted():
            return None if event.name == ACTION_LISTEN else f"▸ {event.name or repr(event.text or '')}"
        case SlotSet():
            slot = domain.slots.get(event.name)
            features = slot.features(event.value) if slot else ()
            if slot is None or not features:
                return None
            tells_value = any(features) and (len(features) > 1 or slot.type == "float")
            return f"{event.name}: {event.value if tells_value else 'set' if any(features) else 'not set'}"
        case AllSlotsReset():
            return "all slots: not set"
        case ActiveLoop():
            return f"loop: {event.name}" if event.name else "loop: over"
        case _:
            return None


def fold(stories: Sequence[ToldStory], tests: Iterable[Sequence[Turn]] = ()) -> StoryGraph:
    """The stories folded; marks what the turns of `tests` reach, as far as a story goes their way."""
    tree = _Tree()
    paths = [tree.add(story.turns) for story in stories]
    numbers = tree.folded({path[-1] for path in paths})
    ways = tuple(tuple(numbers[place] for place in path) for path in paths)
    tested = [tuple(numbers[place] for place in tree.walk(turns)) for turns in tests]
    return _graph(tuple(stories), ways, {numbers[place]: turn for place, turn in enumerate(tree.turns)}, tested)


class _Tree:
    """Stories by their beginnings: a place for each turn after each past."""

    def __init__(self) -> None:
        self.turns: list[Turn] = [START]
        self._following: list[dict[Turn, int]] = [{}]

    def add(self, turns: Sequence[Turn]) -> list[int]:
        path = [0]
        for turn in turns:
            following = self._following[path[-1]]
            if turn not in following:
                following[turn] = len(self.turns)
                self.turns.append(turn)
                self._following.append({})
            path.append(following[turn])
        return path

    def walk(self, turns: Sequence[Turn]) -> list[int]:
        path = [0]
        for turn in turns:
            if turn not in self._following[path[-1]]:
                break
            path.append(self._following[path[-1]][turn])
        return path

    def folded(self, ends: set[int]) -> list[int]:
        """The node of each place, the start being 0; what follows is folded first, so that it has a higher number."""
        found: dict[tuple[Turn, bool, tuple[int, ...]], int] = {}
        nodes = [0] * len(self.turns)
        for place in range(len(self.turns) - 1, -1, -1):
            futures = tuple(sorted(nodes[after] for after in self._following[place].values()))
            nodes[place] = found.setdefault((self.turns[place], place in ends, futures), len(found))
        return [len(found) - 1 - node for node in nodes]


def _graph(
    stories: tuple[ToldStory, ...],
    ways: tuple[tuple[int, ...], ...],
    turns: Mapping[int, Turn],
    tested: Iterable[Sequence[int]],
) -> StoryGraph:
    through: dict[int, list[int]] = defaultdict(list)
    taken: Counter[tuple[int, int]] = Counter()
    for number, way in enumerate(ways):
        for node in way:
            through[node].append(number)
        taken.update(pairwise(way))
    taught = [way for way, story in zip(ways, stories, strict=True) if story.is_taught]
    tests = list(tested)
    is_taught, is_tested = {node for way in taught for node in way}, {node for way in tests for node in way}
    taught_edges, tested_edges = ({edge for way in found for edge in pairwise(way)} for found in (taught, tests))
    ends = Counter(way[-1] for way in ways)
    nodes = tuple(
        Node(turns[node], tuple(through[node]), ends[node], node in is_taught, node in is_tested)
        for node in range(len(turns))
    )
    edges = {edge: Edge(count, edge in taught_edges, edge in tested_edges) for edge, count in taken.items()}
    return StoryGraph(stories, nodes, edges, ways)


def around(graph: StoryGraph, centre: Iterable[int]) -> StoryGraph:
    """The ways of these stories, and what lies one turn beside them; nodes count what is left out."""
    middle = {node for story in centre for node in graph.ways[story]}
    seen = middle | {node for edge in graph.edges if middle & {*edge} for node in edge}
    kept = {node: number for number, node in enumerate(sorted(seen))}
    edges = {
        (kept[source], kept[target]): edge
        for (source, target), edge in graph.edges.items()
        if source in middle or target in middle
    }
    left_out = Counter(node for ends in graph.edges if not middle & {*ends} for node in ends)
    passing = [number for number, way in enumerate(graph.ways) if any(node in kept for node in way[1:])]
    renumbered = {story: number for number, story in enumerate(passing)}
    nodes = tuple(
        replace(
            node,
            stories=tuple(renumbered[story] for story in node.stories if story in renumbered),
            unseen=left_out[old],
        )
        for old, node in enumerate(graph.nodes)
        if old in kept
    )
    ways = tuple(tuple(kept[node] for node in graph.ways[story] if node in kept) for story in passing)
    return StoryGraph(tuple(graph.stories[story] for story in passing), nodes, edges, ways)
