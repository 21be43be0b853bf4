"""A layered layout, from left to right: each node right of all that lead to it, edges around what is between.

Sugiyama's method: what crosses layers gets a place in each, neighbours' means order a layer, and each layer then goes
as near to its neighbours as its order allows (least squares, by pooling those that are in each other's way).

>>> layered([(40, 20), (40, 20), (40, 20)], [(0, 1), (0, 2)]).places
[(0.0, 17.0), (90.0, 0.0), (90.0, 34.0)]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from trainer_tui.dataclass import dataclass

_BETWEEN_LAYERS = 50
_BETWEEN_NODES = 14
_EDGE_HEIGHT = 2
_SWEEPS = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The left upper corner of each node, the points that each edge goes through, and the size of it all."""

    places: list[Point]
    edges: dict[tuple[int, int], list[Point]]
    width: float
    height: float


def layered(sizes: Sequence[tuple[float, float]], edges: Iterable[tuple[int, int]]) -> Layout:
    """Sizes are (width, height); an edge leads to a higher number."""
    known = sorted(edges)
    layer = [0] * len(sizes)
    for source, target in known:
        layer[target] = max(layer[target], layer[source] + 1)
    heights = [height for _, height in sizes]
    chains: dict[tuple[int, int], list[int]] = {}
    for source, target in known:
        between = range(layer[source] + 1, layer[target])
        chains[source, target] = [source, *range(len(layer), len(layer) + len(between)), target]
        layer += between
        heights += [_EDGE_HEIGHT] * len(between)
    before: list[list[int]] = [[] for _ in layer]
    after: list[list[int]] = [[] for _ in layer]
    for chain in chains.values():
        for source, target in pairwise(chain):
            after[source].append(target)
            before[target].append(source)
    layers = _ordered(layer, before, after)
    centres = _centres(layers, heights, before, after)
    lefts, width = _columns(layers, sizes)
    top = min((centres[node] - heights[node] / 2 for node in range(len(heights))), default=0.0)
    centres = [centre - top for centre in centres]
    places = [(lefts[layer[node]], centres[node] - heights[node] / 2) for node in range(len(sizes))]
    ways = {edge: _points(chain, layer, lefts, sizes, centres) for edge, chain in chains.items()}
    height = max((centres[node] + heights[node] / 2 for node in range(len(heights))), default=0.0)
    return Layout(places, ways, width, height)


def _ordered(layer: list[int], before: list[list[int]], after: list[list[int]]) -> list[list[int]]:
    """The nodes of each layer, neighbours of the same near one another."""
    layers: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    seen: set[int] = set()
    waiting = [node for node in range(len(layer) - 1, -1, -1) if not before[node]]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            layers[layer[node]].append(node)
            waiting += reversed(after[node])
    for sweep in range(_SWEEPS):
        neighbours, sequence = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        rank: dict[int, float] = {}
        for nodes in sequence:
            own = {node: place / len(nodes) for place, node in enumerate(nodes)}
            nodes.sort(key=lambda node: _mean([rank[other] for other in neighbours[node]], own[node]))
            rank |= {node: place / len(nodes) for place, node in enumerate(nodes)}
    return layers


def _centres(
    layers: list[list[int]], heights: list[float], before: list[list[int]], after: list[list[int]]
) -> list[float]:
    centres = [0.0] * len(heights)
    offsets = [_offsets([heights[node] for node in nodes]) for nodes in layers]
    for nodes, offset in zip(layers, offsets, strict=True):
        for node, place in zip(nodes, offset, strict=True):
            centres[node] = place - offset[-1] / 2
    for sweep in range(_SWEEPS):
        places = range(len(layers)) if sweep % 2 else range(len(layers) - 1, -1, -1)
        for place in places:
            nodes, offset = layers[place], offsets[place]
            wanted = [
                _mean([centres[other] for other in (*before[node], *after[node])], centres[node]) for node in nodes
            ]
            for node, centre in zip(nodes, _apart(wanted, offset), strict=True):
                centres[node] = centre
    return centres


def _offsets(heights: list[float]) -> list[float]:
    """How far below the first each lies, when all lie as near as they may."""
    offsets = [0.0]
    for upper, lower in pairwise(heights):
        offsets.append(offsets[-1] + (upper + lower) / 2 + _BETWEEN_NODES)
    return offsets


def _apart(wanted: list[float], offsets: list[float]) -> list[float]:
    """As near as can be to where each is wanted, in their order and none nearer to the next than the offsets say."""
    pools: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            other, others = pools.pop()
            total, count = total + other, count + others
        pools.append((total, count))
    starts = [total / count for total, count in pools for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _columns(layers: list[list[int]], sizes: Sequence[tuple[float, float]]) -> tuple[list[float], float]:
    lefts: list[float] = []
    left = 0.0
    for nodes in layers:
        lefts.append(left)
        left += max((sizes[node][0] for node in nodes if node < len(sizes)), default=0.0) + _BETWEEN_LAYERS
    return lefts, max(left - _BETWEEN_LAYERS, 0.0)


def _points(
    chain: list[int], layer: list[int], lefts: list[float], sizes: Sequence[tuple[float, float]], centres: list[float]
) -> list[Point]:
    source, *between, target = chain
    first = (lefts[layer[source]] + sizes[source][0], centres[source])
    # Past a layer an edge is straight: what bends lies between the layers.
    past = [
        (x, centres[node]) for node in between for x in (lefts[layer[node]], lefts[layer[node] + 1] - _BETWEEN_LAYERS)
    ]
    return [first, *past, (lefts[layer[target]], centres[target])]


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
