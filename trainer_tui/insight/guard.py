"""What a correction fixes and breaks: every step of stories, rules, tests and of this session predicted again.

Theory of operation. Steps of the same past that want the same action are one `Unit`, predicted once. In states that the
stories agree on memory decides, so that a lesson changes nothing there unless it is of that very state: such units are
looked at only when a lesson is. All others are predicted once to begin with, and again after each correction and each
new model where the learned policy had a say. A lesson that says what is certain in its state already changes nothing
there, so that a turn costs the same however often it was taught. What was predicted before a correction is kept with
it, so that taking the correction back takes its consequences back.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted
from trainer_tui.core.growing import Growing
from trainer_tui.core.states import State
from trainer_tui.core.stories import SNIPPET, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.story_predictions import predicted
from trainer_tui.insight.story_steps import Step, StorySteps
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.lessons import TaughtStep
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.policy import Lesson

Kind = Literal["story", "rule", "test story", "this session"]


@dataclass(frozen=True, slots=True)
class Consequence:
    """A step that is predicted otherwise since a correction. `node` is the move of a step of this session."""

    kind: Kind
    name: str
    place: Place | None
    node: int | None
    wanted: str
    before: str
    now: str

    @property
    def is_right(self) -> bool:
        return self.now == self.wanted


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the latest correction changed, what it broke first; `is_complete`: all was predicted again; `is_beside`: by
    our own model, where another decides; `is_of_any`: there is a correction."""

    found: tuple[Consequence, ...] = ()
    is_complete: bool = True
    is_beside: bool = False
    is_of_any: bool = True

    @property
    def right(self) -> int:
        return sum(one.is_right for one in self.found)

    @property
    def wrong(self) -> int:
        return len(self.found) - self.right

    def __str__(self) -> str:
        """ "+2 right -1 wrong"; "" where nothing changed."""
        parts = ([f"+{self.right} right"] * bool(self.right)) + ([f"-{self.wrong} wrong"] * bool(self.wrong))
        return " ".join(parts)


@dataclass(slots=True, eq=False)
class _Unit:
    """Steps that look the same and want the same. `base`: what is predicted without what the session taught since."""

    kind: Kind
    wanted: str
    steps: list[Step]
    tracker: DialogueStateTracker | None = None
    node: int | None = None
    base: str | None = None
    now: str | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class _Correction:
    """`lessons` were known before it, and this was predicted then where it was another than at first."""

    lessons: int
    before: Mapping[_Unit, str]


Watched = Mapping[Kind, StorySteps]
_Window = tuple[State, ...]


def watched(
    trackers: Sequence[TrainingTracker], tests: Sequence[TrainingTracker], domain: Domain, stories: StorySteps
) -> Watched:
    """All that is predicted again: the stories, which are known already, the rules, and test stories."""
    rules = [_as_story(tracker) for tracker in trackers if tracker.is_rule]
    return {
        "story": stories,
        "rule": StorySteps(rules, domain, stories.max_history),
        "test story": StorySteps(tests, domain, stories.max_history),
    }


def _as_story(rule: TrainingTracker) -> TrainingTracker:
    """The rule as the shortest conversation that it is about."""
    snippet = ActionExecuted(SNIPPET)
    kept = [index for index, event in enumerate(rule.events) if event != snippet]
    return replace(
        rule,
        events=tuple(rule.events[index] for index in kept),
        places=tuple(rule.places[index] for index in kept if index < len(rule.places)),
        unpredictable=frozenset(place for place, index in enumerate(kept) if index in rule.unpredictable),
        is_rule=False,
    )


class Guard:
    """`ensemble` knows exactly `lessons`. `follow` and `model_changed` tell what happens, `work` predicts a few more:
    until it says that nothing is left, `consequences` are those found so far."""

    def __init__(self, watched: Watched, ensemble: Ensemble, domain: Domain, lessons: Sequence[Lesson] = ()) -> None:
        self.ensemble = ensemble
        self._watched = watched
        self._domain = domain
        self._began = self._lessons = Growing.of(lessons)
        self._units: dict[Hashable, _Unit] = {}
        self._steps: Growing[TaughtStep] = Growing()
        self._session: dict[int, _Unit] = {}
        self._session_at: dict[_Window, dict[int, _Unit]] = {}
        self._taught = Counter((self._window(lesson.states), lesson.action) for lesson in lessons)
        self._corrected = Counter(self._window(lesson.states) for lesson in lessons if lesson.was_corrected)
        self._differing: dict[_Unit, str] = {}
        self._corrections: list[_Correction] = []
        self._todo: deque[_Unit] = deque(self._undecided())

    # --- what is looked at ----------------------------------------------------------------------------------------

    def _undecided(self) -> Iterator[_Unit]:
        """The units that memory does not decide alone."""
        memories = [policy for policy in self.ensemble.policies if isinstance(policy, MemoizationPolicy)]
        learned = max((p.priority for p in self.ensemble.policies if isinstance(p, LearnedPolicy)), default=0)
        decides = any(
            memory.max_history == self._watched["story"].max_history
            and memory.priority > learned
            and not memory.use_nlu_confidence_as_score
            for memory in memories
        )
        for kind, stories in self._watched.items():
            for steps in stories.disagreeing() if kind == "story" and decides else stories:
                yield from self._units_of(kind, steps)

    def _units_of(self, kind: Kind, steps: Iterable[Step]) -> Iterator[_Unit]:
        """Each once, with all its steps."""
        grouped: dict[Hashable, list[Step]] = {}
        for step in steps:
            grouped.setdefault((kind, step.action, *map(id, step.past)), []).append(step)
        for key, same in grouped.items():
            unit = self._units.get(key)
            if unit is None:
                unit = self._units[key] = _Unit(kind, same[0].action, same)
            yield unit

    def _at(self, states: Sequence[State]) -> Iterator[_Unit]:
        for kind, stories in self._watched.items():
            yield from self._units_of(kind, stories.at(states))

    # --- what happens ---------------------------------------------------------------------------------------------

    def follow(self, lessons: Sequence[Lesson], steps: Sequence[TaughtStep] = ()) -> None:
        """The session taught exactly these by now, in its own steps."""
        now = Growing.of(lessons)
        shared = self._lessons.shared_length(now)
        while self._corrections and shared <= self._corrections[-1].lessons:
            self._corrections.pop()
        if shared < len(self._lessons):
            # What was taken back is no part of what is taught next.
            self._turn_to(now.up_to(shared), self._lessons[shared:], steps)
        if places := [place for place, lesson in enumerate(now[shared:], shared) if lesson.was_corrected]:
            before = dict(self._differing)
            self._corrections += (_Correction(place, before) for place in places)
        self._turn_to(now, now[shared:], steps)

    def _turn_to(self, now: Growing[Lesson], changed: Sequence[Lesson], steps: Sequence[TaughtStep]) -> None:
        """Know these lessons: those `changed` came, or are gone."""
        comes = len(now) > len(self._lessons)
        at = {window: list(self._at(window)) for window in (self._window(lesson.states) for lesson in changed)}
        if any(_in_loop(lesson) for lesson in changed):
            # A form that was told to leave a message alone does so wherever it stands like that.
            hit = dict.fromkeys(unit for unit in self._units.values() if unit.steps[0].past[-1].loop)
        else:
            hit = {}
        if fresh := [unit for units in (hit, *at.values()) for unit in units if unit.base is None]:
            self.ensemble.learn(self._lessons)
            for unit in fresh:
                self._predict_base(unit)
        self.ensemble.learn(now)
        self._follow_session(Growing.of(steps))
        self._lessons = now
        for lesson in changed:
            window = self._window(lesson.states)
            self._taught[window, lesson.action] += 1 if comes else -1
            self._corrected[window] += (1 if comes else -1) * lesson.was_corrected
        for lesson in changed:
            window = self._window(lesson.states)
            units = (*at[window], *self._session_at.get(window, {}).values())
            hit |= dict.fromkeys(self._in_question(units, lesson, window, comes))
        for unit in hit:
            self._predict(unit)
        if any(lesson.was_corrected for lesson in changed):
            self.model_changed()

    def _in_question(self, units: Iterable[_Unit], lesson: Lesson, window: _Window, comes: bool) -> Iterable[_Unit]:
        """Those in the state of a lesson that came, or is gone, of which something else may be predicted now."""
        if _in_loop(lesson):
            return units
        if comes:
            return (unit for unit in units if not unit.is_settled or unit.now != lesson.action)
        if lesson.was_corrected or self._corrected[window] or not self._taught[window, lesson.action]:
            return units
        return (unit for unit in units if not unit.is_settled)

    def model_changed(self) -> None:
        """The learned policy says something else: all that it had a say in is predicted again."""
        known = set(self._todo)
        self._todo.extend(
            unit
            for unit in (*self._units.values(), *self._session.values())
            if unit.base is not None and not unit.is_settled and unit not in known
        )

    def _follow_session(self, steps: Growing[TaughtStep]) -> None:
        """What was confirmed was right then."""
        shared = self._steps.shared_length(steps)
        for taught in self._steps[shared:]:
            unit = self._session.pop(taught.move)
            self._differing.pop(unit, None)
            if taught.lesson:
                del self._session_at[self._window(taught.lesson.states)][taught.move]
        for taught in steps[shared:]:
            wanted, states = taught.step.action, taught.lesson.states if taught.lesson else ()
            step = Step(wanted, states, taught.step.tracker)
            unit = _Unit("this session", wanted, [step], taught.step.tracker, taught.move, base=wanted, now=wanted)
            self._session[taught.move] = unit
            if states:
                self._session_at.setdefault(self._window(states), {})[taught.move] = unit
        self._steps = steps

    def _window(self, states: Sequence[State]) -> _Window:
        length = self._watched["story"].max_history
        return tuple(states if length is None else states[-length:])

    # --- predicting -----------------------------------------------------------------------------------------------

    def work(self, most: int) -> bool:
        """Predict so many units at most; False when nothing is left."""
        some = [self._todo.popleft() for _ in range(min(most, len(self._todo)))]
        some = list(filter(self._is_watched, some))
        if fresh := [unit for unit in some if unit.base is None]:
            self.ensemble.learn(self._began)
            for unit in fresh:
                self._predict_base(unit)
        self.ensemble.learn(self._lessons)
        for unit in some:
            if not unit.is_settled:
                self._predict(unit)
        return bool(self._todo)

    def _is_watched(self, unit: _Unit) -> bool:
        """Whether it is of the stories, or of a step that was not taken back."""
        return unit.node is None or self._session.get(unit.node) is unit

    def _predict_base(self, unit: _Unit) -> None:
        unit.base, unit.is_settled = self._predicted(unit)
        unit.now = unit.base

    def _predict(self, unit: _Unit) -> None:
        unit.now, unit.is_settled = self._predicted(unit)
        if unit.now == unit.base:
            self._differing.pop(unit, None)
        else:
            self._differing[unit] = unit.now

    def _predicted(self, unit: _Unit) -> tuple[str, bool]:
        """The action, and whether it is so whatever the learned policy says."""
        tracker = unit.tracker or DialogueStateTracker.start(self._domain).with_events(unit.steps[0].events)
        _, prediction = predicted(self.ensemble, tracker, self._domain, unit.wanted)
        is_settled = prediction.confidence >= 1.0 and prediction.policy != LearnedPolicy.name
        return prediction.action, is_settled

    # --- what came of it ------------------------------------------------------------------------------------------

    def consequences(self) -> Consequences:
        """Of the latest correction that still holds."""
        if not self._corrections:
            return Consequences(is_complete=not self._todo, is_of_any=False)
        before = self._corrections[-1].before
        found: list[Consequence] = []
        for unit in filter(self._is_watched, {**before, **self._differing}):
            was, now = before.get(unit, unit.base), unit.now
            if now is None or was is None or now == was or unit.wanted not in (now, was):
                continue
            found += (
                Consequence(unit.kind, step.story, step.place, unit.node, unit.wanted, was, now) for step in unit.steps
            )
        found.sort(key=_in_order)
        return Consequences(tuple(found), not self._todo)


def _in_order(one: Consequence) -> tuple[bool, str, str, int, int]:
    """What broke first."""
    return one.is_right, one.kind, one.name, (one.place and one.place.line) or 0, one.node or 0


def _in_loop(lesson: Lesson) -> bool:
    return bool(lesson.states) and lesson.states[-1].loop is not None
