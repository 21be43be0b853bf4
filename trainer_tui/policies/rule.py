"""The rule policy of Rasa 2.x and 3.x: what rules fix, how loops go on, and what to do where nothing else is sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Self

from trainer_tui.core.domain import ACTION_BACK, ACTION_DEFAULT_FALLBACK, ACTION_RESTART, ACTION_SESSION_START, Domain
from trainer_tui.core.events import ACTION_LISTEN, ActiveLoop, Event, LoopInterrupted
from trainer_tui.core.featurizers import StateMaker, prediction_states
from trainer_tui.core.states import State
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.memoization import without_latest_text
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.rule_states import RuleExample, RuleState, RuleStates, rule_examples, since_snippet
from trainer_tui.policies.rule_table import KnownRule, RuleCollector, RuleTable, Source

_DEFAULT_ACTIONS = {"restart": ACTION_RESTART, "back": ACTION_BACK, "session_start": ACTION_SESSION_START}

_LEAVE_LOOP = "do_not_predict_loop_action"
_INTERRUPTED = "loop_was_interrupted"


class RulePolicy:
    """As Rasa 3.6's RulePolicy, in this order:

    1. `/restart`, `/back` and `/session_start` have their default actions;
    2. an active loop that has not rejected answers every message, then action_listen follows;
    3. the rule with the longest key among those that match, rules for the text of a message before those for intents;
    4. `core_fallback_action_name` with confidence `core_fallback_threshold`.

    Within a loop a rule that waits for the user gives way to the loop, unless a rule or story shows another unhappy
    path; where one returns to the loop, the prediction carries `LoopInterrupted`.
    """

    name = "RulePolicy"

    def __init__(
        self,
        priority: int = 4,
        core_fallback_threshold: float = 0.3,
        core_fallback_action_name: str = ACTION_DEFAULT_FALLBACK,
        enable_fallback_prediction: bool = True,
    ) -> None:
        self.priority = priority
        self.core_fallback_threshold = core_fallback_threshold
        self.core_fallback_action_name = core_fallback_action_name
        self.enable_fallback_prediction = enable_fallback_prediction
        self.rules_ = RuleTable()
        self.unhappy_paths_ = RuleTable()
        self.torn_: tuple[tuple[KnownRule, ...], ...] = ()
        self.rule_loops_: set[str] = set()
        self._taught = RuleTable()
        self._lessons: tuple[Lesson, ...] = ()

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        maker = StateMaker(domain)
        rules, unhappy_paths = RuleCollector(), RuleCollector()
        for tracker in trackers:
            if tracker.is_rule:
                for example in rule_examples(tracker, domain, maker):
                    asked = since_snippet(example.states)
                    if asked:
                        rules.add(asked, example.action, (tracker.story, example.place))
                    _collect_unhappy_path(unhappy_paths, example, tracker.story)
        self.rules_, self.torn_ = rules.table(without=SNIPPET), rules.torn
        self.rule_loops_ = {loop for tracker in trackers if tracker.is_rule for loop in _loops(tracker)}
        for tracker in trackers:
            loops = _loops(tracker)
            if not tracker.is_rule and (loops or len(self.rules_)):
                self.rule_loops_ -= loops
                for example in rule_examples(tracker, domain, maker, max(self.rules_.longest, 2)):
                    self._mark_used(example)
                    _collect_unhappy_path(unhappy_paths, example, tracker.story)
        self.unhappy_paths_ = unhappy_paths.table()
        return self

    def _mark_used(self, example: RuleExample) -> None:
        """A rule that a story follows is seen by all policies; the turns of the others are the rule policy's alone."""
        rule = self.rules_.best([state.state for state in example.states])
        if rule and rule.outcome == example.action:
            rule.is_in_stories = True

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Rules do not learn, but a loop learns which of its unhappy paths a person has shown."""
        unhappy = tuple(lesson for lesson in lessons if lesson.states and _shows_unhappy_path(lesson))
        if unhappy == self._lessons:
            return
        taught = RuleCollector()
        for lesson in unhappy:
            outcome = _unhappy_outcome(lesson.states[-1], lesson.action)
            if outcome:
                states = _since_action_before([RuleState(state) for state in lesson.states[-2:]])
                taught.add(states, outcome, ("", None))
        self._taught = taught.table()
        self._lessons = unhappy

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        states = tuple(prediction_states(tracker, domain, max(self.rules_.longest, 2), with_rule_turns=True))
        by_text = self._rule_by_text(states, tracker)
        default = None if by_text else _default_action(tracker)
        if default:
            return self._says(default, Evidence("a default of Rasa: this intent has this action"))
        loop = tracker.active_loop
        if loop and not loop.is_rejected:
            return self._looped(loop.name, tracker)
        if by_text:
            return replace(self._ruled(by_text, states, tracker), is_end_to_end=True)
        return self._ruled(self.rules_.best(without_latest_text(states)), without_latest_text(states), tracker)

    def _looped(self, loop: str, tracker: DialogueStateTracker) -> PolicyPrediction:
        """The loop answers the message, and then waits for the next one."""
        if tracker.latest_action != loop:
            said = self._says(loop, Evidence(f"the loop {loop} is active"))
        else:
            said = self._says(ACTION_LISTEN, Evidence(f"the loop {loop} waits for an answer"))
        return replace(said, is_no_user_prediction=True, hide_rule_turn=loop in self.rule_loops_)

    def _rule_by_text(self, states: Sequence[State], tracker: DialogueStateTracker) -> KnownRule | None:
        """The rule for the very words of the latest message."""
        text = tracker.latest_message.text if tracker.latest_message else None
        if not text or tracker.latest_action != ACTION_LISTEN or not states:
            return None
        said = replace(states[-1], text=text, intent=None, entities=())
        return self.rules_.best((*states[:-1], said))

    def _ruled(
        self, rule: KnownRule | None, states: Sequence[State], tracker: DialogueStateTracker
    ) -> PolicyPrediction:
        action = rule.outcome if rule else None
        evidence = _evidence_for(rule) if rule else ()
        events: tuple[Event, ...] = ()
        if tracker.active_loop:
            paths = [*self.unhappy_paths_.matching(states), *self._taught.matching(states)]
            if rule and action == ACTION_LISTEN and rule.states[-1].loop is None:
                if any(path.outcome == _LEAVE_LOOP for path in paths):
                    action, evidence = None, ()
                else:
                    action = tracker.active_loop.name
                    evidence = (
                        Evidence(f"rule {_named(rule.sources)} waits for the user, so the loop {action} goes on"),
                    )
            interruptions = [path for path in paths if path.outcome == _INTERRUPTED]
            if interruptions:
                events = (LoopInterrupted(True),)
                evidence += tuple(_interruption(path, tracker.active_loop.name) for path in interruptions)
        if action is None:
            return replace(self.fallback(), events=events, evidence=evidence)
        is_hidden = rule is not None and not rule.is_in_stories
        return PolicyPrediction(
            self.name, {action: 1.0}, self.priority, events=events, evidence=evidence, hide_rule_turn=is_hidden
        )

    def fallback(self) -> PolicyPrediction:
        """What is predicted where no rule applies."""
        confidences = {}
        if self.enable_fallback_prediction:
            confidences[self.core_fallback_action_name] = self.core_fallback_threshold
        return PolicyPrediction(self.name, confidences, self.priority)

    def _says(self, action: str, why: Evidence) -> PolicyPrediction:
        return PolicyPrediction(self.name, {action: 1.0}, self.priority, evidence=(why,))


def _default_action(tracker: DialogueStateTracker) -> str | None:
    if tracker.latest_action != ACTION_LISTEN or tracker.latest_message is None:
        return None
    return _DEFAULT_ACTIONS.get(tracker.latest_message.intent or "")


def _unhappy_outcome(state: State, action: str) -> str | None:
    """What an action in a loop's unhappy path says of the loop: stories and rules hold no happy paths."""
    if state.loop is None:
        return None
    if state.action == ACTION_LISTEN:
        return _INTERRUPTED if action == state.loop else None
    return _LEAVE_LOOP if action != state.loop else None


def _shows_unhappy_path(lesson: Lesson) -> bool:
    state = lesson.states[-1]
    return _unhappy_outcome(state, lesson.action) is not None and (
        state.action != ACTION_LISTEN or lesson.is_interrupted
    )


def _loops(tracker: TrainingTracker) -> set[str]:
    return {event.name for event in tracker.events if isinstance(event, ActiveLoop) and event.name}


def _collect_unhappy_path(unhappy_paths: RuleCollector, example: RuleExample, story: str) -> None:
    outcome = _unhappy_outcome(example.states[-1].state, example.action)
    asked = _since_action_before(example.states)
    if outcome and asked:
        unhappy_paths.add(asked, outcome, (story, example.place))


def _since_action_before(states: Sequence[RuleState]) -> RuleStates:
    """The last state, and of the one before only its action: what the user had said then does not matter."""
    if states[-1].state.action == SNIPPET:
        return ()
    if len(states) < 2:
        return tuple(states)
    before = states[-2].state
    if (before.action is None and before.action_text is None) or before.action == SNIPPET:
        return (states[-1],)
    return (RuleState(State(action=before.action, action_text=before.action_text)), states[-1])


def _evidence_for(rule: KnownRule) -> tuple[Evidence, ...]:
    places = tuple(place for _, place in rule.sources if place)
    return (Evidence(f"rule {_named(rule.sources)} runs {rule.outcome} here", places, rule.outcome),)


def _interruption(path: KnownRule, loop: str) -> Evidence:
    places = tuple(place for _, place in path.sources if place)
    told = "you taught" if path.sources == [("", None)] else _named(path.sources)
    return Evidence(f"{told}: {loop} does not validate here", places)


def _named(sources: Iterable[Source]) -> str:
    names = list(dict.fromkeys(name for name, _ in sources))
    return ", ".join(f'"{name}"' for name in names[:3]) + (" …" if len(names) > 3 else "")
