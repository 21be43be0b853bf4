"""In which order story steps follow one another through their checkpoints, and where they go round in circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from trainer_tui.core.stories import STORY_START, Checkpoint, StoryStep
from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class OrderedSteps:
    """Steps such that each comes after those that lead to it. `returns`: end checkpoint → start checkpoint of the
    next round, for the checkpoints put in where a circle was cut."""

    steps: tuple[StoryStep, ...]
    returns: dict[str, str]


def ordered(steps: Sequence[StoryStep]) -> OrderedSteps:
    """The steps in order, circles cut as Rasa cuts them.

    Where step `s` leads back to step `e`, `s` ends in a checkpoint of its own that the next round starts `e` from;
    other steps that start at the same place go on from there in the same round.
    """
    followers = _followers(steps)
    order, returning = _sorted(followers)
    cut = list(steps)
    returns: dict[str, str] = {}
    for number, (s, e) in enumerate(returning):
        sink, connector, source = (f"{kind} {number}" for kind in ("SINK", "CONNECT", "SOURCE"))
        returns[sink] = source
        names = {end.name for end in steps[s].end_checkpoints} & {start.name for start in _starts(steps[e])}
        _cut_one(cut, s, e, names, (sink, connector, source))
    return OrderedSteps(tuple(cut[index] for index in order), returns)


def _starts(step: StoryStep) -> tuple[Checkpoint, ...]:
    return step.start_checkpoints or (Checkpoint(STORY_START),)


def _followers(steps: Sequence[StoryStep]) -> list[list[int]]:
    starting: dict[str, list[int]] = defaultdict(list)
    for index, step in enumerate(steps):
        for start in _starts(step):
            starting[start.name].append(index)
    return [
        sorted({follower for end in step.end_checkpoints for follower in starting.get(end.name, ())}) for step in steps
    ]


def _sorted(followers: list[list[int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """Indices in topological order, and the edges that lead back."""
    if not any(followers):
        return list(range(len(followers))), []
    # Only stories that are joined by checkpoints pay for the import.
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(reversed(range(len(followers))))
    graph.add_edges_from((step, follower) for step, found in enumerate(followers) for follower in found)
    is_open: set[int] = set()
    order: list[int] = []
    returning: list[tuple[int, int]] = []
    for before, step, label in networkx.dfs_labeled_edges(graph):
        if label == "forward":
            is_open.add(step)
        elif label == "reverse":
            is_open.remove(step)
            order.append(step)
        elif step in is_open:
            returning.append((before, step))
    order.reverse()
    return order, returning


def _cut_one(cut: list[StoryStep], s: int, e: int, names: set[str], marks: tuple[str, str, str]) -> None:
    sink, connector, source = marks
    needs_connector = False
    for index, step in enumerate(cut):
        added = []
        for start in _starts(step):
            if start.name in names:
                needs_connector = needs_connector or index != e
                added.append(Checkpoint(source if index == e else connector, start.conditions))
        if added:
            cut[index] = replace(step, start_checkpoints=(*_starts(step), *added))
    ends = [end for end in cut[s].end_checkpoints if end.name not in names] + [Checkpoint(sink)]
    if needs_connector:
        ends.append(Checkpoint(connector))
    cut[s] = replace(cut[s], end_checkpoints=tuple(ends))
