"""The rule policy of Rasa 2.x and 3.x: what rules fix, how loops go on, and what to do where nothing else is sure.

Theory of operation. Training turns every rule into states that must hold and the action that follows (`rules_`), and
whatever rules and stories do within a loop into unhappy paths (`unhappy_paths_`). Then it runs all of them past its own
rulings once, to find those that no story follows (`hidden_`). `predict` asks `_ruling`, which goes from what cannot be
overruled to what is only a way out; each ruling names its source, by which its turn is hidden or not. docs/how/rules.md
walks through it with an example.

Rules of the file. `_ruling` is pure and the only place that decides; training and the check for contradictions ask it
too, so that they can never disagree with what is predicted. Names that end in `_` are what training found; `_taught` is
what a person showed, kept apart so that it can be taken back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Self

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import (
    ACTION_BACK,
    ACTION_DEFAULT_FALLBACK,
    ACTION_RESTART,
    ACTION_SESSION_START,
    Domain,
    base_intent,
)
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    LoopInterrupted,
)
from trainer_tui.core.featurizers import StateMaker, prediction_states
from trainer_tui.core.following import Following
from trainer_tui.core.states import State
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker, LoopState
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.policies import unhappy_paths
from trainer_tui.policies.memoization import without_latest_text
from trainer_tui.policies.policy import USUAL_THRESHOLD, Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.rule_states import is_unpredictable, rule_examples, since_snippet
from trainer_tui.policies.rule_table import KnownRule, RuleCollector, RuleTable, named
from trainer_tui.policies.sight import Past

_DEFAULT_ACTIONS = {"restart": ACTION_RESTART, "back": ACTION_BACK, "session_start": ACTION_SESSION_START}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A prediction and what it comes from: the key of a rule, or the name of a loop or default; None = a fallback."""

    prediction: PolicyPrediction
    source: str | None


@dataclass(frozen=True, slots=True)
class RuledAction:
    """An action of a story or rule, what rules and loops predict in its place, and where it is written."""

    action: str
    ruling: Ruling
    place: Place | None


class RulePolicy(Following[Lesson]):
    """As Rasa 3.6's RulePolicy, in this order:

    1. `/restart`, `/back` and `/session_start` have their default actions;
    2. an active loop that has not rejected answers every message, then action_listen follows;
    3. the rule with the longest key among those that match, rules for the text of a message before those for intents;
    4. `core_fallback_action_name` with confidence `core_fallback_threshold` (None: Rasa's usual one).

    Within a loop a rule that waits for the user gives way to the loop, unless a rule or story shows another unhappy
    path; where one returns to the loop, the prediction carries `LoopInterrupted`.
    """

    name = "RulePolicy"

    def __init__(
        self,
        priority: int = 4,
        core_fallback_threshold: float | None = None,
        core_fallback_action_name: str = ACTION_DEFAULT_FALLBACK,
        enable_fallback_prediction: bool = True,
    ) -> None:
        super().__init__()
        self.priority = priority
        self.has_usual_threshold = core_fallback_threshold is None
        self.core_fallback_threshold = USUAL_THRESHOLD if core_fallback_threshold is None else core_fallback_threshold
        self.core_fallback_action_name = core_fallback_action_name
        self.enable_fallback_prediction = enable_fallback_prediction
        self.rules_ = RuleTable()
        self.unhappy_paths_ = RuleTable()
        self.torn_: tuple[tuple[KnownRule, ...], ...] = ()
        self.hidden_: frozenset[str | None] = frozenset()
        self._taught = RuleTable()
        self._unhappy: list[Lesson] = []

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        maker = StateMaker(domain)
        rules, paths = RuleCollector(), RuleCollector()
        has_rules = any(tracker.is_rule for tracker in trackers)
        telling = [tracker for tracker in trackers if has_rules or _has_loop(tracker)]
        for tracker in telling:
            if not tracker.is_rule and not _has_loop(tracker):
                continue
            for example in rule_examples(tracker, domain, maker, None if tracker.is_rule else 2):
                asked = since_snippet(example.states)
                if tracker.is_rule and asked:
                    rules.add(asked, example.action, (tracker.story, example.place))
                unhappy_paths.collect(paths, example.states, example.action, (tracker.story, example.place))
        self.rules_, self.torn_ = rules.table(without=SNIPPET), rules.torn
        self.unhappy_paths_ = paths.table()
        self.hidden_ = self._hidden(telling, domain)
        return self

    def _hidden(self, trackers: Sequence[TrainingTracker], domain: Domain) -> frozenset[str | None]:
        """Rules, loops and defaults that no story follows: their turns are hidden from the other policies.

        A rule that says no more than that action_listen follows an action gives way to a story that goes on, if it is
        only how another rule begins.
        """
        hidden: set[str | None] = {_default_source(intent) for intent in _DEFAULT_ACTIONS}
        for loop in domain.forms:
            hidden |= {_loop_source(loop, loop), _loop_source(loop, ACTION_LISTEN)}
        for tracker in trackers:
            if tracker.is_rule:
                hidden |= {ruled.ruling.source for ruled in self.rulings(tracker, domain)}
        for tracker in trackers:
            for ruled in self.rulings(tracker, domain) if not tracker.is_rule else ():
                predicted = ruled.ruling.prediction.action
                if predicted == ruled.action:
                    hidden.discard(ruled.ruling.source)
                elif predicted == ACTION_LISTEN:
                    self._give_way(ruled.ruling.source)
        return frozenset(hidden)

    def _give_way(self, source: str | None) -> None:
        rules = self.rules_.rules
        rule = next((rule for rule in rules if rule.key == source and len(rule.states) == 1), None)
        if rule and any(rule.begins(other) for other in rules):
            self.rules_ = self.rules_.without(rule)

    def rulings(self, tracker: TrainingTracker, domain: Domain) -> Iterator[RuledAction]:
        """What rules and loops predict in the course of a story or rule, wherever they predict anything."""
        running = DialogueStateTracker.start(domain)
        follows_nothing = True
        for node in reversed(list(AppliedEvents.of(tracker.events, domain.initial_slots))):
            event = node.event
            assert event is not None
            if isinstance(event, ActionExecuted):
                action = event.name or event.text or ""
                is_label = action != SNIPPET and not follows_nothing and not is_unpredictable(tracker, node)
                if is_label and self._may_rule(running):
                    running, ruling = self._past_rejection(running, domain, action)
                    if ruling.source:
                        yield RuledAction(action, ruling, tracker.place_of(node.index))
                follows_nothing = action == SNIPPET
            running = running.with_event(event)

    def _may_rule(self, tracker: DialogueStateTracker) -> bool:
        """Whether to look closer: most actions of most stories are in no state that a rule asks for."""
        intent = (tracker.latest_message.intent if tracker.latest_message else None) or ""
        if tracker.active_loop or intent in _DEFAULT_ACTIONS:
            return True
        return self.rules_.may_match(tracker.latest_action, (intent, base_intent(intent), None))

    def _past_rejection(
        self, tracker: DialogueStateTracker, domain: Domain, wanted: str
    ) -> tuple[DialogueStateTracker, Ruling]:
        """The ruling; where a loop would answer and the story goes another way, the loop has rejected."""
        ruling = self._ruling(tracker, domain)
        loop = tracker.active_loop
        if loop and ruling.prediction.action == loop.name != wanted:
            tracker = tracker.with_event(ActionExecutionRejected(loop.name))
            ruling = self._ruling(tracker, domain)
        return tracker, ruling

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Rules do not learn, but a loop learns which of its unhappy paths a person has shown."""
        before = list(self._unhappy)
        super().learn(lessons)
        if self._unhappy != before:
            self._taught = unhappy_paths.taught(self._unhappy)

    def _learn(self, lesson: Lesson) -> None:
        if unhappy_paths.is_shown_by(lesson):
            self._unhappy.append(lesson)

    def _forget(self, lesson: Lesson) -> None:
        if unhappy_paths.is_shown_by(lesson):
            self._unhappy.pop()

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        ruling = self._ruling(tracker, domain)
        return replace(ruling.prediction, hide_rule_turn=ruling.source in self.hidden_)

    def sight(self, past: Past) -> Hashable:
        tracker, message = past.tracker, past.tracker.latest_message
        said = (message.intent, message.text if self.rules_.asks_for_text else None) if message else None
        return past.states(self._states_seen, with_rule_turns=True), said, tracker.active_loop, tracker.latest_action

    @property
    def _states_seen(self) -> int:
        return max(self.rules_.longest, 2)

    def _ruling(self, tracker: DialogueStateTracker, domain: Domain) -> Ruling:
        states = prediction_states(tracker, domain, self._states_seen, with_rule_turns=True)
        by_text = self._rule_by_text(states, tracker)
        default = None if by_text else self._default(tracker)
        if default:
            return default
        loop = tracker.active_loop
        if loop and not loop.is_rejected and tracker.latest_action is not None:
            return self._looped(loop, tracker.latest_action)
        states = states if by_text else without_latest_text(states)
        rule = by_text or self.rules_.best(states)
        ruling = self._in_loop(rule, states, loop) if loop else self._ruled(rule)
        return replace(ruling, prediction=replace(ruling.prediction, is_end_to_end=by_text is not None))

    def _default(self, tracker: DialogueStateTracker) -> Ruling | None:
        intent = tracker.latest_message.intent if tracker.latest_message else None
        action = _DEFAULT_ACTIONS.get(intent or "")
        if intent is None or action is None or tracker.latest_action != ACTION_LISTEN:
            return None
        return Ruling(
            self._says(action, Evidence(f"the intent {intent} has this action by default")), _default_source(intent)
        )

    def _looped(self, loop: LoopState, latest_action: str) -> Ruling:
        """The loop answers the message, and then waits for the next one."""
        action = loop.name if latest_action != loop.name else ACTION_LISTEN
        why = f"the loop {loop.name} " + ("is active" if action == loop.name else "waits for an answer")
        return Ruling(
            replace(self._says(action, Evidence(why)), is_no_user_prediction=True), _loop_source(loop.name, action)
        )

    def _rule_by_text(self, states: Sequence[State], tracker: DialogueStateTracker) -> KnownRule | None:
        """The rule for the very words of the latest message."""
        text = tracker.latest_message.text if tracker.latest_message else None
        if not text or tracker.latest_action != ACTION_LISTEN or not states:
            return None
        said = replace(states[-1], text=text, intent=None, entities=())
        return self.rules_.best((*states[:-1], said))

    def _in_loop(self, rule: KnownRule | None, states: Sequence[State], loop: LoopState) -> Ruling:
        """What a rule says while a loop is active that has rejected."""
        paths = [*self.unhappy_paths_.matching(states), *self._taught.matching(states)]
        if rule and rule.outcome == ACTION_LISTEN and rule.states[-1].loop is None:
            if not any(path.outcome == unhappy_paths.LEAVE_LOOP for path in paths):
                why = f"rule {named(rule.sources)} waits for the user, so the loop {loop.name} goes on"
                return Ruling(self._says(loop.name, Evidence(why, rule.places)), rule.key)
            rule = None
        ruling = self._ruled(rule)
        returns = [path for path in paths if path.outcome == unhappy_paths.INTERRUPTED]
        if not returns:
            return ruling
        evidence = (*ruling.prediction.evidence, *(unhappy_paths.interruption(path, loop.name) for path in returns))
        return replace(
            ruling, prediction=replace(ruling.prediction, events=(LoopInterrupted(True),), evidence=evidence)
        )

    def _ruled(self, rule: KnownRule | None) -> Ruling:
        if rule is None:
            confidences = {}
            if self.enable_fallback_prediction:
                confidences[self.core_fallback_action_name] = self.core_fallback_threshold
            found = PolicyPrediction(
                self.name, confidences, self.priority, has_usual_threshold=self.has_usual_threshold
            )
            return Ruling(found, None)
        why = f"rule {named(rule.sources)} runs {rule.outcome} here"
        return Ruling(self._says(rule.outcome, Evidence(why, rule.places, rule.outcome)), rule.key)

    def _says(self, action: str, why: Evidence) -> PolicyPrediction:
        return PolicyPrediction(self.name, {action: 1.0}, self.priority, evidence=(why,))


def _has_loop(tracker: TrainingTracker) -> bool:
    return any(isinstance(event, ActiveLoop) for event in tracker.events)


def _default_source(intent: str) -> str:
    return f"default {intent}"


def _loop_source(loop: str, action: str) -> str:
    return f"loop {loop} {action}"
