"""Made-up projects and conversations, with what Rasa 3.6.21's own policies and ensemble predicted at every step.

`golden/rasa_3.6.21.json` holds for each project: domain, stories and rules, max_history of both memories, whether Rasa
refuses the rules as contradictory or incomplete (predictions are then without that check), and conversations with,
before each event and at the end, [[action, confidence, is_no_user_prediction, hide_rule_turn, interrupts the loop] of
the rule policy, action of memory, of augmented memory, of rules and memory together]. A step is null in the middle of a
hidden turn: what memory says there is never heard, and ours differs on purpose (it sees the turn as it is).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Entity,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.policies.ensemble import NOBODY, Ensemble
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.policy import PolicyPrediction
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.rule_contradictions import rule_contradictions

PROJECTS = json.loads((Path(__file__).parent / "golden" / "rasa_3.6.21.json").read_text(encoding="utf-8"))


def event(written: Sequence[Any]) -> Event:
    match list(written):
        case ["action", name]:
            return ActionExecuted(name)
        case ["action", name, is_hidden]:
            return ActionExecuted(name, hide_rule_turn=is_hidden)
        case ["user", intent, entities]:
            return UserUttered(intent=intent, entities=tuple(Entity(entity, "x") for entity in entities))
        case ["slot", name, value]:
            return SlotSet(name, value)
        case ["loop", name]:
            return ActiveLoop(name)
        case ["rej", name]:
            return ActionExecutionRejected(name)
        case ["int", is_interrupted]:
            return LoopInterrupted(is_interrupted)
    raise ValueError(written)


def as_rasa_says(prediction: PolicyPrediction, is_checked: bool) -> list[Any]:
    return [
        prediction.action,
        prediction.confidence,
        prediction.is_no_user_prediction,
        prediction.hide_rule_turn if is_checked else None,
        LoopInterrupted(True) in prediction.events,
    ]


@pytest.mark.parametrize("project", PROJECTS, ids=range(len(PROJECTS)))
def test_rules_memories_and_their_ensemble_predict_as_rasas(project: dict[str, Any]) -> None:
    domain: Domain = parse_domain(project["domain"], "domain.yml").domain
    trackers = training_trackers(parse_stories_yaml(project["stories"], "stories.yml").stories, domain)
    rules = RulePolicy().train(trackers, domain)
    memory = MemoizationPolicy(project["max_history"]).train(trackers, domain)
    augmented = AugmentedMemoizationPolicy(project["max_history"]).train(trackers, domain)
    together = Ensemble([rules, memory], domain.era)
    assert bool(rule_contradictions(rules, trackers, domain)) is project["is_contradictory"]
    for conversation in project["conversations"]:
        tracker = DialogueStateTracker.start(domain)
        for step, wanted in enumerate(conversation["predictions"]):
            if step:
                tracker = tracker.with_event(event(conversation["events"][step - 1]))
            if wanted is None:
                continue
            decided = together.predict(tracker, domain)
            assert [
                as_rasa_says(rules.predict(tracker, domain), not project["is_contradictory"]),
                memory.predict(tracker, domain).action,
                augmented.predict(tracker, domain).action,
                decided.action if decided.policy != NOBODY else None,
            ] == wanted, (step, conversation["events"][:step])
