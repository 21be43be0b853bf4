"""What the session asks after each answer."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tests.session.script import Script, World, concert_domain, form_domain
from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Entity,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import IllegalInput, Place
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Evidence, PolicyPrediction
from trainer_tui.session.machine import step
from trainer_tui.session.protocol import (
    ActionChosen,
    ActionNamed,
    ActionRan,
    AskAfterFailure,
    AskButton,
    AskFormValidation,
    AskMessage,
    ButtonChosen,
    ChooseAction,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Denied,
    EffectFailed,
    EntitiesMarked,
    ExamplesConfirmed,
    HumanInput,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    MessageTyped,
    NameAction,
    NameIntent,
    NewNameRequested,
    ResponseReworded,
    ResponseWritten,
    ResultKept,
    ResultStubbed,
    Retried,
    SessionRestarted,
    SlotEdited,
    StubRequested,
    StubResult,
    ValidationChosen,
    WarnContradiction,
    WarningAcknowledged,
    WriteResponse,
)

ROME = Entity("city", "Rome", 3, 7)
MEANINGS = {
    "hello": ParseResult("hello", "greet", 0.98, ranking=(("greet", 0.98), ("goodbye", 0.02))),
    "in Rome": ParseResult("in Rome", "greet", 0.6, ranking=(("greet", 0.6), ("search_concerts", 0.4))),
}


def talk(**world: object) -> Script:
    return Script(world=World(meanings=MEANINGS, **world))  # type: ignore[arg-type]


def test_first_words_are_asked_about_one_by_one() -> None:
    script = talk().says("hello")
    assert script.asked == ConfirmIntent(MEANINGS["hello"])
    script.confirms()
    assert isinstance(script.asked, ConfirmAction) and script.asked.prediction.action == "utter_greet"
    script.confirms()
    assert isinstance(script.asked, ConfirmAction) and script.asked.prediction.action == "action_listen"
    script.confirms()
    assert script.asked == AskMessage()
    assert script.events() == ["action_listen", "greet", "utter_greet", "BotUttered", "action_listen"]


def test_a_shorthand_is_not_asked_about() -> None:
    script = talk().says('/search_concerts{"city": "Rome"}')
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.tracker.slots["city"] == "Rome"
    assert script.state.examples == ()


def test_a_message_that_no_intent_fits_is_no_example_of_one() -> None:
    unclear = ParseResult("brrr", "nlu_fallback", 0.7, ranking=(("nlu_fallback", 0.7), ("greet", 0.2)))
    script = Script(world=World(meanings={"brrr": unclear})).says("brrr").confirms()
    assert "nlu_fallback" in script.events()
    assert script.timeline.examples() == ()


def test_a_shorthand_of_an_unknown_intent_asks_which_it_is_and_offers_its_name() -> None:
    script = talk().says("/foo")
    assert isinstance(script.asked, ChooseIntent)
    script.answers(NewNameRequested())
    assert isinstance(script.asked, NameIntent) and script.asked.suggestion == "foo"
    script.answers(IntentNamed("foo"))
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.domain.knows_intent("foo")


def test_a_text_that_nothing_fits_asks_for_the_intent_at_once() -> None:
    script = talk().says("qwertz")
    assert isinstance(script.asked, ChooseIntent) and script.asked.then_entities
    assert {name for name, _ in script.asked.ranking} == set(script.state.domain.intents)


def test_both_wrong_asks_for_the_intent_and_then_the_entities_and_fills_the_slot() -> None:
    script = talk().says("in Rome").answers(Denied("both"))
    assert isinstance(script.asked, ChooseIntent)
    assert script.asked.ranking[0] == ("greet", 0.6)
    script.answers(IntentChosen("search_concerts"))
    assert isinstance(script.asked, MarkEntities)
    script.answers(EntitiesMarked((ROME,)))
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.tracker.slots["city"] == "Rome"
    assert script.state.tracker.latest_message is not None
    assert script.state.tracker.latest_message.intent == "search_concerts"


def test_intent_alone_and_entities_alone_are_corrected_on_their_own() -> None:
    intent_only = talk().says("in Rome").answers(Denied("intent"), IntentChosen("search_concerts"))
    assert isinstance(intent_only.asked, ConfirmAction)
    entities_only = talk().says("in Rome").answers(Denied("entities"))
    assert isinstance(entities_only.asked, MarkEntities)
    entities_only.answers(EntitiesMarked((ROME,)))
    assert entities_only.state.tracker.latest_message is not None
    assert entities_only.state.tracker.latest_message.intent == "greet"


def test_a_digit_picks_the_runner_up_and_keeps_the_entities() -> None:
    parse = ParseResult("in Rome", "greet", 0.6, (ROME,), (("greet", 0.6), ("search_concerts", 0.4)))
    script = Script(world=World(meanings={"in Rome": parse})).says("in Rome").answers(IntentChosen("search_concerts"))
    message = script.state.tracker.latest_message
    assert message is not None and (message.intent, message.entities) == ("search_concerts", (ROME,))


def test_a_message_of_blanks_is_none() -> None:
    with pytest.raises(IllegalInput, match="the message is empty"):
        talk().says("  ")


def test_the_name_of_a_new_intent_is_asked_for_at_once_and_no_known_one_is_offered() -> None:
    script = talk().says("in Rome").answers(NewNameRequested())
    assert script.asked == NameIntent(MEANINGS["in Rome"], then_entities=False)
    chosen = talk().says("in Rome").answers(Denied("both"), NewNameRequested())
    assert isinstance(chosen.asked, NameIntent) and chosen.asked.suggestion == ""


def test_a_new_intent_is_usable_at_once() -> None:
    script = talk().says("in Rome").answers(Denied("intent"), NewNameRequested(), IntentNamed("compare_prices"))
    assert isinstance(script.asked, ConfirmAction)
    script.confirms(2).says("/compare_prices")
    assert isinstance(script.asked, ConfirmAction)


@pytest.mark.parametrize("name", ["", "two words", "city", "utter_greet", "a{b}"])
def test_a_name_that_cannot_be_an_intent_is_refused_with_the_reason(name: str) -> None:
    script = talk().says("in Rome").answers(Denied("intent"), NewNameRequested())
    before = script.state
    with pytest.raises(IllegalInput):
        script.answers(IntentNamed(name))
    assert script.state is before


def test_a_new_entity_type_joins_the_domain() -> None:
    script = talk().says("in Rome").answers(Denied("entities"), EntitiesMarked((Entity("place", "Rome", 3, 7),)))
    assert "place" in script.state.domain.entities
    assert script.state.additions.entities == ("place",)


def test_a_wrong_action_is_chosen_from_all_actions() -> None:
    script = talk().says("hello").confirms().answers(Denied("action"))
    assert isinstance(script.asked, ChooseAction)
    assert {name for name, _ in script.asked.prediction.ranking} == set(script.state.domain.action_names)
    script.answers(ActionChosen("action_search_concerts"))
    assert script.state.tracker.latest_action == "action_search_concerts"
    decision = script.state.decision
    assert decision is not None
    assert (decision.predicted, decision.confidence, decision.policy) == ("utter_greet", 0.0, "")


def test_what_comes_with_a_prediction_counts_where_it_is_right_alone() -> None:
    greets = EnsemblePrediction((("utter_greet", 0.9),), "scripted", 0.9, (LoopInterrupted(True),), hide_rule_turn=True)
    right = talk(predictions={"utter_greet": greets}).says("hello").confirms(2)
    wrong = talk(predictions={"utter_greet": greets}).says("hello").confirms().answers(ActionChosen("utter_ask"))
    for script, counts in ((right, True), (wrong, False)):
        events = script.state.tracker.events
        assert (LoopInterrupted(True) in events) == counts
        ran = [event for event in events if isinstance(event, ActionExecuted) and event.name != "action_listen"]
        assert [event.hide_rule_turn for event in ran] == [counts]


def test_no_policy_and_no_confidence_is_recorded_with_an_action_that_a_person_chose_as_rasa_does() -> None:
    script = talk().says("hello").confirms().answers(ActionChosen("utter_ask"))
    events = script.confirms().state.tracker.applied_events()
    chosen, confirmed = [event for event in events if isinstance(event, ActionExecuted)][-2:]
    assert (chosen.name, chosen.policy, chosen.confidence) == ("utter_ask", None, 0.0)
    assert confirmed.policy and confirmed.confidence


def test_a_correction_is_a_lesson() -> None:
    script = talk().says("hello").confirms().answers(ActionChosen("utter_ask"))
    lessons = script.timeline.lessons()
    assert [(lesson.action, lesson.was_corrected) for lesson in lessons] == [("utter_ask", True)]
    assert script.timeline.examples()[0].intent == "greet"


def test_a_new_response_is_written_and_said_at_once() -> None:
    script = talk().says("hello").confirms().answers(NewNameRequested())
    assert isinstance(script.asked, NameAction)
    script.answers(ActionNamed("utter_welcome"))
    assert isinstance(script.asked, WriteResponse) and script.asked.action == "utter_welcome"
    script.answers(ResponseWritten((ResponseVariation("Welcome!"),)))
    utterance = script.state.tracker.latest_bot_utterance
    assert utterance is not None and utterance.text == "Welcome!"
    assert "utter_welcome" in script.state.domain.responses


def test_a_new_action_without_text_is_run_like_any_other() -> None:
    script = talk().says("hello").confirms().answers(Denied("action"), NewNameRequested(), ActionNamed("action_book"))
    assert script.state.tracker.latest_action == "action_book"
    assert "action_book" in script.state.domain.actions


def test_buttons_are_asked_and_a_button_is_not_confirmed() -> None:
    script = talk(replies={"greet": "utter_ask"}).says("hello").confirms(3)
    assert isinstance(script.asked, AskButton)
    assert [button.title for button in script.asked.buttons] == ["Great", "Bad"]
    script.answers(ButtonChosen("/mood_great", "Great"))
    assert isinstance(script.asked, ConfirmAction)


def test_a_button_with_words_nobody_understands_is_asked_about() -> None:
    script = talk(replies={"greet": "utter_ask"}).says("hello").confirms(3).answers(ButtonChosen("not so good"))
    assert isinstance(script.asked, ChooseIntent)


def test_a_button_without_a_payload_says_its_title() -> None:
    said = BotUttered("Go on?", {"buttons": [{"title": "Yes"}]})
    script = talk(replies={"greet": "action_search_concerts"}, results={"action_search_concerts": (said,)})
    script.says("/greet").confirms(2)
    assert isinstance(script.asked, AskButton)
    assert [(button.title, button.payload) for button in script.asked.buttons] == [("Yes", "Yes")]


def test_at_a_button_question_one_may_type_instead() -> None:
    script = talk(replies={"greet": "utter_ask"}).says("hello").confirms(3).says("hello")
    assert isinstance(script.asked, ConfirmIntent)


@pytest.mark.parametrize("again", [lambda s: s.says("/restart"), lambda s: s.answers(SessionRestarted())])
def test_start_fresh_begins_a_new_conversation_and_keeps_the_old(again: object) -> None:
    script = talk().says('/search_concerts{"city": "Rome"}').confirms(2)
    again(script)  # type: ignore[operator]
    assert script.asked == AskMessage()
    assert script.state.tracker.slots["city"] is None
    assert "search_concerts" in script.events()


def test_an_action_that_fails_leaves_nothing_behind_and_can_be_retried() -> None:
    fault = EffectFailed("the action server does not answer")
    world = {"search_concerts": "action_search_concerts"}
    script = talk(replies=world, faults={"action_search_concerts": fault}).says("/search_concerts").confirms()
    assert isinstance(script.asked, AskAfterFailure)
    assert "action_search_concerts" not in script.events()
    script.answers(Retried())
    assert script.events()[-1] == "action_search_concerts"


def test_an_action_that_fails_can_be_stubbed_and_the_stub_is_offered_again() -> None:
    world = {"search_concerts": "action_search_concerts"}
    found = (BotUttered("Foo Fighters"), SlotSet("concerts", ["Foo Fighters"]))
    fault = EffectFailed("the action server does not answer")
    script = talk(replies=world, faults={"action_search_concerts": fault}).says("/search_concerts").confirms()
    script.answers(StubRequested())
    assert isinstance(script.asked, StubResult) and script.asked.suggestion == ()
    script.answers(ResultStubbed(found))
    assert script.state.tracker.slots["concerts"] == ["Foo Fighters"]
    script.world.faults["action_search_concerts"] = fault
    script.confirms().says("/search_concerts").confirms().answers(StubRequested())
    assert script.asked == StubResult(script.asked.effect, found)


def test_what_was_given_for_one_action_stays_when_another_is_given() -> None:
    fault = EffectFailed("the action server does not answer")
    faults = {"action_search_concerts": fault, "action_book": fault}
    script = talk(replies={"search_concerts": "action_search_concerts"}, faults=faults).says("/search_concerts")
    script.confirms().answers(StubRequested(), ResultStubbed((BotUttered("Foo Fighters"),)))
    script.answers(NewNameRequested(), ActionNamed("action_book"), StubRequested(), ResultStubbed(()))
    assert set(script.state.stubs) == {"action_search_concerts", "action_book"}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (SlotSet("citty", "Oslo"), "no slot 'citty'"),
        (ActiveLoop("concert_form"), "no form 'concert_form'"),
        (FollowupAction("action_serach"), "no action 'action_serach'"),
    ],
)
def test_a_stubbed_result_with_a_name_that_the_bot_lacks_is_refused(event: Event, reason: str) -> None:
    down = EffectFailed("the action server does not answer")
    script = talk(replies={"search_concerts": "action_search_concerts"}, faults={"action_search_concerts": down})
    script.says("/search_concerts").confirms().answers(StubRequested())
    with pytest.raises(IllegalInput, match=reason):
        script.answers(ResultStubbed((SlotSet("city", "Oslo"), event)))
    assert isinstance(script.asked, StubResult)
    script.answers(ResultStubbed((SlotSet("city", "Oslo"), ActiveLoop(None))))
    assert script.state.tracker.slots["city"] == "Oslo"


def test_slots_that_code_fails_to_fill_can_be_given_those_of_the_other_mappings_offered() -> None:
    domain = replace(concert_domain(), actions=("action_search_concerts", "action_validate_slot_mappings"))
    world = World(faults={"action_extract_slots": EffectFailed("the action server failed with status 500")})
    script = Script(domain, world).says('/greet{"city": "Rome"}')
    assert isinstance(script.asked, AskAfterFailure)
    assert script.state.tracker.slots["city"] is None
    script.answers(StubRequested())
    assert isinstance(script.asked, StubResult)
    assert (script.asked.effect.action, script.asked.suggestion) == ("action_extract_slots", (SlotSet("city", "Rome"),))
    with pytest.raises(IllegalInput, match="no slot 'citty'"):
        script.answers(ResultStubbed((SlotSet("citty", "Roma"),)))
    script.answers(ResultStubbed((SlotSet("city", "Roma"),)))
    assert script.state.tracker.slots["city"] == "Roma"
    assert isinstance(script.asked, ConfirmAction)


def test_of_a_form_that_cannot_reach_its_code_its_own_decision_is_offered() -> None:
    down = EffectFailed("the action server does not answer")
    script = Script(form_domain(), World(replies={"request": "restaurant_form"}, faults={"restaurant_form": down}))
    script.says("/request").confirms().answers(StubRequested())
    assert isinstance(script.asked, StubResult)
    assert script.asked.suggestion == (ActiveLoop("restaurant_form"), SlotSet("requested_slot", "seating"))
    script.answers(ResultStubbed(script.asked.suggestion))
    assert script.state.tracker.requested_slot == "seating"
    assert not script.state.stubs, "a form is no action to write for the server"


def test_when_the_interpreter_fails_the_meaning_is_chosen_by_hand() -> None:
    script = talk()
    state = step(script.state, MessageTyped("hello"))
    state = step(state, EffectFailed("the NLU server does not answer"))
    assert isinstance(state.waiting, AskAfterFailure)
    state = step(state, Denied("intent"))
    assert isinstance(state.waiting, ChooseIntent) and state.waiting.parse.text == "hello"


def test_an_action_that_refuses_is_not_logged_and_another_is_predicted() -> None:
    script = talk(replies={"search_concerts": "action_search_concerts"}, rejecting={"action_search_concerts"})
    script.says("/search_concerts").confirms()
    assert isinstance(script.asked, ConfirmAction)
    assert isinstance(script.state.tracker.event, ActionExecutionRejected)


def test_an_action_that_returns_its_own_rejection_has_not_run_either() -> None:
    refusal = (BotUttered("Not now."), ActionExecutionRejected("action_search_concerts"))
    script = talk(replies={"search_concerts": "action_search_concerts"}, results={"action_search_concerts": refusal})
    script.says("/search_concerts").confirms()
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.tracker.latest_action == "action_listen"
    assert [
        event for event in script.state.tracker.events if isinstance(event, (BotUttered, ActionExecutionRejected))
    ] == [*refusal]
    assert script.timeline.lessons() == ()


def test_the_refusal_of_a_form_that_cannot_reach_its_code_is_offered_as_one() -> None:
    down = EffectFailed("the action server does not answer")
    script = Script(form_domain(), World(replies={"request": "restaurant_form", "stop": "restaurant_form"}))
    script.world.results = {"restaurant_form": (ActiveLoop("restaurant_form"), SlotSet("requested_slot", "seating"))}
    script.says("/request").confirms(2).says("/stop")
    script.world.faults = {"restaurant_form": down}
    script.confirms().answers(StubRequested())
    assert isinstance(script.asked, StubResult)
    script.answers(ResultStubbed(script.asked.suggestion))
    assert script.state.tracker.active_loop and script.state.tracker.active_loop.is_rejected
    assert script.state.tracker.latest_action == "action_listen"


def test_an_action_that_itself_waits_for_the_user_asks_for_a_message() -> None:
    results = {"action_session_start": (SessionStarted(), ActionExecuted("action_listen"))}
    script = talk(replies={"greet": "action_session_start"}, results=results).says("/greet").confirms()
    assert script.asked == AskMessage()


def test_an_action_that_restarts_begins_a_new_conversation() -> None:
    results: dict[str, tuple[Event, ...]] = {"action_search_concerts": (Restarted(),)}
    script = talk(replies={"search_concerts": "action_search_concerts"}, results=results)
    script.says('/search_concerts{"city": "Rome"}').confirms()
    assert script.asked == AskMessage()
    assert script.state.tracker.slots["city"] is None


def test_a_slot_set_by_hand_at_another_question_is_refused_in_words() -> None:
    script = talk().says("hello")
    assert isinstance(script.asked, ConfirmIntent)
    with pytest.raises(IllegalInput, match="no slot is set by hand at this question"):
        script.answers(SlotEdited("city", "Oslo"))


def test_a_slot_set_by_hand_asks_for_the_prediction_again() -> None:
    script = talk().says("hello").confirms()
    asked = script.asked
    script.answers(SlotEdited("city", "Oslo"))
    assert script.state.tracker.slots["city"] == "Oslo"
    assert isinstance(script.asked, ConfirmAction) and script.asked is not asked
    with pytest.raises(IllegalInput):
        script.answers(SlotEdited("no_such_slot", 1))


def test_every_event_has_the_time_of_what_made_it() -> None:
    script = talk().says("hello").confirms()
    script.answers(SlotEdited("city", "Oslo", at=7.0))
    assert script.state.tracker.event == SlotSet("city", "Oslo") and script.state.tracker.event.timestamp == 7.0
    running = step(script.state, ActionChosen("action_search_concerts", at=8.0))
    ran = step(running, ActionRan((SlotSet("concerts", ["Tin Lighthouse"]), BotUttered("One", timestamp=3.0)), at=9.0))
    assert [event.timestamp for event in ran.tracker.events[-3:]] == [9.0, 9.0, 3.0]


def test_start_fresh_leaves_a_question_as_it_is() -> None:
    script = talk().says("hello")
    question = script.asked
    script.answers(SessionRestarted(at=4.0))
    assert isinstance(question, ConfirmIntent) and script.asked == AskMessage()
    assert [event.timestamp for event in script.state.tracker.events[-2:]] == [4.0, 4.0]


def test_of_what_the_interpreter_did_not_tell_nothing_is_sure() -> None:
    script = talk(faults={}).says("hello")
    failed = step(step(script.state, SessionRestarted()), MessageTyped("hello"))
    by_hand = step(step(failed, EffectFailed("no server")), Denied("intent")).waiting
    assert isinstance(by_hand, ChooseIntent)
    assert (by_hand.parse.confidence, {share for _, share in by_hand.ranking}) == (0.0, {0.0})


def test_to_name_an_intent_that_there_is_makes_none() -> None:
    script = talk().says("hello").answers(Denied("intent"), NewNameRequested(), IntentNamed("goodbye"))
    assert script.state.tracker.latest_message is not None
    assert script.state.tracker.latest_message.intent == "goodbye"
    assert script.state.additions.intents == ()


# --- forms --------------------------------------------------------------------------------------------------------

INTERRUPTION = LoopInterrupted(True)
TAUGHT = Evidence("3 stories do not validate here", (Place("data/stories.md", 31),))


def interrupted_form(*, predicts_interruption: bool = False) -> Script:
    """restaurant_form asked for outdoor seating; the person said stop, and now affirms that the form goes on."""
    # Setting a slot by hand asks the policies anew: what they say from here on is `back`.
    opinion = PolicyPrediction("FormPolicy", {}, events=(INTERRUPTION,), evidence=(TAUGHT,))
    back = EnsemblePrediction(
        (("restaurant_form", 1.0),),
        "memoization",
        1.0,
        events=(INTERRUPTION,) if predicts_interruption else (),
        opinions=(opinion,) if predicts_interruption else (),
    )
    world = World(
        replies={"request": "restaurant_form", "stop": "utter_ask_continue", "affirm": "restaurant_form"},
        results={"restaurant_form": (ActiveLoop("restaurant_form"), SlotSet("requested_slot", "seating"))},
    )
    script = Script(form_domain(), world).says("/request").confirms(2).says("/stop").confirms(2).says("/affirm")
    world.predictions["restaurant_form"] = back
    return script.answers(SlotEdited("seating", None)).confirms()


def test_another_action_in_a_form_steps_it_aside_without_a_question() -> None:
    script = interrupted_form()
    rejections = [event for event in script.state.tracker.events if isinstance(event, ActionExecutionRejected)]
    assert [event.name for event in rejections] == ["restaurant_form"]


def test_a_form_that_stepped_aside_does_so_once_and_is_asked_about_after_a_message_alone() -> None:
    results: dict[str, tuple[Event, ...]] = {
        "restaurant_form": (ActiveLoop("restaurant_form"), SlotSet("requested_slot", "seating"))
    }
    world = World(replies={"request": "restaurant_form", "stop": "utter_ask_continue"}, results=results)
    script = Script(form_domain(), world).says("/request").confirms(2).says("/stop").confirms()
    script.answers(ActionChosen("utter_ask_continue"))
    events = script.state.tracker.events
    assert sum(isinstance(event, ActionExecutionRejected) for event in events) == 1
    script.answers(ActionChosen("restaurant_form"))
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.tracker.latest_action == "restaurant_form"


def test_back_in_the_form_the_session_asks_whether_it_validates() -> None:
    script = interrupted_form()
    assert isinstance(script.asked, AskFormValidation)
    assert (script.asked.form, script.asked.slot) == ("restaurant_form", "seating")


def test_no_is_recorded_so_that_the_form_asks_again() -> None:
    script = interrupted_form().answers(ValidationChosen(False))
    interruptions = [event for event in script.state.tracker.events if isinstance(event, LoopInterrupted)]
    assert interruptions == [LoopInterrupted(True)]
    assert isinstance(script.asked, ConfirmAction)


def test_yes_records_nothing() -> None:
    script = interrupted_form().answers(ValidationChosen(True))
    assert not any(isinstance(event, LoopInterrupted) for event in script.state.tracker.events)
    assert script.state.tracker.latest_action == "restaurant_form"


def test_yes_against_the_training_stories_warns_and_names_the_story() -> None:
    script = interrupted_form(predicts_interruption=True).answers(ValidationChosen(True))
    assert isinstance(script.asked, WarnContradiction)
    assert script.asked.places == (Place("data/stories.md", 31),)
    script.answers(WarningAcknowledged())
    interruptions = [event for event in script.state.tracker.events if isinstance(event, LoopInterrupted)]
    assert interruptions == [LoopInterrupted(False)]


def test_a_form_that_was_never_left_is_not_asked_about() -> None:
    world = World(
        replies={"request": "restaurant_form", "inform": "restaurant_form"},
        results={"restaurant_form": (ActiveLoop("restaurant_form"), SlotSet("requested_slot", "seating"))},
    )
    script = Script(form_domain(), world).says("/request").confirms(2).says("/inform").confirms()
    assert isinstance(script.asked, ConfirmAction)
    assert script.state.tracker.latest_action == "restaurant_form"


# --- every question and every answer ------------------------------------------------------------------------------

SAMPLES: dict[type, HumanInput] = {
    MessageTyped: MessageTyped("hello"),
    Confirmed: Confirmed(),
    Denied: Denied("both"),
    IntentChosen: IntentChosen("greet"),
    NewNameRequested: NewNameRequested(),
    IntentNamed: IntentNamed("brand_new"),
    EntitiesMarked: EntitiesMarked(()),
    ActionChosen: ActionChosen("utter_greet"),
    ActionNamed: ActionNamed("utter_new"),
    ResponseWritten: ResponseWritten((ResponseVariation("hi"),)),
    ButtonChosen: ButtonChosen("/greet"),
    ValidationChosen: ValidationChosen(True),
    WarningAcknowledged: WarningAcknowledged(),
    SlotEdited: SlotEdited("city", "Rome"),
    ExamplesConfirmed: ExamplesConfirmed((Example("hi there", "greet"),)),
    ResponseReworded: ResponseReworded("utter_greet", (ResponseVariation("hello"),)),
    SessionRestarted: SessionRestarted(),
    Retried: Retried(),
    StubRequested: StubRequested(),
    ResultStubbed: ResultStubbed(()),
    ResultKept: ResultKept(),
}


def test_every_kind_of_answer_has_a_sample() -> None:
    assert set(SAMPLES) == set(get_args(HumanInput))


@pytest.mark.parametrize("given", SAMPLES.values(), ids=lambda item: type(item).__name__)
@pytest.mark.parametrize(
    "steps",
    [
        (),
        (MessageTyped("in Rome"),),
        (MessageTyped("in Rome"), Denied("both")),
        (MessageTyped("in Rome"), Denied("entities")),
        (MessageTyped("in Rome"), NewNameRequested()),
        (MessageTyped("/greet"),),
        (MessageTyped("/greet"), Denied("action")),
        (MessageTyped("/greet"), NewNameRequested()),
        (MessageTyped("/greet"), NewNameRequested(), ActionNamed("utter_new")),
    ],
    ids=lambda steps: ">".join(type(item).__name__ for item in steps) or "start",
)
def test_every_answer_to_every_question_steps_or_is_refused(steps: tuple[HumanInput, ...], given: HumanInput) -> None:
    script = talk().answers(*steps)
    before = script.state
    try:
        after = step(before, given)
    except IllegalInput:
        after = before
    assert script.state is before
    assert after.tracker.length >= before.tracker.length


def test_the_message_is_logged_once_with_the_corrected_meaning() -> None:
    script = talk().says("in Rome").answers(Denied("intent"), IntentChosen("goodbye"))
    messages = [event for event in script.state.tracker.events if isinstance(event, UserUttered)]
    assert [(message.text, message.intent) for message in messages] == [("in Rome", "goodbye")]
    assert isinstance(script.state.tracker.events[0], ActionExecuted)
    assert concert_domain().knows_intent("goodbye")
