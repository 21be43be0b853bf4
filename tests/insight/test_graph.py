"""The graph of stories: held against the stories themselves, and its drawing against what may not overlap."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from tests.insight.test_similar import DOMAIN, story
from trainer_tui.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Entity,
    SlotSet,
    UserUttered,
)
from trainer_tui.insight.graph.folding import START, StoryGraph, ToldStory, Turn, around, fold, turns_of
from trainer_tui.insight.graph.layout import layered

TURNS = st.sampled_from([("greet", "▸ utter_hi"), ("bye", "▸ utter_bye"), ("bye", "▸ utter_hi"), ("ask",)])
ROUNDED = 1e-6
STORIES = st.lists(st.lists(TURNS, min_size=1, max_size=5).map(tuple), min_size=1, max_size=12)


def folded(stories: list[tuple[Turn, ...]], *tests: tuple[Turn, ...]) -> StoryGraph:
    return fold([ToldStory(f"story {number}", None, turns) for number, turns in enumerate(stories)], tests)


def ways_to_ends(graph: StoryGraph) -> list[tuple[Turn, ...]]:
    """Every way from the start to where a story ends, found by following the edges alone."""
    found: list[tuple[Turn, ...]] = []
    waiting: list[tuple[int, tuple[Turn, ...]]] = [(0, ())]
    while waiting:
        node, turns = waiting.pop()
        if graph.nodes[node].ends:
            found.append(turns)
        waiting += [(to, (*turns, graph.nodes[to].lines)) for source, to in graph.edges if source == node]
    return found


@given(STORIES)
def test_the_ways_through_the_graph_are_the_stories_and_no_others(stories: list[tuple[Turn, ...]]) -> None:
    graph = folded(stories)
    assert sorted(ways_to_ends(graph)) == sorted(set(stories))
    assert [tuple(graph.nodes[node].lines for node in way) for way in graph.ways] == [
        (START, *told) for told in stories
    ]


@given(STORIES)
def test_counts_are_those_of_the_stories(stories: list[tuple[Turn, ...]]) -> None:
    graph = folded(stories)
    taken = Counter(edge for way in graph.ways for edge in pairwise(way))
    assert {edge: found.stories for edge, found in graph.edges.items()} == taken
    for number, node in enumerate(graph.nodes):
        assert node.stories == tuple(story for story, way in enumerate(graph.ways) if number in way)
        assert node.ends == sum(way[-1] == number for way in graph.ways)


@given(STORIES)
def test_no_two_nodes_lead_to_the_same(stories: list[tuple[Turn, ...]]) -> None:
    graph = folded(stories)
    kinds = [
        (node.lines, bool(node.ends), tuple(sorted(to for source, to in graph.edges if source == number)))
        for number, node in enumerate(graph.nodes)
    ]
    assert len(set(kinds)) == len(kinds)
    assert all(source < target for source, target in graph.edges)


def test_a_turn_is_told_as_policies_see_it() -> None:
    events = [
        SlotSet("note", "unseen"),
        UserUttered(intent="inform", entities=(Entity("city", "Rome", role="to"),)),
        SlotSet("city", "Rome"),
        ActionExecuted("table_form"),
        ActiveLoop("table_form"),
        BotUttered("How many?"),
        ActionExecuted("action_listen"),
        UserUttered(text="never mind"),
        ActiveLoop(None),
        SlotSet("city", None),
        AllSlotsReset(),
    ]
    assert turns_of(events, DOMAIN) == (
        ("inform{city, city#to}", "city: set", "▸ table_form", "loop: table_form"),
        ("'never mind'", "loop: over", "city: not set", "all slots: not set"),
    )


def test_what_a_session_taught_and_where_tests_go_is_marked() -> None:
    greet, bye, ask = (turns_of(story(name), DOMAIN)[0] for name in ("greet", "bye", "ask"))
    taught = ToldStory("taught", None, (greet, ask), is_taught=True)
    graph = fold([ToldStory("told", None, (greet, bye)), taught], [(greet, bye), (ask, ask)])
    marks = {node.lines[0]: (node.is_taught, node.is_tested) for node in graph.nodes}
    assert marks == {"START": (True, True), "greet": (True, True), "bye": (False, True), "ask": (True, False)}
    assert sorted(edge.is_taught for edge in graph.edges.values()) == [False, True, True]


def test_around_a_story_is_its_way_and_one_turn_beside_it() -> None:
    names = [("a", "b", "c"), ("a", "x", "y", "z"), ("q", "r")]
    graph = around(folded([turns_of(story(*name), DOMAIN) for name in names]), [0])
    assert {node.lines[0]: node.unseen for node in graph.nodes} == {"START": 0, "a": 0, "b": 0, "c": 0, "x": 1, "q": 1}
    assert [told.name for told in graph.stories] == ["story 0", "story 1", "story 2"]
    assert [[graph.nodes[node].lines[0] for node in way] for way in graph.ways] == [
        ["START", "a", "b", "c"],
        ["START", "a", "x"],
        ["START", "q"],
    ]


@given(STORIES, st.data())
def test_no_box_lies_on_another_and_no_edge_passes_through_one(
    stories: list[tuple[Turn, ...]], data: st.DataObject
) -> None:
    graph = folded(stories)
    sizes = [data.draw(st.tuples(st.integers(10, 200), st.integers(10, 80))) for _ in graph.nodes]
    layout = layered(sizes, graph.edges)
    boxes = [(x, y, x + size[0], y + size[1]) for (x, y), size in zip(layout.places, sizes, strict=True)]
    for one, other in combinations(boxes, 2):
        is_beside = one[2] <= other[0] + ROUNDED or other[2] <= one[0] + ROUNDED
        assert is_beside or one[3] <= other[1] + ROUNDED or other[3] <= one[1] + ROUNDED
    for (source, target), points in layout.edges.items():
        assert points[0] == approx((boxes[source][2], (boxes[source][1] + boxes[source][3]) / 2))
        assert points[-1] == approx((boxes[target][0], (boxes[target][1] + boxes[target][3]) / 2))
        for (x, y), (to_x, to_y) in zip(points[1::2], points[2::2], strict=False):
            assert y == to_y
            assert not any(left < to_x and x < right and top < y < bottom for left, top, right, bottom in boxes)
    assert all(box[0] >= 0 and box[1] >= -ROUNDED and box[2] <= layout.width for box in boxes)
