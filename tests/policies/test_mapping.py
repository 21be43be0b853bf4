"""The mapping policy: intents with `triggers:`."""

from __future__ import annotations

import pytest

from tests.policies.conversations import conversation
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, Era
from trainer_tui.policies.mapping import MappingPolicy
from trainer_tui.policies.policy import Policy

DOMAIN = Domain(
    era=Era.CORE,
    intents={"greet": Intent("greet"), "ask_id": Intent("ask_id", triggers="action_show_id")},
    actions=("utter_greet", "action_show_id"),
)


@pytest.mark.parametrize(
    ("steps", "action"),
    [
        (("* ask_id",), "action_show_id"),
        (("* ask_id", "action_show_id"), "action_listen"),
        (("* ask_id", "utter_greet"), None),
        (("* greet",), None),
        (("* restart",), "action_restart"),
        (("* back",), "action_back"),
        ((), None),
    ],
)
def test_what_it_predicts(steps: tuple[str, ...], action: str | None) -> None:
    policy = MappingPolicy().train([], DOMAIN)
    assert isinstance(policy, Policy)
    assert policy.predict(conversation(DOMAIN, *steps), DOMAIN).action == action


def test_it_leaves_the_turn_to_a_form_that_was_not_asked() -> None:
    active = conversation(DOMAIN, "table_form", "form(table_form)", "* ask_id", "action_show_id")
    assert MappingPolicy().predict(active, DOMAIN).action is None
    left = conversation(DOMAIN, "table_form", "form(table_form)", "* ask_id", "rejects(table_form)", "action_show_id")
    assert MappingPolicy().predict(left, DOMAIN).action == "action_listen"


def test_it_does_not_end_a_turn_that_another_policy_began() -> None:
    tracker = conversation(DOMAIN, "* ask_id").with_event(ActionExecuted("action_show_id", policy="RulePolicy"))
    assert MappingPolicy().predict(tracker, DOMAIN).action is None
