"""Whether a story or rule that is about to be written disagrees with the project's stories and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import StateMaker, labelled_actions
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.states import State
from trainer_tui.core.stories import StoryFile, TrainingTracker
from trainer_tui.errors import Place, Problem
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.mapping import MappingPolicy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.policies.rule_contradictions import overruled_actions, rule_contradictions
from trainer_tui.progress import Progress, each, unheard

_SHOWN = 3
_LEARN_NO_STORY = frozenset(
    policy.name for policy in (RulePolicy, FormPolicy, MappingPolicy, FallbackPolicy, TwoStageFallbackPolicy)
)

Check = Callable[[StoryFile], tuple[str, ...]]
"""A line for each thing that speaks against a story or rule, which is all that the file holds."""

_Index = Mapping[tuple[State, ...], Mapping[str, Sequence[tuple[str, "Place | None"]]]]


class StoryConflicts:
    """A check of one story after another: a line for each place where stories of the same last `max_history` states
    (None = all) do something else, with the first few of them. Rules are left aside."""

    def __init__(self, trackers: Sequence[TrainingTracker], domain: Domain, max_history: int | None) -> None:
        self._trackers = trackers
        self._domain = domain
        self._max_history = max_history
        self._index: _Index | None = None

    def make_ready(self, tell: Progress = unheard) -> _Index:
        """Know all stories; of many that takes its time, and is as if it had never begun where `tell` ends it."""
        if self._index is None:
            states = StateMaker(self._domain)
            index: dict[tuple[State, ...], dict[str, list[tuple[str, Place | None]]]] = {}
            for tracker in each(self._trackers, "comparing with the stories", tell):
                if tracker.is_rule:
                    continue
                for labelled in labelled_actions(tracker, self._domain, self._max_history, states):
                    found = index.setdefault(labelled.states, {}).setdefault(labelled.action, [])
                    if len(found) < _SHOWN and all(story != tracker.story for story, _ in found):
                        found.append((tracker.story, tracker.place))
            self._index = index
        return self._index

    def __call__(self, new: StoryFile) -> tuple[str, ...]:
        index = self.make_ready()
        lines: dict[str, None] = {}
        for tracker in training_trackers(StoryFile(new.steps), self._domain):
            for labelled in labelled_actions(tracker, self._domain, self._max_history):
                if labelled.states[-1].action is None:
                    continue  # what differs at the very start is no conflict
                for action, stories in index.get(labelled.states, {}).items():
                    if action == labelled.action:
                        continue
                    where = ", ".join(f'"{story}" {place}' for story, place in stories)
                    lines[f"{labelled.action} here, but {action} in {where}"] = None
        return tuple(lines)


def rule_conflicts(trackers: Sequence[TrainingTracker], domain: Domain) -> Check:
    """A check of one story or rule after another: a line for each contradiction of rules that comes with it."""

    @cache
    def rules() -> Sequence[TrainingTracker]:
        return [tracker for tracker in trackers if tracker.is_rule]

    @cache
    def known() -> tuple[Callable[[TrainingTracker], Iterator[Problem]], frozenset[Problem]]:
        policy = RulePolicy().train(trackers, domain)
        return overruled_actions(policy, rules(), domain), frozenset(rule_contradictions(policy, trackers, domain))

    def check(new: StoryFile) -> tuple[str, ...]:
        if not rules() and not new.rules:
            return ()
        mine = training_trackers(new, domain)
        overruled, before = known()
        # All is looked at anew only where there is something to find: of a story, what goes against a rule.
        if not new.rules and not any(problem for tracker in mine for problem in overruled(tracker)):
            return ()
        together = [*trackers, *mine]
        found = rule_contradictions(RulePolicy().train(together, domain), together, domain)
        lines = [_line(problem) for problem in found if problem not in before]
        more = len(lines) - _SHOWN
        return (*lines[:_SHOWN], *([f"{more} more: trainer-tui data validate names them all"] if more > 0 else ()))

    return check


def unlearned_stories(policies: Iterable[str]) -> Check:
    """A check that says of each story, where these are the policies of the configuration (none: the era's own), that
    none of them will learn it."""
    names = {name.rpartition(".")[2] for name in policies}
    if not names or names - _LEARN_NO_STORY:
        return lambda new: ()
    way_out = "write it as a rule, or " if RulePolicy.name in names else ""
    line = f"no policy of the configuration learns from stories: {way_out}add MemoizationPolicy there"
    return lambda new: (line,) if new.steps else ()


def _line(problem: Problem) -> str:
    return f"{problem.place}: {problem.message}" if problem.place else problem.message
