"""The steps of stories: what was before each, of states that the steps of a story share."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.story_steps import FARTHEST, StorySteps

TURNS = 30
DOMAIN = Domain(intents={"ask": Intent("ask")}, actions=tuple(f"utter_{turn}" for turn in range(TURNS)))


def long_story() -> TrainingTracker:
    events: list[Event] = []
    for turn in range(TURNS):
        events += [ActionExecuted(ACTION_LISTEN), UserUttered(intent="ask"), ActionExecuted(f"utter_{turn}")]
    return TrainingTracker("long", (*events, ActionExecuted(ACTION_LISTEN)), unpredictable=frozenset((0,)))


def test_each_step_has_its_own_past() -> None:
    steps = [step for found in StorySteps([long_story()], DOMAIN, 3) for step in found]
    assert len(steps) == 2 * TURNS
    by_index = {step.index: step for step in steps}
    first = by_index[2]
    assert (first.action, len(first.past)) == ("utter_0", 2)
    assert [state.action for state in first.past] == [None, ACTION_LISTEN]
    late = by_index[3 * 20 + 2]
    assert (late.action, len(late.past)) == ("utter_20", FARTHEST)
    assert [state.action for state in late.past[-3:]] == [ACTION_LISTEN, "utter_19", ACTION_LISTEN]
    assert late.events == long_story().events[:62]


MOVES: dict[str, tuple[Event, ...]] = {
    "ask": (ActionExecuted(ACTION_LISTEN), UserUttered(intent="ask")),
    "one": (ActionExecuted("utter_1"),),
    "two": (ActionExecuted("utter_2"),),
}
moves = st.lists(st.sampled_from(sorted(MOVES)), min_size=1, max_size=8)


def told(name: str, found: list[str]) -> TrainingTracker:
    return TrainingTracker(name, tuple(event for move in found for event in MOVES[move]))


@given(stories=st.lists(moves, max_size=5), now=moves, max_history=st.sampled_from([1, 2, 3, 25, None]))
def test_nearest_are_those_that_share_most_in_the_order_of_the_stories(
    stories: list[list[str]], now: list[str], max_history: int | None
) -> None:
    steps = StorySteps([told(f"story {number}", found) for number, found in enumerate(stories)], DOMAIN, max_history)
    start = DialogueStateTracker.start(DOMAIN)
    mine = steps.step(reduce(DialogueStateTracker.with_event, told("now", now).events, start), "utter_1")
    everything = sorted((step for found in steps for step in found), key=lambda step: (step.story, step.index))
    shared = [(step, shared_with(step.past, mine.past)) for step in everything]
    expected = sorted((pair for pair in shared if pair[1]), key=lambda pair: -pair[1])[:3]
    found = steps.nearest(mine, 3)
    assert [(step.story, step.index, number) for step, number in found] == [
        (step.story, step.index, number) for step, number in expected
    ]


def shared_with(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    """How many of the last are the same."""
    pairs = list(zip(reversed(one), reversed(other), strict=False))
    return next((number for number, (mine, theirs) in enumerate(pairs) if mine != theirs), len(pairs))
