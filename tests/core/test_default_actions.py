"""The actions that every bot has: what each of them leaves behind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from trainer_tui.core.action_program import Rejection
from trainer_tui.core.default_actions import default_action
from trainer_tui.core.domain import Domain, ResponseVariation
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Era,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.slots import Slot
from trainer_tui.core.tracker import DialogueStateTracker

REWIND = UserUtteranceReverted()
LISTEN = ActionExecuted(ACTION_LISTEN)
RESPONSES = {
    name: (ResponseVariation(name),) for name in ("utter_restart", "utter_default", "utter_back", "utter_ask_rephrase")
}
BOT = Domain(era=Era.RASA_3, slots={"city": Slot("city")}, responses=RESPONSES)


def perform(action: str, tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """The action's events; a response that it says is a BotUttered with its name as the text."""
    program = default_action(action, tracker, domain)
    assert program is not None
    try:
        call = next(program)
        while True:
            if call.action.startswith("utter_"):
                call = program.send((BotUttered(call.action),))
            else:
                call = program.send(tuple(perform(call.action, call.tracker, domain)))
    except StopIteration as finished:
        outcome = finished.value
    assert not isinstance(outcome, Rejection)
    return list(outcome)


def after(*events: Event, domain: Domain = BOT) -> DialogueStateTracker:
    return DialogueStateTracker.start(domain).with_events(events)


@pytest.mark.parametrize(
    ("action", "words", "events"),
    [
        ("action_restart", "utter_restart", [Restarted()]),
        ("action_default_fallback", "utter_default", [REWIND]),
        ("action_back", "utter_back", [REWIND, REWIND]),
        ("action_default_ask_rephrase", "utter_ask_rephrase", []),
    ],
)
def test_the_bots_own_words_come_first_where_it_has_any(action: str, words: str, events: Sequence[Event]) -> None:
    assert perform(action, after(), BOT) == [BotUttered(words), *events]
    assert perform(action, after(), Domain(era=Era.RASA_3)) == list(events)


@pytest.mark.parametrize(
    ("action", "era"), [("action_deactivate_form", Era.CORE), ("action_deactivate_loop", Era.RASA_3)]
)
def test_leaving_a_form_also_forgets_what_it_asked(action: str, era: Era) -> None:
    assert perform(action, after(), Domain(era=era)) == [ActiveLoop(None), SlotSet("requested_slot", None)]


def test_an_unlikely_intent_does_nothing() -> None:
    assert perform("action_unlikely_intent", after(), BOT) == []


def test_an_action_of_the_project_replaces_the_default_one() -> None:
    assert default_action("action_restart", after(), Domain(actions=("action_restart",))) is None
    assert default_action("action_other", after(), BOT) is None
    assert default_action("action_two_stage_fallback", after(), Domain(era=Era.CORE)) is None


def test_a_new_session_carries_slots_over() -> None:
    told = after(SlotSet("city", "Rome"))
    assert perform("action_session_start", told, BOT) == [SessionStarted(), SlotSet("city", "Rome"), LISTEN]

    forgetful = Domain(slots=BOT.slots, session_config={"carry_over_slots_to_new_session": False})
    assert perform("action_session_start", told, forgetful) == [SessionStarted(), LISTEN]


def test_affirmation_is_asked_for_the_best_intent_that_is_no_fallback() -> None:
    message = UserUttered("eh", "nlu_fallback", intent_ranking=(("nlu_fallback", 0.7), ("greet", 0.2)))
    (question,) = perform("action_default_ask_affirmation", after(message), BOT)
    assert isinstance(question, BotUttered)
    assert question.text == "Did you mean 'greet'?"
    assert [button["payload"] for button in question.buttons] == ["/greet", "/out_of_scope"]


# --- the two-stage fallback of Rasa 1.x: a policy chooses the steps ------------------------------------------------


def test_what_was_affirmed_counts_as_if_it_had_been_said_at_once() -> None:
    affirmed = UserUttered("/greet", "greet", intent_confidence=0.5)
    tracker = after(
        LISTEN,
        UserUttered("eh", "greet"),
        ActionExecuted("action_default_ask_affirmation"),
        LISTEN,
        affirmed,
        domain=Domain(era=Era.CORE),
    )
    events = perform("action_revert_fallback_events", tracker, Domain(era=Era.CORE))
    assert events == [REWIND, REWIND, LISTEN, UserUttered("/greet", "greet")]
    settled = tracker.with_events(events)
    assert settled.applied_events() == [LISTEN, UserUttered("/greet", "greet")]


def test_what_was_rephrased_replaces_the_whole_detour() -> None:
    core = Domain(era=Era.CORE)
    tracker = after(
        LISTEN,
        UserUttered("eh", "greet"),
        ActionExecuted("action_default_ask_affirmation"),
        LISTEN,
        UserUttered("/out_of_scope", "out_of_scope"),
        ActionExecuted("action_default_ask_rephrase"),
        LISTEN,
        UserUttered("bye", "goodbye"),
        domain=core,
    )
    settled = tracker.with_events(perform("action_revert_fallback_events", tracker, core))
    assert settled.applied_events() == [LISTEN, UserUttered("bye", "goodbye")]


def test_without_a_detour_nothing_is_taken_back() -> None:
    core = Domain(era=Era.CORE)
    tracker = after(LISTEN, UserUttered("hi", "greet"), ActionExecuted("utter_greet"), domain=core)
    assert perform("action_revert_fallback_events", tracker, core) == []


# --- the two-stage fallback of Rasa 2.x and 3.x: a loop ------------------------------------------------------------


class Fallback:
    """A conversation that always runs the loop's action after a message."""

    def __init__(self) -> None:
        self.tracker = after(LISTEN)

    def hear(self, intent: str) -> list[Event]:
        message = UserUttered(intent, intent, intent_ranking=((intent, 0.6), ("greet", 0.3)))
        self.tracker = self.tracker.with_event(message)
        events = perform("action_two_stage_fallback", self.tracker, BOT)
        self.tracker = self.tracker.with_events((ActionExecuted("action_two_stage_fallback"), *events))
        if self.tracker.active_loop:
            self.tracker = self.tracker.with_event(LISTEN)
        return events


def asked(events: Sequence[Event]) -> list[str | None]:
    return [event.text for event in events if isinstance(event, BotUttered)]


def test_first_it_asks_whether_the_best_intent_was_meant() -> None:
    talk = Fallback()
    events = talk.hear("nlu_fallback")
    assert events[0] == ActiveLoop("action_two_stage_fallback")
    assert asked(events) == ["Did you mean 'greet'?"]


def test_yes_settles_it_as_if_it_had_been_said_at_once() -> None:
    talk = Fallback()
    talk.hear("nlu_fallback")
    events = talk.hear("greet")
    assert ActiveLoop(None) in events
    applied = [event for event in talk.tracker.applied_events() if not isinstance(event, ActiveLoop)]
    assert [event.intent for event in applied if isinstance(event, UserUttered)] == ["greet"]
    assert talk.tracker.active_loop is None


def test_no_asks_to_rephrase_and_a_clear_message_settles_it() -> None:
    talk = Fallback()
    talk.hear("nlu_fallback")
    assert asked(talk.hear("out_of_scope")) == ["utter_ask_rephrase"]
    talk.hear("goodbye")
    intents = [event.intent for event in talk.tracker.applied_events() if isinstance(event, UserUttered)]
    assert intents == ["goodbye"]


def test_two_unclear_messages_in_a_row_give_up() -> None:
    talk = Fallback()
    talk.hear("nlu_fallback")
    assert talk.hear("nlu_fallback") == [ActiveLoop(None), BotUttered("utter_default"), REWIND]


def test_a_second_no_gives_up() -> None:
    talk = Fallback()
    talk.hear("nlu_fallback")
    talk.hear("out_of_scope")
    assert asked(talk.hear("nlu_fallback")) == ["Did you mean 'greet'?"]
    assert asked(talk.hear("out_of_scope")) == ["utter_default"]
