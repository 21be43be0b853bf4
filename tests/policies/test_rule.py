"""The rule policy: what matches, which rule wins, how loops go on and when they are interrupted."""

from __future__ import annotations

from dataclasses import replace

from tests.policies.conversations import conversation, rule, story
from trainer_tui.core.domain import Domain, EntityType, Intent
from trainer_tui.core.events import ActionExecuted, Entity, LoopInterrupted, UserUttered
from trainer_tui.core.slots import Form, Slot
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import Policy, PolicyPrediction
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.rule_contradictions import rule_contradictions

DOMAIN = Domain(
    intents={name: Intent(name) for name in ("greet", "bye", "book", "inform", "why", "stop", "affirm", "faq")},
    slots={"name": Slot("name"), "vip": Slot("vip", type="bool", initial_value=False)},
    actions=("utter_greet", "utter_greet_by_name", "utter_bye", "utter_why", "utter_sure", "action_log"),
    forms={"book_form": Form("book_form", ("name",))},
)


def predicted(rules: list[TrainingTracker], *steps: str) -> PolicyPrediction:
    return RulePolicy().train(rules, DOMAIN).predict(conversation(DOMAIN, *steps), DOMAIN)


def test_it_follows_the_policy_protocol() -> None:
    assert isinstance(RulePolicy(), Policy)


def test_a_rule_answers_wherever_its_message_comes() -> None:
    bye = rule("say bye", "* bye", "utter_bye", line=7)
    prediction = predicted([bye], "* greet", "utter_greet", "* bye")
    assert dict(prediction.confidences) == {"utter_bye": 1.0}
    assert prediction.evidence[0].text == 'rule "say bye" runs utter_bye here'
    assert prediction.evidence[0].places == (Place("rules.yml", 7),)
    assert predicted([bye], "* bye", "utter_bye").action == "action_listen"


def test_where_no_rule_applies_it_falls_back() -> None:
    assert dict(predicted([], "* bye").confidences) == {"action_default_fallback": 0.3}
    quiet = RulePolicy(enable_fallback_prediction=False).predict(conversation(DOMAIN, "* bye"), DOMAIN)
    assert not quiet.confidences
    own = RulePolicy(core_fallback_threshold=0.5, core_fallback_action_name="utter_sure")
    found = own.predict(conversation(DOMAIN, "* bye"), DOMAIN)
    assert (dict(found.confidences), found.has_usual_threshold) == ({"utter_sure": 0.5}, False)
    assert predicted([], "* bye").has_usual_threshold


def test_a_rule_only_for_the_beginning_of_a_conversation() -> None:
    first = [rule("first words", "* greet", "utter_greet", conversation_start=True)]
    assert predicted(first, "* greet").action == "utter_greet"
    assert predicted(first).action == "action_listen"
    assert predicted(first, "* bye", "utter_bye", "* greet").action == "action_default_fallback"


def test_a_slot_as_a_condition() -> None:
    by_name = [rule("by name", "* greet", "utter_greet_by_name", condition=("name=Ann",))]
    assert predicted(by_name, "name=Eve", "* greet").action == "utter_greet_by_name"
    assert predicted(by_name, "* greet").action == "action_default_fallback"


def test_a_null_slot_as_a_condition() -> None:
    unknown = [rule("not by name", "* greet", "utter_greet", condition=("name=null",))]
    assert predicted(unknown, "* greet").action == "utter_greet"
    assert predicted(unknown, "name=Eve", "* greet").action == "action_default_fallback"


def test_an_initial_value_is_no_condition() -> None:
    assert predicted([rule("bye", "* bye", "utter_bye")], "vip=true", "* bye").action == "utter_bye"


def test_the_more_specific_rule_wins() -> None:
    both = [
        rule("greet", "* greet", "utter_greet"),
        rule("greet by name", "* greet", "utter_greet_by_name", condition=("name=Ann",)),
    ]
    assert predicted(both, "name=Ann", "* greet").action == "utter_greet_by_name"
    assert predicted(both, "* greet").action == "utter_greet"


def test_a_rule_that_does_not_wait_for_the_user_leaves_what_follows_open() -> None:
    log = [rule("log", "* bye", "action_log", wait_for_user_input=False)]
    assert predicted(log, "* bye").action == "action_log"
    assert predicted(log, "* bye", "action_log").action == "action_default_fallback"


def test_default_intents_have_default_actions_above_every_rule() -> None:
    own = [rule("own restart", "* restart", "utter_bye")]
    assert predicted(own, "* restart").action == "action_restart"
    assert predicted(own, "* back").action == "action_back"
    assert predicted(own, "* session_start").action == "action_session_start"


def test_a_rule_for_nlu_fallback_is_a_rule_like_others() -> None:
    unsure = [rule("unsure", "* nlu_fallback", "utter_why")]
    assert predicted(unsure, "* nlu_fallback").action == "utter_why"


def test_two_stage_fallback_is_a_loop_like_others() -> None:
    unsure = [rule("two stages", "* nlu_fallback", "action_two_stage_fallback", "form(action_two_stage_fallback)")]
    asked = ("* nlu_fallback", "action_two_stage_fallback", "form(action_two_stage_fallback)")
    assert predicted(unsure, "* nlu_fallback").action == "action_two_stage_fallback"
    assert predicted(unsure, *asked).action == "action_listen"
    assert predicted(unsure, *asked, "* affirm").action == "action_two_stage_fallback"


def test_a_rule_for_the_very_words_goes_before_one_for_the_intent() -> None:
    both = [rule("words", '"good morning"', "utter_sure"), rule("greet", "* greet", "utter_greet")]
    policy = RulePolicy().train(both, DOMAIN)
    for text, action, is_by_text in (("good morning", "utter_sure", True), ("hello", "utter_greet", False)):
        heard = [ActionExecuted("action_listen"), UserUttered(text=text, intent="greet")]
        prediction = policy.predict(conversation(DOMAIN).with_events(heard), DOMAIN)
        assert (prediction.action, prediction.is_end_to_end) == (action, is_by_text)


def test_the_very_words_are_those_whatever_is_found_in_them() -> None:
    domain = replace(DOMAIN, entities={"name": EntityType("name")})
    policy = RulePolicy().train([rule("words", '"I am Ann"', "utter_sure")], domain)
    said = UserUttered(text="I am Ann", intent="inform", entities=(Entity("name", "Ann"),))
    heard = DialogueStateTracker.start(domain).with_events([ActionExecuted("action_listen"), said])
    assert policy.predict(heard, domain).action == "utter_sure"


BOOKING = ("* book", "book_form", "form(book_form)")


def test_a_rule_for_the_very_words_goes_before_a_default_intent() -> None:
    policy = RulePolicy().train([rule("words", '"start over"', "utter_sure")], DOMAIN)
    said = conversation(DOMAIN).with_events(
        [ActionExecuted("action_listen"), UserUttered(text="start over", intent="restart")]
    )
    assert policy.predict(said, DOMAIN).action == "utter_sure"


def test_a_default_action_runs_once() -> None:
    assert predicted([], "* back").action == "action_back"
    assert predicted([], "* back", "action_back").action == "action_default_fallback"


def test_a_loop_says_why_it_is_next_and_why_it_waits() -> None:
    in_form = ("* book", "book_form", "form(book_form)")
    assert predicted([], *in_form).evidence[0].text == "the loop book_form waits for an answer"
    assert predicted([], *in_form, "action_listen", "* inform").evidence[0].text == "the loop book_form is active"


def test_of_lessons_only_those_of_unhappy_paths_are_known() -> None:
    in_form = ("* book", "book_form", "form(book_form)", "* why", "rejects(book_form)", "utter_why", "* affirm")
    for is_interrupted in (False, True):
        told = (*in_form, *(["interrupts"] if is_interrupted else []))
        lesson = lesson_of(conversation(DOMAIN, *told, "rejects(book_form)"), "book_form", True, DOMAIN)
        assert lesson is not None and lesson.is_interrupted == is_interrupted
        policy = RulePolicy()
        policy.learn([lesson])
        events = policy.predict(conversation(DOMAIN, *in_form, "rejects(book_form)"), DOMAIN).events
        assert bool(events) == is_interrupted


def test_a_loop_answers_every_message_and_then_waits() -> None:
    prediction = predicted([], *BOOKING, "* inform")
    assert prediction.action == "book_form"
    assert prediction.is_no_user_prediction
    assert predicted([], *BOOKING).action == "action_listen"


def test_rules_speak_in_a_loop_once_it_has_rejected() -> None:
    why = [rule("why", "* why", "utter_why")]
    assert predicted(why, *BOOKING, "* why").action == "book_form"
    assert predicted(why, *BOOKING, "* why", "rejects(book_form)").action == "utter_why"


def test_after_a_general_rule_the_loop_goes_on() -> None:
    why = [rule("why", "* why", "utter_why")]
    prediction = predicted(why, *BOOKING, "* why", "rejects(book_form)", "utter_why")
    assert prediction.action == "book_form"
    assert not prediction.events


def test_an_unhappy_path_that_stories_show_is_theirs() -> None:
    told = [
        rule("why", "* why", "utter_why"),
        story("asks why", *BOOKING, "* why", "utter_why", "utter_sure", "* affirm", "book_form", "form()"),
    ]
    prediction = predicted(told, *BOOKING, "* why", "rejects(book_form)", "utter_why")
    assert prediction.action == "action_default_fallback"


def test_returning_from_an_unhappy_path_interrupts_the_loop() -> None:
    told = [story("stops", *BOOKING, "* stop", "utter_sure", "* affirm", "book_form", "form()")]
    back = (*BOOKING, "* stop", "rejects(book_form)", "utter_sure", "* affirm")
    prediction = predicted(told, *back)
    assert prediction.events == (LoopInterrupted(True),)
    (evidence,) = prediction.evidence
    assert evidence.text == '"stops": book_form does not validate here'
    assert evidence.places == (Place("stories.md", 8),)
    assert not predicted([], *back).events
    # The way back is known by its last two states, whatever led there.
    assert predicted(told, *BOOKING, "* why", "rejects(book_form)", "utter_sure", "* affirm").events
    assert not predicted(told, *BOOKING, "* stop", "rejects(book_form)", "utter_bye", "* affirm").events


def test_a_person_shows_an_unhappy_path_too() -> None:
    policy = RulePolicy().train([], DOMAIN)
    back = (*BOOKING, "* stop", "rejects(book_form)", "utter_sure", "* affirm")
    taught = lesson_of(conversation(DOMAIN, *back, "interrupts"), "book_form", False, DOMAIN)
    assert taught
    policy.learn([taught])
    prediction = policy.predict(conversation(DOMAIN, *back), DOMAIN)
    assert prediction.events == (LoopInterrupted(True),)
    assert prediction.evidence[0].text == "you taught: book_form does not validate here"
    policy.learn([])
    assert not policy.predict(conversation(DOMAIN, *back), DOMAIN).events


def test_a_rule_within_a_loop_only() -> None:
    stop = [rule("stop", "* stop", "utter_sure", condition=("form(book_form)",))]
    assert predicted(stop, *BOOKING, "* stop", "rejects(book_form)").action == "utter_sure"
    assert predicted(stop, *BOOKING, "* stop", "rejects(book_form)", "utter_sure").action == "action_listen"
    assert predicted(stop, "* stop").action == "action_default_fallback"


def test_a_rule_outside_of_loops_only() -> None:
    stop = [rule("stop", "* stop", "utter_sure", condition=("form()",))]
    assert predicted(stop, "* stop").action == "utter_sure"
    assert predicted(stop, *BOOKING, "* stop", "rejects(book_form)").action == "action_default_fallback"


def contradictions(*trackers: TrainingTracker) -> list[str]:
    policy = RulePolicy().train(trackers, DOMAIN)
    return [str(problem) for problem in rule_contradictions(policy, trackers, DOMAIN)]


def test_rules_that_agree_with_one_another_and_with_stories_are_fine() -> None:
    assert not contradictions(
        rule("bye", "* bye", "utter_bye"),
        rule("book", "* book", "book_form", "form(book_form)"),
        rule("booked", "book_form", "form()", "utter_sure", condition=("form(book_form)",)),
        story("all", "* bye", "utter_bye", *BOOKING, "form()", "utter_sure"),
    )


def test_two_rules_for_the_same_do_not_count_and_are_both_named() -> None:
    told = (rule("bye", "* bye", "utter_bye", line=3), rule("log", "* bye", "action_log", line=9))
    assert contradictions(*told) == [
        'rules.yml:3: Rules contradict one another, so none of them counts: rule "bye" runs utter_bye (rules.yml:3); '
        'rule "log" runs action_log (rules.yml:9). Change one of them, or add a condition to the rule.'
    ]
    assert predicted(list(told), "* bye").action == "action_default_fallback"


def test_a_story_against_a_rule_is_named_with_both_places() -> None:
    (problem,) = contradictions(
        rule("bye", "* bye", "utter_bye", line=3), story("no bye", "* bye", "action_log", first_line=20)
    )
    assert problem.startswith(
        'stories.md:22: Story "no bye" runs action_log, but rule "bye" runs utter_bye here (rules.yml:3).'
    )


def test_a_story_that_leaves_a_loop_does_not_contradict_it() -> None:
    assert not contradictions(story("stops", *BOOKING, "* stop", "utter_sure", "* affirm", "book_form", "form()"))


CHALLENGED = rule("bot challenge", "* faq", "utter_why")


def test_the_turn_of_a_rule_that_no_story_knows_is_hidden_from_the_other_policies() -> None:
    told = [CHALLENGED, story("greets", "* greet", "utter_greet", "* bye", "utter_bye")]
    assert predicted(told, "* greet", "utter_greet", "* faq").hide_rule_turn
    memory = MemoizationPolicy(None).train(told, DOMAIN)
    asked = conversation(DOMAIN, "* greet", "utter_greet").with_events(
        [
            ActionExecuted("action_listen"),
            UserUttered(intent="faq"),
            ActionExecuted("utter_why", hide_rule_turn=True),
            ActionExecuted("action_listen", hide_rule_turn=True),
            UserUttered(intent="bye"),
        ]
    )
    assert memory.predict(asked, DOMAIN).action == "utter_bye"
    assert RulePolicy().train(told, DOMAIN).predict(asked, DOMAIN).action == "action_default_fallback"


def test_the_turn_of_a_rule_that_a_story_follows_is_seen_by_all() -> None:
    told = [CHALLENGED, story("asks", "* greet", "utter_greet", "* faq", "utter_why")]
    assert not predicted(told, "* faq").hide_rule_turn


def test_a_loop_of_rules_alone_is_hidden() -> None:
    book = rule("book", *BOOKING)
    assert predicted([book], *BOOKING, "* inform").hide_rule_turn
    assert predicted([book], *BOOKING).hide_rule_turn
    assert predicted([], *BOOKING).hide_rule_turn
    assert not predicted([book, story("books", *BOOKING)], *BOOKING).hide_rule_turn


def test_a_rule_that_only_waits_gives_way_to_a_story_that_goes_on() -> None:
    begins = rule("sure, then bye", "utter_sure", "* bye", "utter_bye")
    goes_on = story("goes on", "* greet", "utter_sure", "action_log")
    assert predicted([begins], "* greet", "utter_sure").action == "action_listen"
    assert predicted([begins, goes_on], "* greet", "utter_sure").action == "action_default_fallback"
    assert predicted([begins, goes_on], "* greet", "utter_sure", "* bye").action == "utter_bye"
    assert not contradictions(begins, goes_on)


def test_a_rule_that_only_waits_and_begins_no_other_stays_and_so_does_one_that_says_more() -> None:
    waits = rule("sure", "utter_sure")
    goes_on = story("goes on", "* greet", "utter_sure", "action_log")
    assert predicted([waits, goes_on], "* greet", "utter_sure").action == "action_listen"
    assert contradictions(waits, goes_on)
    longer = [rule("bye", "* bye", "utter_bye"), rule("bye, sure", "* bye", "utter_bye", "* affirm", "utter_sure")]
    logs = story("logs", "* bye", "utter_bye", "action_log")
    assert predicted([*longer, logs], "* bye", "utter_bye").action == "action_listen"


def test_a_rule_of_a_retrieval_intent_is_followed_by_stories_of_what_it_is_asked() -> None:
    told = [CHALLENGED, story("asks", "* greet", "utter_greet", "* faq/hours", "utter_why")]
    assert not predicted(told, "* faq/hours").hide_rule_turn


def test_a_rule_that_leaves_out_what_its_action_sets_in_another_rule_is_named() -> None:
    asks = rule("asks", "* greet", "utter_greet", "name=Ann", line=3)
    forgets = rule("forgets", "* bye", "utter_greet", line=9)
    (problem,) = contradictions(asks, forgets)
    assert problem.startswith(
        'rules.yml:9: Rule "forgets" does not set the slot name after utter_greet, as other rules do.'
    )
    assert not contradictions(asks, rule("open", "* bye", "utter_greet", wait_for_user_input=False))
    assert not contradictions(asks, rule("null", "* bye", "utter_greet", "name=null"))


def test_a_rule_that_leaves_out_a_loop_is_named() -> None:
    starts = rule("starts", *BOOKING)
    forgets = rule("forgets", "* inform", "book_form", line=9)
    (problem,) = contradictions(starts, forgets)
    assert problem.startswith(
        'rules.yml:9: Rule "forgets" does not set the loop book_form after book_form, as other rules do.'
    )
