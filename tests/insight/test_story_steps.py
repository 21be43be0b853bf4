"""The steps of stories: what was before each, of states that the steps of a story share."""

from __future__ import annotations

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.insight.story_steps import FARTHEST, StorySteps

TURNS = 30
DOMAIN = Domain(intents={"ask": Intent("ask")}, actions=tuple(f"utter_{turn}" for turn in range(TURNS)))


def long_story() -> TrainingTracker:
    events: list[Event] = []
    for turn in range(TURNS):
        events += [ActionExecuted(ACTION_LISTEN), UserUttered(intent="ask"), ActionExecuted(f"utter_{turn}")]
    return TrainingTracker("long", (*events, ActionExecuted(ACTION_LISTEN)), unpredictable=frozenset((0,)))


def test_each_step_has_its_own_past_and_none_keeps_a_copy_of_it() -> None:
    steps = [step for found in StorySteps([long_story()], DOMAIN, 3) for step in found]
    assert len(steps) == 2 * TURNS
    assert len({id(step.states) for step in steps}) == 1
    by_index = {step.index: step for step in steps}
    first = by_index[2]
    assert (first.action, len(first.past)) == ("utter_0", 2)
    assert [state.action for state in first.past] == [None, ACTION_LISTEN]
    late = by_index[3 * 20 + 2]
    assert (late.action, len(late.past)) == ("utter_20", FARTHEST)
    assert [state.action for state in late.past[-3:]] == [ACTION_LISTEN, "utter_19", ACTION_LISTEN]
    assert late.events == long_story().events[:62]
