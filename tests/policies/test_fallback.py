"""Fallback policies: what is done where nobody is sure."""

from __future__ import annotations

import pytest

from tests.policies.conversations import conversation
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, Era, UserUttered
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.policy import Policy, PolicyPrediction

DOMAIN = Domain(era=Era.CORE, intents={"greet": Intent("greet")}, actions=("utter_greet", "action_my_fallback"))


def said(
    tracker: DialogueStateTracker, confidence: float, *others: float, intent: str = "greet"
) -> DialogueStateTracker:
    ranking = tuple((f"intent {rank}", other) for rank, other in enumerate((confidence, *others)))
    message = UserUttered(intent=intent, intent_confidence=confidence, intent_ranking=ranking)
    return tracker.with_events([ActionExecuted("action_listen"), message])


def after_message(policy: FallbackPolicy, confidence: float, *others: float) -> PolicyPrediction:
    return policy.predict(said(conversation(DOMAIN), confidence, *others), DOMAIN)


def test_a_message_that_is_not_understood_leads_to_the_fallback_action() -> None:
    prediction = after_message(FallbackPolicy(), 0.29)
    assert dict(prediction.confidences) == {"action_default_fallback": 1.0}
    assert prediction.evidence[0].text == "the intent's confidence 0.29 is below 0.3"


def test_otherwise_it_speaks_with_the_confidence_that_the_others_must_reach() -> None:
    assert dict(after_message(FallbackPolicy(), 0.9).confidences) == {"action_default_fallback": 0.3}
    own = FallbackPolicy(core_threshold=0.5, fallback_action_name="action_my_fallback")
    assert dict(after_message(own, 0.9).confidences) == {"action_my_fallback": 0.5}


def test_a_message_is_doubted_only_until_it_is_answered() -> None:
    answered = said(conversation(DOMAIN), 0.1).with_event(ActionExecuted("utter_greet"))
    assert FallbackPolicy().predict(answered, DOMAIN).confidence == 0.3


def test_after_the_fallback_action_it_waits() -> None:
    fallen_back = said(conversation(DOMAIN), 0.1).with_event(ActionExecuted("action_default_fallback"))
    assert FallbackPolicy().predict(fallen_back, DOMAIN).action == "action_listen"


def test_two_intents_that_are_too_close() -> None:
    assert after_message(FallbackPolicy(ambiguity_threshold=0.1), 0.5, 0.45).confidence == 1.0
    assert after_message(FallbackPolicy(ambiguity_threshold=0.1), 0.6, 0.4).confidence == 0.3
    assert after_message(FallbackPolicy(), 0.5, 0.45).confidence == 0.3


@pytest.mark.parametrize("policy", [FallbackPolicy(), TwoStageFallbackPolicy()])
def test_it_follows_the_policy_protocol(policy: Policy) -> None:
    assert isinstance(policy, Policy)
    assert policy.train([], DOMAIN) is policy


def two_stages(tracker: DialogueStateTracker) -> str | None:
    return TwoStageFallbackPolicy().predict(tracker, DOMAIN).action


def test_in_two_stages_the_user_is_asked_to_affirm_then_to_rephrase() -> None:
    unclear = said(conversation(DOMAIN), 0.2)
    assert two_stages(unclear) == "action_default_ask_affirmation"
    asked = unclear.with_event(ActionExecuted("action_default_ask_affirmation"))
    assert two_stages(asked) == "action_listen"
    assert two_stages(said(asked, 1.0)) == "action_revert_fallback_events"
    denied = said(asked, 1.0, intent="out_of_scope")
    assert two_stages(denied) == "action_default_ask_rephrase"
    rephrase = denied.with_event(ActionExecuted("action_default_ask_rephrase"))
    assert two_stages(rephrase) == "action_listen"
    assert two_stages(said(rephrase, 0.9)) == "action_revert_fallback_events"
    unclear_again = said(rephrase, 0.2)
    assert two_stages(unclear_again) == "action_default_ask_affirmation"
    asked_again = unclear_again.with_event(ActionExecuted("action_default_ask_affirmation"))
    assert two_stages(said(asked_again, 1.0, intent="out_of_scope")) == "action_default_fallback"


def test_in_two_stages_a_clear_message_leaves_the_others_to_decide() -> None:
    prediction = TwoStageFallbackPolicy().predict(said(conversation(DOMAIN), 0.9), DOMAIN)
    assert dict(prediction.confidences) == {"action_default_fallback": 0.3}
