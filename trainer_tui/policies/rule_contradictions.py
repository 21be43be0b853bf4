"""Where rules contradict one another, or stories: both sides with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from trainer_tui.core.featurizers import StateMaker
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.errors import Problem
from trainer_tui.policies.rule import RuledAction, RulePolicy
from trainer_tui.policies.rule_states import rule_examples
from trainer_tui.policies.rule_table import KnownRule

_HINT = "Change one of them, or add a condition to the rule."


def rule_contradictions(policy: RulePolicy, trackers: Sequence[TrainingTracker], domain: Domain) -> list[Problem]:
    """Warnings for a trained policy and what it was trained on (as Rasa 3.6's check for contradictions).

    Rules that undo one another, every action of a rule or story in whose place another rule runs a different one, and
    rules that leave out a slot or loop that the same action sets in another rule.
    """
    found = {_torn(rules): None for rules in policy.torn_}
    rules = [tracker for tracker in trackers if tracker.is_rule]
    overruled = overruled_actions(policy, rules, domain)
    for tracker in trackers if rules else ():
        found |= dict.fromkeys(overruled(tracker))
    return [*found, *_incomplete(rules, domain)]


def overruled_actions(
    policy: RulePolicy, rules: Sequence[TrainingTracker], domain: Domain
) -> Callable[[TrainingTracker], Iterator[Problem]]:
    """A check of one rule or story after another: its actions in whose place `policy`, trained on `rules`, runs a
    different one."""
    # A loop that no rule knows of is the stories' own affair.
    of_rules = {ruled.ruling.source for tracker in rules for ruled in policy.rulings(tracker, domain)}

    def check(tracker: TrainingTracker) -> Iterator[Problem]:
        for ruled in policy.rulings(tracker, domain):
            if ruled.ruling.prediction.action != ruled.action and ruled.ruling.source in of_rules:
                yield _overruled(tracker, ruled)

    return check


def _torn(rules: Sequence[KnownRule]) -> Problem:
    sides = [
        f'rule "{name}" runs {rule.outcome}' + (f" ({place})" if place else "")
        for rule in rules
        for name, place in rule.sources
    ]
    place = next((place for rule in rules for place in rule.places), None)
    return Problem(f"Rules contradict one another, so none of them counts: {'; '.join(sides)}.", place, _HINT, False)


def _overruled(tracker: TrainingTracker, ruled: RuledAction) -> Problem:
    kind = "Rule" if tracker.is_rule else "Story"
    evidence = ruled.ruling.prediction.evidence[0]
    other = evidence.text + (f" ({', '.join(map(str, evidence.places))})" if evidence.places else "")
    message = f'{kind} "{tracker.story}" runs {ruled.action}, but {other}.'
    return Problem(message, ruled.place, _HINT, is_error=False)


def _incomplete(rules: Sequence[TrainingTracker], domain: Domain) -> Iterator[Problem]:
    """Rules after one of whose actions something is not set that other rules set after it."""
    slots, loops = _set_after_actions(rules, domain)
    maker = StateMaker(domain)
    initial = {name for name, value in domain.initial_slots.items() if value is not None}
    for tracker in rules:
        examples = rule_examples(tracker, domain, maker)
        states = examples[-1].states if examples else ()
        following = [state.state.action for state in states[1:]] + [examples[-1].action if examples else None]
        for state, next_action in zip(states, following, strict=True):
            action = state.state.action
            if action is None or SNIPPET in (action, next_action):
                continue
            present = {name for name, _ in state.state.slots} | {*state.unset_slots} | initial
            for name in sorted(slots.get(action, set()) - present):
                yield _leaves_out(tracker, action, f"the slot {name}")
            wanted = loops.get(action)
            if wanted and (None if state.is_without_loop else state.loop or "") not in wanted:
                yield _leaves_out(tracker, action, f"the loop {' or '.join(sorted(map(str, wanted)))}")


def _set_after_actions(
    rules: Sequence[TrainingTracker], domain: Domain
) -> tuple[dict[str, set[str]], dict[str, set[str | None]]]:
    """For each action the featurised slots and the loops (None = no loop) that some rule sets after it."""
    slots: dict[str, set[str]] = {}
    loops: dict[str, set[str | None]] = {}
    for tracker in rules:
        action: str | None = None
        for event in tracker.events:
            match event:
                case ActionExecuted():
                    action = event.name
                case UserUttered():
                    action = None
                case SlotSet(name=name) if action and name in domain.slots and domain.slots[name].is_featurised:
                    slots.setdefault(action, set()).add(name)
                case ActiveLoop(name=loop) if action:
                    loops.setdefault(action, set()).add(loop)
                case _:
                    pass
    return slots, loops


def _leaves_out(tracker: TrainingTracker, action: str, what: str) -> Problem:
    message = f'Rule "{tracker.story}" does not set {what} after {action}, as other rules do.'
    return Problem(
        message, tracker.place, "Set it (null where it must be empty), or end with wait_for_user_input: false.", False
    )
