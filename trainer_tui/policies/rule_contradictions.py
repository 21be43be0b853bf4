"""Where rules contradict one another, or stories: both sides with their places."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, ActionExecutionRejected
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place, Problem
from trainer_tui.policies.policy import PolicyPrediction
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.rule_table import KnownRule

_HINT = "Change one of them, or add a condition to the rule."


def rule_contradictions(policy: RulePolicy, trackers: Sequence[TrainingTracker], domain: Domain) -> list[Problem]:
    """Warnings for a trained policy and what it was trained on (as Rasa 3.6's check for contradictions).

    Rules that undo one another, and every action of a rule or story in whose place another rule runs a different one.
    """
    problems = {_torn(rules): None for rules in policy.torn_}
    for tracker in trackers:
        problems |= dict.fromkeys(_overruled(policy, tracker, domain))
    return list(problems)


def _torn(rules: Sequence[KnownRule]) -> Problem:
    sides = [
        f'rule "{name}" runs {rule.outcome}' + (f" ({place})" if place else "")
        for rule in rules
        for name, place in rule.sources
    ]
    place = next((place for rule in rules for _, place in rule.sources if place), None)
    return Problem(f"Rules contradict one another, so none of them counts: {'; '.join(sides)}.", place, _HINT, False)


def _overruled(policy: RulePolicy, tracker: TrainingTracker, domain: Domain) -> list[Problem]:
    found: list[Problem] = []
    running = DialogueStateTracker.start(domain)
    follows_nothing = True
    for node in reversed(list(AppliedEvents.of(tracker.events, domain.initial_slots))):
        event = node.event
        assert event is not None
        if isinstance(event, ActionExecuted):
            if event.name != SNIPPET and not follows_nothing and node.index not in tracker.unpredictable:
                running, prediction = _predicted(policy, running, domain, event.name or event.text)
                is_ruled = prediction.confidences != policy.fallback().confidences
                if is_ruled and prediction.action != (event.name or event.text):
                    found.append(_problem(tracker, event, prediction, tracker.place_of(node.index)))
            follows_nothing = event.name == SNIPPET
        running = running.with_event(event)
    return found


def _predicted(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, wanted: str | None
) -> tuple[DialogueStateTracker, PolicyPrediction]:
    """What the rules say; where a loop would answer and the story goes another way, the loop has rejected."""
    prediction = policy.predict(tracker, domain)
    loop = tracker.active_loop
    if loop and prediction.action == loop.name != wanted:
        tracker = tracker.with_event(ActionExecutionRejected(loop.name))
        prediction = policy.predict(tracker, domain)
    return tracker, prediction


def _problem(
    tracker: TrainingTracker, event: ActionExecuted, prediction: PolicyPrediction, place: Place | None
) -> Problem:
    kind = "Rule" if tracker.is_rule else "Story"
    evidence = prediction.evidence[0]
    other = f"{evidence.text}" + (f" ({', '.join(map(str, evidence.places))})" if evidence.places else "")
    message = f'{kind} "{tracker.story}" runs {event.name or event.text}, but {other}.'
    return Problem(message, place, _HINT, is_error=False)
