"""Which stories were in this state: held against going through all stories, place by place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Entity,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.slots import Slot
from trainer_tui.core.stories import Rule, TrainingTracker
from trainer_tui.errors import Place
from trainer_tui.insight.similar import LONGEST, SimilarStories, Symbol, WalkedSteps, steps_of, symbols

DOMAIN = Domain(slots={"city": Slot("city", "text"), "note": Slot("note", "unfeaturized")})
LISTEN = ActionExecuted(ACTION_LISTEN)


def story(*names: str) -> tuple[Event, ...]:
    """`greet` is a message, `utter_…` an action."""
    return tuple(ActionExecuted(name) if name.startswith("utter_") else UserUttered(intent=name) for name in names)


def index_of(*stories: tuple[Event, ...]) -> SimilarStories:
    trackers = [
        TrainingTracker(f"story {number}", events, Place("stories.yml", number))
        for number, events in enumerate(stories)
    ]
    return SimilarStories(trackers, DOMAIN)


# --- symbols ----------------------------------------------------------------------------------------------------------


def test_a_symbol_is_what_policies_see_of_a_step() -> None:
    events: list[Event] = [
        LISTEN,
        UserUttered(intent="inform", entities=(Entity("city", "Rome", role="to"),)),
        ActionExecuted("table_form"),
        ActiveLoop("table_form"),
        SlotSet("note", "unseen"),
        SlotSet("city", "Rome"),
        BotUttered("How many?"),
        LISTEN,
        UserUttered(intent="stop"),
        ActionExecuted("utter_bye"),
    ]
    said, form, stop, bye = symbols(events, DOMAIN)
    assert said == Symbol(True, "inform", ("city", "city#to"))
    assert form == Symbol(False, "table_form", ("table_form", (("city", (1.0,)),)))
    assert stop == Symbol(True, "stop")
    assert bye.state == form.state, "the loop and the slots stay"
    assert symbols([*events, AllSlotsReset()], DOMAIN)[-1].state == ("table_form", ())


def test_a_restart_begins_anew() -> None:
    before = [UserUttered(intent="greet"), ActionExecuted("f"), ActiveLoop("f"), SlotSet("city", "Rome")]
    after = [UserUttered(intent="bye"), ActionExecuted("utter_bye")]
    assert symbols([*before, Restarted(), *after], DOMAIN) == symbols(after, DOMAIN)


# --- the index --------------------------------------------------------------------------------------------------------


def test_the_longest_history_that_occurs_is_taken() -> None:
    index = index_of(story("greet", "utter_hi", "ask", "utter_a"), story("book", "utter_ok", "ask", "utter_b"))
    history = symbols(story("greet", "utter_hi", "ask"), DOMAIN)
    same = index.ask(history)
    assert (same.occurrences, same.shared, same.is_same) == (((0, 3),), 3, True)
    only_last = index.ask(symbols(story("greet", "utter_hi", "other", "utter_x", "ask"), DOMAIN))
    assert (set(only_last.occurrences), only_last.shared, only_last.is_same) == ({(0, 3), (1, 3)}, 1, False)
    nowhere = index.ask(symbols(story("unheard_of"), DOMAIN))
    assert (nowhere.occurrences, nowhere.shared, nowhere.is_same) == ((), 0, False)


def test_the_start_is_a_state_of_its_own() -> None:
    index = index_of(story("greet", "utter_hi", "greet", "utter_again"))
    start = index.ask([])
    assert (start.occurrences, start.shared, start.is_same) == (((0, 0),), 0, True)
    assert index.ask(symbols(story("greet"), DOMAIN)).occurrences == ((0, 1),)


def test_rules_are_no_stories() -> None:
    events = story("greet", "utter_hi")
    rule = TrainingTracker("rule", events, is_rule=True, rule=Rule("rule", events))
    assert SimilarStories([rule], DOMAIN).ask([]).occurrences == ()


def test_the_turn_at_each_step_and_where_it_ends() -> None:
    index = index_of(story("greet", "utter_hi", "utter_ask", "bye", "utter_bye", "thanks"))
    assert index.labels == [
        [
            "greet ▸ utter_hi ▸ utter_ask",
            "utter_hi ▸ utter_ask",
            "utter_ask",
            "bye ▸ utter_bye",
            "utter_bye",
            "thanks",
        ]
    ]
    assert index.ends == [[3, 3, 3, 5, 5, 6]]


names = st.sampled_from(("a", "b", "c", "utter_x", "utter_y"))
stories = st.lists(st.lists(names, max_size=18).map(lambda found: story(*found)), max_size=6)


@given(stories, st.lists(names, max_size=18), st.integers(1, 7))
def test_as_going_through_every_place_of_every_story(
    told: list[tuple[Event, ...]], now: list[str], max_history: int
) -> None:
    index = index_of(*told)
    history = symbols(story(*now), DOMAIN)
    wanted = min(2 * max_history, LONGEST)
    found = index.ask(history, max_history=max_history)

    start = [None]
    mine = [*start, *history][-wanted:] if len(history) < wanted else history[-wanted:]
    places = [(number, at) for number, events in enumerate(told) for at in range(len(events) + 1)]
    for shared in range(len(mine), 0, -1):
        alike = {
            (number, at)
            for number, at in places
            if [*start, *symbols(told[number], DOMAIN)][: at + 1][-shared:] == mine[-shared:]
        }
        if alike:
            break
    else:
        alike, shared = set(), 0
    assert set(found.occurrences) == alike
    assert len(found.occurrences) == len(alike)
    assert found.is_same == (bool(alike) and shared == len(mine))
    assert found.shared == shared - (bool(alike) and mine[-shared] is None)


MOVES: tuple[Event, ...] = (
    UserUttered(intent="greet"),
    ActionExecuted("utter_hi"),
    ActionExecuted("form"),
    ActiveLoop("form"),
    SlotSet("city", "Rome"),
    SlotSet("city", None),
    AllSlotsReset(),
    Restarted(),
    LISTEN,
)


@given(st.lists(st.one_of(st.sampled_from(MOVES), st.integers(0, 8)), max_size=30))
def test_going_on_and_back_has_the_steps_of_the_conversation_there(moves: list[Event | int]) -> None:
    walked, way = WalkedSteps(), [AppliedEvents.start(DOMAIN.initial_slots)]
    for move in moves:
        if isinstance(move, int):
            del way[max(1, len(way) - move) :]
        else:
            way.append(way[-1].with_event(move, len(way)))
        steps = walked.after(way[-1], DOMAIN)
        afresh = steps_of(way[-1].events, DOMAIN)
        assert (steps.found, steps.begins) == (afresh.found, afresh.begins)
