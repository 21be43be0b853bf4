"""What counts of a conversation: undone parts are gone, a form's happy path is one run, and long ones stay cheap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Era,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.tracker import DialogueStateTracker, applied_events
from trainer_tui.formats.yaml.domain import parse_domain

LISTEN = ActionExecuted("action_listen")
FORM = ActionExecuted("f")
DOMAIN = parse_domain("intents: [a, b]\nforms: {f: {required_slots: [s]}}\nslots: {s: {type: text}}\n", "d").domain


def say(intent: str) -> UserUttered:
    return UserUttered(intent, intent)


def test_a_rewind_takes_the_message_and_the_listen_before_it() -> None:
    assert applied_events((LISTEN, say("a"), ActionExecuted("x"), UserUtteranceReverted())) == []


def test_where_a_rewind_leaves_nothing_the_bot_listens() -> None:
    tracker = DialogueStateTracker.start(DOMAIN)
    fallback = (say("a"), ActionExecuted("action_default_fallback"), UserUtteranceReverted())
    assert tracker.with_events((LISTEN, *fallback)).followup_action == "action_listen"
    later = tracker.with_events((LISTEN, say("a"), ActionExecuted("x"), LISTEN, *fallback))
    assert (later.latest_action, later.followup_action) == ("x", None)


def test_back_takes_back_a_whole_form_from_rasa_2_on_and_one_message_before() -> None:
    """As Rasa: /back rewinds its own message and the one before it, of what the log is folded to."""
    first = (LISTEN, say("a"), ActionExecuted("x"), LISTEN)
    form = (say("b"), FORM, ActiveLoop("f"), LISTEN, say("b"), SlotSet("s", "1"), FORM, LISTEN)
    back = (say("back"), ActionExecuted("action_back"), UserUtteranceReverted(), UserUtteranceReverted())
    for era, loop in ((Era.RASA_3, None), (Era.RASA_2, None), (Era.CORE, "f")):
        tracker = DialogueStateTracker.start(replace(DOMAIN, era=era)).with_events((*first, *form, *back))
        assert (tracker.active_loop.name if tracker.active_loop else None) == loop, era


def test_an_undo_takes_the_last_action_and_what_followed() -> None:
    assert applied_events((LISTEN, say("a"), FORM, SlotSet("s", 1), ActionReverted())) == [LISTEN, say("a")]


def test_a_restart_takes_all() -> None:
    assert applied_events((LISTEN, say("a"), Restarted(), LISTEN)) == [LISTEN]


def test_a_happy_run_of_a_form_collapses_into_the_one_before_and_its_slots_stay() -> None:
    start = (LISTEN, say("a"), FORM, ActiveLoop("f"), SlotSet("requested_slot", "s"))
    happy = (LISTEN, say("b"), FORM, SlotSet("s", 1))
    assert applied_events((*start, *happy)) == [*start, SlotSet("s", 1)]


def test_an_unhappy_run_stays() -> None:
    start = (LISTEN, say("a"), FORM, ActiveLoop("f"))
    for unhappy in (
        (LISTEN, say("b"), ActionExecuted("x"), FORM),
        (LISTEN, say("b"), ActionExecutionRejected("f"), FORM),
        (ActiveLoop(None), LISTEN, say("b"), FORM),
    ):
        assert applied_events((*start, *unhappy)) == [*start, *unhappy]


def test_a_form_that_is_activated_late_collapses_its_earlier_runs() -> None:
    early = (FORM, LISTEN, say("a"), FORM)
    assert applied_events((*early, ActiveLoop("f"))) == [FORM, ActiveLoop("f")]


EVENTS = st.lists(
    st.sampled_from(
        [
            LISTEN,
            FORM,
            ActionExecuted("x"),
            say("a"),
            say("b"),
            SlotSet("s", 1),
            SlotSet("s", None),
            ActiveLoop("f"),
            ActiveLoop(None),
            ActionExecutionRejected("f"),
            BotUttered("hi"),
            UserUtteranceReverted(),
            ActionReverted(),
            Restarted(),
        ]
    ),
    max_size=25,
)


@given(events=EVENTS)
def test_a_tracker_that_grows_event_by_event_sees_the_same_states(events: list[Event]) -> None:
    tracker = DialogueStateTracker.start(DOMAIN).with_events(events)
    assert tracker.events == tuple(events)
    assert tracker.applied.event is None or tracker.applied_events()
    assert prediction_states(tracker, DOMAIN) == whole(events, DOMAIN)
    assert prediction_states(tracker, DOMAIN, 3) == whole(events, DOMAIN)[-3:]


def whole(events: Iterable[Event], domain: Domain) -> tuple[object, ...]:
    applied = AppliedEvents.start(domain.initial_slots)
    for index, event in enumerate(events):
        applied = applied.with_event(event, index)
    return prediction_states(applied.events, domain)


def test_the_states_of_a_long_conversation_cost_only_the_last_ones() -> None:
    turn = (LISTEN, say("a"), ActionExecuted("x"))
    tracker = DialogueStateTracker.start(DOMAIN).with_events(turn * 2000)
    visited = 0
    real = AppliedEvents.__iter__

    def counting(applied: AppliedEvents):  # type: ignore[no-untyped-def]
        nonlocal visited
        for node in real(applied):
            visited += 1
            yield node

    AppliedEvents.__iter__ = counting  # type: ignore[method-assign]
    try:
        assert len(prediction_states(tracker, DOMAIN, 5)) == 5
    finally:
        AppliedEvents.__iter__ = real  # type: ignore[method-assign]
    assert visited < 20
