"""Who does otherwise in a state, and what would tell them apart: held against going through all stories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.domain import Domain, EntityType, Intent
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, Event, SlotSet, UserUttered
from trainer_tui.core.featurizers import labelled_actions
from trainer_tui.core.slots import Slot
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place
from trainer_tui.insight.apart import Apart
from trainer_tui.insight.conflicts import as_problem, conflicts_of, find_conflicts
from trainer_tui.insight.story_steps import FARTHEST, StorySteps

DOMAIN = Domain(
    intents={"ask": Intent("ask"), "quiet": Intent("quiet", use_entities=())},
    entities={"city": EntityType("city")},
    slots={
        "seen": Slot("seen", "bool"),
        "note": Slot("note", "text", influence_conversation=False),
        "count": Slot("count", "float", influence_conversation=False),
        "blob": Slot("blob", "any"),
    },
)
LISTEN = ActionExecuted(ACTION_LISTEN)
HERE = [Entity("city", "Rome")]

MOVES: list[Event] = [
    UserUttered(intent="ask"),
    UserUttered(intent="ask", entities=tuple(HERE)),
    UserUttered(intent="quiet"),
    UserUttered(intent="quiet", entities=tuple(HERE)),
    ActionExecuted("utter_a"),
    ActionExecuted("utter_b"),
    SlotSet("seen", True),
    SlotSet("note", "x"),
    SlotSet("note", "y"),
    SlotSet("count", 0.5),
    SlotSet("blob", [1]),
]


def told(*events: Event) -> tuple[Event, ...]:
    """With action_listen where a person speaks, as training has it."""
    found: list[Event] = [LISTEN]
    for before, event in pairwise((LISTEN, *events)):
        if isinstance(event, UserUttered) and before is not LISTEN:
            found.append(LISTEN)
        found.append(event)
    return tuple(found)


def story(number: int, events: tuple[Event, ...]) -> TrainingTracker:
    places = tuple(Place("stories.yml", 100 * number + place) for place in range(len(events)))
    return TrainingTracker(f"story {number}", events, Place("stories.yml", 100 * number), places)


stories = st.lists(st.lists(st.sampled_from(MOVES), max_size=12).map(lambda moves: told(*moves)), max_size=6).map(
    lambda found: [story(number, events) for number, events in enumerate(found)]
)


def after(events: tuple[Event, ...]) -> DialogueStateTracker:
    return reduce(DialogueStateTracker.with_event, events, DialogueStateTracker.start(DOMAIN))


def all_steps(trackers: list[TrainingTracker]) -> list[tuple[tuple[State, ...], str, TrainingTracker, int]]:
    return [
        (labelled.states, labelled.action, tracker, labelled.index)
        for tracker in trackers
        for labelled in labelled_actions(tracker, DOMAIN, None)
    ]


def tells_apart(values: Sequence[tuple[object, str]]) -> bool:
    return not any(one == other and action != act for one, action in values for other, act in values)


@given(stories, st.sampled_from([1, 2, 3, 5, None]))
def test_conflicts_and_what_tells_apart_are_those_of_going_through_everything(
    trackers: list[TrainingTracker], max_history: int | None
) -> None:
    everything = all_steps(trackers)
    found = {conflict.states: conflict for conflict in find_conflicts(trackers, DOMAIN, max_history)}
    windows = {states if max_history is None else states[-max_history:] for states, *_ in everything}
    for window in windows:
        beside = [step for step in everything if (step[0] if max_history is None else step[0][-max_history:]) == window]
        actions = {action for _, action, _, _ in beside}
        if len(actions) < 2 or window[-1].action is None:
            assert window not in found
            continue
        conflict = found.pop(window)
        assert {(side.action, side.place) for side in conflict.sides} == {
            (action, tracker.places[index]) for _, action, tracker, index in beside
        }
        assert {(one.kind, one.name) for one in conflict.apart} == set(by_brute_force(beside, max_history))
    assert not found


def by_brute_force(beside: list[tuple[tuple[State, ...], str, TrainingTracker, int]], max_history: int | None):  # type: ignore[no-untyped-def]
    trackers = {(id(tracker), index): after(tracker.events[:index]) for _, _, tracker, index in beside}
    for slot in (DOMAIN.slots["note"], DOMAIN.slots["count"]):
        seen = Slot(slot.name, slot.type)
        if tells_apart(
            [
                (seen.features(trackers[id(tracker), index].slots[slot.name]), action)
                for _, action, tracker, index in beside
            ]
        ):
            yield "slot", slot.name
    latest = [(trackers[id(tracker), index].latest_message, action) for _, action, tracker, index in beside]
    marked = [(bool(message and message.entities), action) for message, action in latest]
    if any(is_marked for is_marked, _ in marked) and not beside[0][0][-1].entities and tells_apart(marked):
        yield "entity", "city"
    for length in range((max_history or FARTHEST) + 1, FARTHEST + 1):
        if tells_apart([(states[-length:], action) for states, action, _, _ in beside]):
            yield "max_history", str(length)
            return


@given(stories, st.sampled_from([1, 2, 5, None]), st.data())
def test_a_conversation_finds_the_steps_of_its_own_state(
    trackers: list[TrainingTracker], max_history: int | None, data: st.DataObject
) -> None:
    everything = all_steps(trackers)
    if not everything:
        return
    states, action, tracker, index = data.draw(st.sampled_from(everything))
    conversation = after(tracker.events[:index])
    index_of_all = StorySteps(trackers, DOMAIN, max_history)
    mine = index_of_all.step(conversation, action)
    window = states if max_history is None else states[-max_history:]
    assert index_of_all.window(mine) == window
    assert [(step.action, step.story, step.place) for step in index_of_all.beside(mine)] == [
        (act, other.story, other.places[at])
        for past, act, other, at in everything
        if (past if max_history is None else past[-max_history:]) == window
    ]


def test_what_tells_apart_is_said_with_what_holds_on_each_side() -> None:
    greeted = told(UserUttered(intent="quiet"), ActionExecuted("utter_a"), MOVES[0], ActionExecuted("utter_a"))
    silent = told(MOVES[0], ActionExecuted("utter_a"), SlotSet("note", "x"), MOVES[0], ActionExecuted("utter_b"))
    trackers = [story(0, greeted), story(1, silent)]
    [conflict] = conflicts_of(StorySteps(trackers, DOMAIN, 1), DOMAIN)
    assert conflict.apart == (
        Apart("slot", "note", (("utter_a", "not set"), ("utter_b", "'x'"))),
        Apart(
            "max_history",
            "2",
            (("utter_a", "utter_a ran after quiet, the start"), ("utter_b", "utter_a ran after ask")),
        ),
    )
    assert str(as_problem(conflict)).endswith(
        "Change one of them: told apart by the slot 'note', if it influenced the conversation (not set for utter_a; "
        "'x' for utter_b) or max_history 2 (utter_a ran after quiet, the start for utter_a; utter_a ran after ask for "
        "utter_b)."
    )


def test_what_is_the_same_through_and_through_is_told_apart_by_nothing() -> None:
    trackers = [
        story(number, told(MOVES[0], ActionExecuted(name))) for number, name in enumerate(("utter_a", "utter_b"))
    ]
    [conflict] = find_conflicts(trackers, DOMAIN, 5)
    assert conflict.apart == ()
    assert str(as_problem(conflict)).endswith("Change one of them: nothing that went before tells them apart.")
