"""The learned policy: a linear model over windows of states, a back-off memory, and corrections that decide at once.

P = (1 - w)·[0.9·linear model + 0.1·memory] + w·corrections. Memory and corrections take a lesson in at once. The linear
model is fitted anew, beside the session, to the stories and the lessons, and takes the old one's place as a whole. To
its scores is added what bots do by habit.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.following import Following
from trainer_tui.core.states import DialogueExample, State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.numerics import np
from trainer_tui.policies.alike_names import NO_NAMES, AlikeNames
from trainer_tui.policies.backoff_memory import LONGEST_PAST, BackoffMemory, contexts, past_contexts
from trainer_tui.policies.example_table import PLACEHOLDERS, ExampleTable, Window
from trainer_tui.policies.habits import habits
from trainer_tui.policies.lessons import lesson_length
from trainer_tui.policies.overrides import Overrides, exact_key, near_key, overridden
from trainer_tui.policies.policy import Evidence, Lesson, PolicyPrediction
from trainer_tui.policies.sight import Past
from trainer_tui.policies.window_features import Feature, features, situation, symbol
from trainer_tui.progress import Progress, part_of, unheard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trainer_tui.policies.feature_rows import FeatureRows
    from trainer_tui.policies.linear_model import LinearModel, LinearProblem, LinearSolution

WINDOW_LENGTH = 10

_MEMORY_SHARE = 0.1
_SHARE_OF_REMEMBERING = 0.3
"""Of the time that training takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """A fit to be made, wherever there is time for it, and the names that make a model of its solution. `known` are the
    weights of the classes that are not fitted anew."""

    problem: LinearProblem
    labels: tuple[str, ...]
    vocabulary: tuple[Feature, ...]
    known: LinearSolution | None = None

    def model(self, solution: LinearSolution) -> LinearModel:
        from trainer_tui.policies.linear_model import LinearModel, LinearSolution

        vocabulary = {feature: column for column, feature in enumerate(self.vocabulary)}
        wanted = self.problem.wanted
        if self.known is not None and wanted is not None:
            weights, bias = self.known.weights.copy(), self.known.bias.copy()
            weights[:, wanted], bias[wanted] = solution.weights, solution.bias
            solution = LinearSolution(weights, bias, solution.inverse_temperature, solution.is_torn)
        return LinearModel(self.labels, vocabulary, solution)


class LearnedPolicy(Following[Lesson]):
    """Rasa's place for TED and the policies before it, on scikit-learn.

    `train` does all at once. In a session `remember` makes it usable immediately, on memory alone, and `fitted`, called
    beside the session, makes the linear model that `adopt` then puts in.
    """

    name = "LearnedPolicy"

    def __init__(self, max_history: int | None = WINDOW_LENGTH, priority: int = 1, alike_names: bool = True) -> None:
        super().__init__()
        self.max_history = max_history
        self.priority = priority
        self.alike_names = alike_names
        self.names = NO_NAMES
        self.model_: LinearModel | None = None
        self._exact = Overrides()
        self._near = Overrides()
        self._corrections: list[_Correction] = []
        self._table = ExampleTable(lesson_length(max_history))
        self._fitted_rows: tuple[list[int], FeatureRows] | None = None
        self._memory = BackoffMemory()

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain, tell: Progress = unheard) -> Self:
        self.remember(trackers, domain)
        self.adopt(self.fitted(progress=part_of(tell, _SHARE_OF_REMEMBERING, 1.0)))
        return self

    def remember(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        """Learn the stories by memory alone, without a linear model; rules are left to the rule policy."""
        table = ExampleTable(self._window_length)
        table.add_stories(trackers, domain)
        lessons = self._lessons
        self.learn(())
        if self.alike_names:
            self.names = AlikeNames(tuple(name for name in domain.action_names if name not in domain.default_actions))
        self._remember(table)
        self.model_ = None
        self.learn(lessons)
        return self

    @property
    def _window_length(self) -> int:
        return lesson_length(self.max_history)

    def assignment(self, lessons: Sequence[Lesson] = (), of_stories: LinearModel | None = None) -> Assignment | None:
        """What a linear model is to be fitted to: the stories and these lessons; None where there is nothing.

        May run beside the session. `of_stories` is the model of the stories alone, where there is one: what was
        judged then is kept, and only what the lessons change is fitted anew.
        """
        from trainer_tui.policies.feature_rows import FeatureRows
        from trainer_tui.policies.linear_model import LinearProblem, thinned
        from trainer_tui.policies.refit import carried_over, narrowed

        table = self._table
        if self._fitted_rows is None:
            chosen = thinned(table.counts.sum(axis=1)).tolist()
            rows = FeatureRows()
            rows.add(table, (table.windows[row] for row in chosen))
            self._fitted_rows = (chosen, rows)
        chosen, rows = self._fitted_rows
        if lessons:
            table, rows = table.copy(), rows.copy()
            of_stories_alone = len(table)
            table.add_story(DialogueExample(lesson.states, lesson.action) for lesson in lessons)
            added = range(of_stories_alone, len(table))
            rows.add(table, (table.windows[row] for row in added))
            chosen = [*chosen, *added]
        if not chosen:
            return None
        matrix, vocabulary = rows.matrix()
        problem = LinearProblem(
            rows=matrix,
            labels=np.array([table.labels[row] for row in chosen], dtype=np.int32),
            counts=table.counts[chosen],
            classes=len(table.label_names),
            stories=table.stories,
            inverse_temperature=of_stories.solution.inverse_temperature if of_stories else None,
            is_torn=of_stories.solution.is_torn if of_stories else False,
        )
        labels = tuple(table.label_names)
        known = carried_over(of_stories, vocabulary, labels) if lessons and of_stories else None
        if known is None:
            return Assignment(problem, labels, vocabulary)
        before = np.zeros_like(table.counts)
        before[: len(self._table)] = self._table.counts
        changed = np.flatnonzero((table.counts != before).any(axis=1)[chosen])
        return Assignment(narrowed(problem, known, changed), labels, vocabulary, known)

    def fitted(
        self, lessons: Sequence[Lesson] = (), of_stories: LinearModel | None = None, progress: Progress = unheard
    ) -> LinearModel | None:
        """A linear model of the stories and these lessons, which `adopt` takes. May run beside the session."""
        assignment = self.assignment(lessons, of_stories)
        return assignment.model(assignment.problem.solve(progress)) if assignment else None

    def adopt(self, model: LinearModel | None) -> None:
        """Predict with this linear model from now on; corrections that it has taken in no longer reach beyond their
        own state."""
        self.model_ = model
        self._near.begin_anew()
        for correction in self._corrections:
            self._reach(correction)

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        states = prediction_states(tracker, domain, self._window_length)
        shares = self.probabilities(states)
        return PolicyPrediction(self.name, shares, self.priority, evidence=self._evidence(states), is_calibrated=True)

    def sight(self, past: Past) -> Hashable:
        return past.states(self._window_length)

    def probabilities(self, states: Sequence[State]) -> dict[str, float]:
        """P(action) after these states, oldest first; they sum to 1, or are none where nothing was learned."""
        window = tuple(states[-self._window_length :])
        shares = self._memory.probabilities(contexts(window))
        if self.model_:
            shares = {action: _MEMORY_SHARE * share for action, share in shares.items()}
            for action, share in self._modelled(window, self.model_).items():
                shares[action] = shares.get(action, 0.0) + (1.0 - _MEMORY_SHARE) * share
        taught = self._exact.shares(exact_key(window)) or self._near.shares(near_key(window))
        return overridden(shares, taught) if taught else shares

    def _modelled(self, window: Sequence[State], model: LinearModel) -> dict[str, float]:
        """P(action) by the linear model alone."""
        by_habit = habits(window, self.names, model.labels, model.vocabulary)
        shares = model.probabilities(features(window), by_habit)
        for label, stands_for in PLACEHOLDERS.items():
            share, action = shares.pop(label, 0.0), stands_for(window)
            if share and action:
                shares[action] = shares.get(action, 0.0) + share
        rest = sum(shares.values())
        return {action: share / rest for action, share in shares.items()} if rest else {}

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a model file holds of the stories and the linear model; lessons belong to the session."""
        table_json, table_arrays = self._table.to_parts()
        json: dict[str, Any] = {"max_history": self.max_history, "priority": self.priority, "table": table_json}
        json |= {"alike_names": self.alike_names, "names": self.names.actions, "model": None}
        arrays = {f"table.{name}": array for name, array in table_arrays.items()}
        if self.model_:
            json["model"], model_arrays = self.model_.to_parts()
            arrays |= {f"model.{name}": array for name, array in model_arrays.items()}
        return json, arrays

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        table = ExampleTable.from_parts(json["table"], _under("table.", arrays))
        policy = cls(json["max_history"], json["priority"], json["alike_names"])
        policy.names = AlikeNames(tuple(json["names"]))
        policy._remember(table)
        if json["model"] is not None:
            from trainer_tui.policies.linear_model import LinearModel

            policy.model_ = LinearModel.from_parts(json["model"], _under("model.", arrays))
        return policy

    def _remember(self, table: ExampleTable) -> None:
        self._table = table
        self._fitted_rows = None
        self._memory = BackoffMemory()
        symbols = [symbol(state) for state in table.states]
        situations = [situation(state) for state in table.states]
        # Many windows end alike, and their contexts are the same.
        counts: dict[tuple[Window, str], int] = {}
        for row, (window, total) in enumerate(zip(table.windows, table.totals, strict=True)):
            end = window[-LONGEST_PAST:], table.action(row)
            counts[end] = counts.get(end, 0) + total
        for (window, action), count in counts.items():
            now = situations[window[-1]] if window else ""
            self._memory.add(past_contexts(now, [symbols[state] for state in window]), action, count)

    def _learn(self, lesson: Lesson) -> None:
        window = lesson.states[-self._window_length :]
        exact, near = exact_key(window), near_key(window)
        self._memory.add(contexts(window), lesson.action)
        place, near_place = self._exact.add(exact, lesson.action), self._near.add(near, lesson.action)
        if lesson.was_corrected:
            self._exact.begin(exact, place)
            self._corrections.append(_Correction(window, lesson.action, near, near_place))
            self._reach(self._corrections[-1])

    def _reach(self, correction: _Correction) -> None:
        """It decides in states like its own, too, unless the linear model knows by itself."""
        if not self._is_modelled(correction.window, correction.action):
            self._near.begin(correction.near, correction.place)

    def _forget(self, lesson: Lesson) -> None:
        window = lesson.states[-self._window_length :]
        self._memory.remove(contexts(window), lesson.action)
        self._exact.remove_last(exact_key(window))
        self._near.remove_last(near_key(window))
        if lesson.was_corrected:
            self._corrections.pop()

    def _is_modelled(self, window: Sequence[State], action: str) -> bool:
        """Whether the linear model alone says so already."""
        if self.model_ is None:
            return False
        shares = self._modelled(window, self.model_)
        return max(shares, key=shares.__getitem__) == action

    def _evidence(self, states: Sequence[State]) -> tuple[Evidence, ...]:
        window = tuple(states[-self._window_length :])
        if exact_key(window) in self._exact:
            return (Evidence("a correction in this very state"),)
        if near_key(window) in self._near:
            return (Evidence("a correction in a state like this one"),)
        length, followers = self._memory.longest(contexts(window))
        if length < 0:
            return (Evidence("no story was in a situation like this one"),)
        ranking = sorted(followers.items(), key=lambda item: (-item[1], item[0]))
        told = ", ".join(f"{action} {count}×" for action, count in ranking[:3])
        return (Evidence(f"followed the last {length} steps: {told}" if length else f"in such a situation: {told}"),)


@dataclass(frozen=True, slots=True)
class _Correction:
    """A lesson that corrected a prediction, and its place among those of its near key."""

    window: Sequence[State]
    action: str
    near: Hashable
    place: int


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
