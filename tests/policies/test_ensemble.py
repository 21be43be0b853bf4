"""Who decides: every policy is heard, one wins by the law of the era, and every action has its probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

from tests.policies.conversations import conversation, rule, story
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import (
    ActionExecuted,
    Era,
    FollowupAction,
    LoopInterrupted,
    UserFeaturization,
    UserUttered,
)
from trainer_tui.core.slots import Form
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.fallback import FallbackPolicy
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import EnsemblePrediction, Evidence, Lesson, Policy, PolicyPrediction
from trainer_tui.policies.rule import RulePolicy

DOMAIN = Domain(
    intents={name: Intent(name) for name in ("greet", "book", "stop", "affirm")},
    actions=("utter_greet", "utter_bye", "utter_ask_continue"),
    forms={"book_form": Form("book_form")},
)
BOOKING = ("* book", "book_form", "form(book_form)")


class Says:
    """A policy that always says the same."""

    def __init__(
        self,
        confidences: Mapping[str, float],
        priority: int = 1,
        name: str = "Says",
        is_no_user_prediction: bool = False,
        is_end_to_end: bool = False,
        evidence: tuple[Evidence, ...] = (),
        interrupts: bool = False,
    ) -> None:
        self.confidences = confidences
        self.priority = priority
        self.name = name
        self.is_no_user_prediction = is_no_user_prediction
        self.is_end_to_end = is_end_to_end
        self.evidence = evidence
        self.interrupts = interrupts

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        return self

    def learn(self, lessons: Sequence[Lesson]) -> None:
        pass

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        return PolicyPrediction(
            self.name,
            self.confidences,
            self.priority,
            events=(LoopInterrupted(True),) if self.interrupts else (),
            is_no_user_prediction=self.is_no_user_prediction,
            is_end_to_end=self.is_end_to_end,
            evidence=self.evidence,
        )


def decided(*policies: Policy, steps: Sequence[str] = ("* greet",), era: Era = Era.RASA_3) -> EnsemblePrediction:
    return Ensemble(policies, era).predict(conversation(DOMAIN, *steps), DOMAIN)


def test_every_action_of_the_domain_has_a_probability() -> None:
    prediction = decided(Says({"utter_greet": 0.6, "utter_bye": 0.4}))
    assert {name for name, _ in prediction.ranking} == set(DOMAIN.action_names)
    assert prediction.ranking[:2] == (("utter_greet", 0.6), ("utter_bye", 0.4))
    assert (prediction.action, prediction.confidence, prediction.policy) == ("utter_greet", 0.6, "Says")


def test_the_higher_confidence_wins_whatever_the_priority() -> None:
    assert decided(Says({"utter_bye": 0.9}), Says({"utter_greet": 0.8}, priority=9)).action == "utter_bye"


def test_of_equal_confidences_the_higher_priority_wins_and_of_equal_priorities_the_first() -> None:
    for era in Era:
        assert decided(Says({"utter_bye": 1.0}), Says({"utter_greet": 1.0}, 2), era=era).action == "utter_greet"
        assert decided(Says({"utter_bye": 1.0}), Says({"utter_greet": 1.0}), era=era).action == "utter_bye"


def test_what_the_winner_does_not_name_is_ordered_by_the_other_policies() -> None:
    unsure = Says({"utter_bye": 0.2, "book_form": 0.5})
    names = [name for name, _ in decided(unsure, Says({"utter_greet": 1.0}), FallbackPolicy()).ranking]
    assert names[:3] == ["utter_greet", "book_form", "utter_bye"]
    own = [name for name in names[3:] if name in (*DOMAIN.actions, *DOMAIN.responses, *DOMAIN.forms)]
    assert own and names[3:] == [*sorted(own), *sorted(set(names[3:]) - set(own))]


def test_every_policys_opinion_is_kept() -> None:
    silent = Says({}, name="Silent")
    opinions = decided(silent, Says({"utter_greet": 1.0})).opinions
    assert [opinion.policy for opinion in opinions] == ["Silent", "Says"]


def test_from_rasa_2_on_a_prediction_without_regard_to_the_message_beats_the_others() -> None:
    loop = Says({"book_form": 0.5}, is_no_user_prediction=True)
    words = Says({"utter_bye": 1.0}, is_end_to_end=True, priority=9)
    assert decided(words, loop).action == "book_form"
    assert decided(words, loop, era=Era.CORE).action == "utter_bye"


def test_then_one_from_the_very_words_of_the_message() -> None:
    words = Says({"utter_bye": 0.5}, is_end_to_end=True)
    prediction = decided(Says({"utter_greet": 1.0}), words)
    assert prediction.action == "utter_bye"
    assert prediction.events == (UserFeaturization(use_text_for_featurization=True),)


def test_an_action_that_has_just_refused_is_not_predicted_again() -> None:
    policies = (Says({"book_form": 1.0, "utter_bye": 0.4}), Says({"utter_ask_continue": 0.7}))
    for era in Era:
        refused = decided(*policies, steps=(*BOOKING, "* stop", "rejects(book_form)"), era=era)
        assert refused.action == "utter_ask_continue"
        assert decided(*policies, steps=(*BOOKING, "* stop"), era=era).action == "book_form"
        later = (*BOOKING, "* stop", "rejects(book_form)", "utter_bye")
        assert decided(*policies, steps=later, era=era).action == "book_form"


def test_an_action_may_ask_for_the_next_one() -> None:
    tracker = conversation(DOMAIN, "* greet", "utter_greet").with_event(FollowupAction("utter_bye"))
    ensemble = Ensemble([Says({"book_form": 1.0})], Era.RASA_3)
    prediction = ensemble.predict(tracker, DOMAIN)
    assert (prediction.action, prediction.policy) == ("utter_bye", "followup")
    unknown = conversation(DOMAIN, "* greet").with_event(FollowupAction("action_nowhere"))
    assert ensemble.predict(unknown, DOMAIN).action == "book_form"


def test_what_a_policy_tells_the_tracker_is_told_whether_it_wins_or_not() -> None:
    assert decided(Says({}, interrupts=True), Says({"utter_bye": 1.0})).events == (LoopInterrupted(True),)


def test_in_2018_a_fallback_stands_in_for_listening_to_a_message_twice() -> None:
    silent = Says({"action_listen": 0.9})
    assert decided(silent, FallbackPolicy(), era=Era.CORE).action == "action_default_fallback"
    assert decided(silent, era=Era.CORE).action == "action_listen"
    assert decided(silent, FallbackPolicy(), era=Era.RASA_2).action == "action_listen"
    answered = ("* greet", "utter_greet")
    assert decided(silent, FallbackPolicy(), steps=answered, era=Era.CORE).action == "action_listen"
    memory = MemoizationPolicy().train([story("says nothing", "* greet")], DOMAIN)
    assert decided(memory, FallbackPolicy(), era=Era.CORE).action == "action_listen"


def test_where_nothing_was_learned_a_message_falls_back_and_then_it_waits() -> None:
    assert decided(Says({})).action == "action_default_fallback"
    assert decided(Says({}), steps=()).action == "action_listen"
    prediction = decided(steps=("* greet", "utter_greet"))
    assert (prediction.action, prediction.confidence, prediction.policy) == ("action_listen", 0.0, "nobody")


def test_an_action_that_is_not_in_the_domain_can_still_be_seen_and_chosen() -> None:
    assert ("action_unheard_of", 1.0) in decided(Says({"action_unheard_of": 1.0})).ranking


def test_stories_that_do_something_else_here_are_named() -> None:
    others = Evidence("14 stories run utter_bye here", action="utter_bye")
    agreeing = Evidence("2 stories run utter_greet here", action="utter_greet")
    prediction = decided(Says({"utter_greet": 0.53}), Says({}, evidence=(others, agreeing)))
    assert prediction.contradictions == (others,)


def test_a_form_that_answers_first_contradicts_no_story() -> None:
    told = story("stops", *BOOKING, "* stop", "utter_ask_continue", "* affirm", "book_form", "form()")
    policies: list[Policy] = [MemoizationPolicy(), FormPolicy()]
    ensemble = Ensemble(policies, Era.CORE).train([told], DOMAIN)
    prediction = ensemble.predict(conversation(DOMAIN, *BOOKING, "* stop"), DOMAIN)
    assert (prediction.action, prediction.policy) == ("book_form", "FormPolicy")
    assert not prediction.contradictions
    refused = ensemble.predict(conversation(DOMAIN, *BOOKING, "* stop", "rejects(book_form)"), DOMAIN)
    assert (refused.action, refused.policy) == ("utter_ask_continue", "MemoizationPolicy")


def test_the_form_of_2018_that_is_interrupted_comes_back_without_validation() -> None:
    told = story("stops", *BOOKING, "* stop", "utter_ask_continue", "* affirm", "book_form", "form()")
    ensemble = Ensemble([MemoizationPolicy(), FormPolicy()], Era.CORE).train([told], DOMAIN)
    back = conversation(DOMAIN, *BOOKING, "* stop", "rejects(book_form)", "utter_ask_continue", "* affirm")
    prediction = ensemble.predict(back, DOMAIN)
    assert (prediction.action, prediction.policy) == ("book_form", "MemoizationPolicy")
    assert prediction.events == (LoopInterrupted(True),)


def test_a_rule_outranks_the_memory_of_a_story() -> None:
    told = [rule("greet", "* greet", "utter_greet"), story("says bye", "* greet", "utter_bye")]
    ensemble = Ensemble([MemoizationPolicy(), RulePolicy()], Era.RASA_3).train(told, DOMAIN)
    prediction = ensemble.predict(conversation(DOMAIN, "* greet"), DOMAIN)
    assert (prediction.action, prediction.policy) == ("utter_greet", "RulePolicy")
    assert [item.text for item in prediction.contradictions] == ['story "says bye" runs utter_bye here']


def test_training_makes_a_new_ensemble_that_knows_the_lessons_and_leaves_the_old_one_alone() -> None:
    here = conversation(DOMAIN, "* stop")
    taught = lesson_of(here, "utter_bye", True, DOMAIN)
    assert taught
    old = Ensemble([MemoizationPolicy()], Era.RASA_3)
    old.learn([taught])
    new = old.train([story("greets", "* greet", "utter_greet")], DOMAIN)
    greeted = conversation(DOMAIN, "* greet")
    assert new.predict(greeted, DOMAIN).action == "utter_greet"
    assert old.predict(greeted, DOMAIN).policy == "nobody"
    assert new.predict(here, DOMAIN).action == old.predict(here, DOMAIN).action == "utter_bye"
    new.learn([])
    assert old.predict(here, DOMAIN).action == "utter_bye"


class Slow(Says):
    """A policy that takes long to train, and can do without."""

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        raise AssertionError("the session does not wait for this")

    def remember(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        self.confidences = {"utter_bye": 0.2}
        return self


def test_to_start_at_once_policies_only_remember_where_they_can() -> None:
    ensemble = Ensemble([Slow({}), MemoizationPolicy()], Era.RASA_3)
    ready = ensemble.remember([story("greets", "* greet", "utter_greet")], DOMAIN)
    assert ready.predict(conversation(DOMAIN, "* greet"), DOMAIN).action == "utter_greet"
    assert ready.predict(conversation(DOMAIN, "* stop"), DOMAIN).action == "utter_bye"


def test_asking_changes_nothing() -> None:
    ensemble = Ensemble([MemoizationPolicy(), RulePolicy()], Era.RASA_3).train(
        [rule("b", "* book", "book_form")], DOMAIN
    )
    here = conversation(DOMAIN, "* book")
    assert ensemble.predict(here, DOMAIN) == ensemble.predict(here, DOMAIN)
    heard = [ActionExecuted("action_listen"), UserUttered(text="hi", intent="greet")]
    assert replace(here) is not here and not here.with_events(heard).followup_action


def test_a_policy_that_knows_the_stories_already_is_not_taught_them_again() -> None:
    trained = LearnedPolicy()
    trackers = [TrainingTracker("hello", (ActionExecuted("action_listen"), UserUttered(intent="hi")))]
    ensemble = Ensemble([MemoizationPolicy(), LearnedPolicy()], Era.RASA_3).remember(trackers, Domain(), trained)
    assert ensemble.policies[1] is trained
    assert ensemble.policies[0].name == "MemoizationPolicy"


# --- thresholds that nobody asked for ---------------------------------------------------------------------------------


class Calibrated(Says):
    """A policy that is as often right as it says."""

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        return replace(super().predict(tracker, domain), is_calibrated=True)


UNSURE = {"utter_greet": 0.28, "utter_bye": 0.2, "utter_ask_continue": 0.14}
LOST = {f"action {number}": 0.1 for number in range(10)}


def decided_against(policy: Policy, confidences: Mapping[str, float], era: Era) -> str:
    said = conversation(replace(DOMAIN, era=era), "* greet")
    return Ensemble([policy, Calibrated(confidences)], era).predict(said, replace(DOMAIN, era=era)).action


def test_a_threshold_that_is_rasas_own_is_held_against_what_rasas_policies_would_say() -> None:
    for era, usual in ((Era.RASA_3, RulePolicy()), (Era.RASA_2, RulePolicy()), (Era.CORE, FallbackPolicy())):
        assert decided_against(usual, UNSURE, era) == "utter_greet"
        assert decided_against(usual, LOST, era) == "action_default_fallback"


def test_a_threshold_that_was_asked_for_holds_as_it_is() -> None:
    assert decided_against(RulePolicy(core_fallback_threshold=0.3), UNSURE, Era.RASA_3) == "action_default_fallback"
    assert decided_against(FallbackPolicy(core_threshold=0.3), UNSURE, Era.CORE) == "action_default_fallback"


def test_what_nobody_calibrated_is_held_against_the_threshold_as_it_is() -> None:
    said = conversation(DOMAIN, "* greet")
    assert Ensemble([RulePolicy(), Says(UNSURE)], Era.RASA_3).predict(said, DOMAIN).action == "action_default_fallback"
