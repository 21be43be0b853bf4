"""The turn of a rule that no story knows is marked in the session, so that the policies do not see it later."""

from __future__ import annotations

from tests.session.script import Script, World
from trainer_tui.core.events import ActionExecuted
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.protocol import ActionChosen, Denied

RULED = EnsemblePrediction((("utter_greet", 1.0), ("utter_goodbye", 0.0)), "RulePolicy", 1.0, hide_rule_turn=True)


def latest_action(script: Script) -> ActionExecuted:
    return next(event for event in reversed(script.state.tracker.events) if isinstance(event, ActionExecuted))


def test_a_rules_turn_is_marked() -> None:
    script = Script(world=World(predictions={"utter_greet": RULED})).says("/greet").confirms()
    assert latest_action(script).name == "utter_greet"
    assert latest_action(script).hide_rule_turn


def test_what_a_person_corrects_is_no_longer_the_rules_turn() -> None:
    script = Script(world=World(predictions={"utter_greet": RULED})).says("/greet")
    script.answers(Denied(), ActionChosen("utter_goodbye"))
    assert latest_action(script).name == "utter_goodbye"
    assert not latest_action(script).hide_rule_turn
