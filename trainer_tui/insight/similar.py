"""Which stories were in this state, and what they did next.

"Similar" means the same recent history. A symbol is what a person meant (intent with entities) or what the bot did
(action with the loop and the featurised slots after it). Positions are found by the symbols before them (`backwards`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.featurizers import MAX_HISTORY
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.backwards import START, UNKNOWN, Backwards

LONGEST = 12
"""How many symbols back two histories are compared at most."""

THEN = " ▸ "


class Symbol(NamedTuple):
    """One step of a conversation; `state` is what else policies see of it."""

    is_user: bool
    name: str
    state: tuple[object, ...] = ()


_Mark = tuple[int, Symbol | None, str | None, Mapping[str, tuple[float, ...]], tuple[object, ...]]


class Steps:
    """The steps of a conversation, action_listen left out; a restart begins anew.

    `found` are the steps, `begins` the places where a turn does: with what a person meant, or with the very first step.
    """

    def __init__(self, domain: Domain) -> None:
        self.found: list[Symbol] = []
        self.begins: list[int] = []
        self._domain = domain
        self._loop: str | None = None
        self._features: Mapping[str, tuple[float, ...]] = {}
        self._state: tuple[object, ...] = (None, ())

    def take(self, event: Event) -> None:
        match event:
            case UserUttered():
                self._add(Symbol(True, event.intent or event.text or "", tuple(sorted(event.labels))))
                return
            case ActionExecuted():
                if event.name != ACTION_LISTEN:
                    self._add(Symbol(False, event.name or event.text or "", self._state))
                return
            case SlotSet():
                slot = self._domain.slots.get(event.name)
                self._features = {**self._features, event.name: slot.features(event.value) if slot else ()}
            case AllSlotsReset():
                self._features = {}
            case ActiveLoop():
                self._loop = event.name
            case Restarted() | SessionStarted():
                self.found, self.begins, self._loop, self._features = [], [], None, {}
            case _:
                return
        features = sorted((name, values) for name, values in self._features.items() if any(values))
        self._state = (self._loop, tuple(features))
        if self.found and not self.found[-1].is_user:
            self.found[-1] = self.found[-1]._replace(state=self._state)

    def _add(self, step: Symbol) -> None:
        if step.is_user or not self.found:
            self.begins.append(len(self.found))
        self.found.append(step)

    def mark(self) -> _Mark:
        """Where they stand, to go back to."""
        return (len(self.found), self.found[-1] if self.found else None, self._loop, self._features, self._state)

    def return_to(self, mark: _Mark) -> None:
        """Take back what was added since; no restart lies between."""
        length, last, self._loop, self._features, self._state = mark
        del self.found[length:]
        if last is not None:
            self.found[-1] = last
        while self.begins and self.begins[-1] >= length:
            self.begins.pop()


class WalkedSteps:
    """The steps of one conversation after the other: of one that goes on where the one before stood, or lies before it,
    they cost what lies between."""

    def __init__(self) -> None:
        self._walked: list[AppliedEvents] = []
        self._marks: dict[AppliedEvents, _Mark] = {}
        self._steps: Steps | None = None

    def after(self, applied: AppliedEvents, domain: Domain) -> Steps:
        missing: list[AppliedEvents] = []
        known: AppliedEvents | None = None
        for node in applied:
            if node in self._marks:
                known = node
                break
            missing.append(node)
        while self._walked and self._walked[-1] is not known:
            del self._marks[self._walked.pop()]
        if known is None or self._steps is None:
            self._steps = Steps(domain)
        else:
            self._steps.return_to(self._marks[known])
        for node in reversed(missing):
            assert node.event is not None
            self._steps.take(node.event)
            self._walked.append(node)
            self._marks[node] = self._steps.mark()
        return self._steps


def steps_of(events: Iterable[Event], domain: Domain) -> Steps:
    """The steps of a whole conversation."""
    steps = Steps(domain)
    for event in events:
        steps.take(event)
    return steps


def symbols(events: Iterable[Event], domain: Domain) -> list[Symbol]:
    return steps_of(events, domain).found


_KEPT = 32

Occurrence = tuple[int, int]
"""A place in a story, (story, position): the step `position` of story number `story` comes next there."""


@dataclass(frozen=True, slots=True)
class Similar:
    """The stories that share the last `shared` symbols; `is_same` when that is all that policies look at. `block` is
    where they stand in the index."""

    occurrences: tuple[Occurrence, ...]
    shared: int
    is_same: bool
    block: tuple[int, int] = (0, 0)


class SimilarStories:
    """An index of stories: `steps` of each, and of the turn that begins at each step its `labels` and its `ends`.

    Building it takes half a second for 10,000 stories, asking it under a millisecond.
    """

    def __init__(self, trackers: Sequence[TrainingTracker], domain: Domain) -> None:
        stories = [tracker for tracker in trackers if not tracker.is_rule]
        self.names = [tracker.story for tracker in stories]
        self.places: list[Place | None] = [tracker.place for tracker in stories]
        same: dict[Symbol, Symbol] = {}
        self.steps = [[same.setdefault(step, step) for step in symbols(told.events, domain)] for told in stories]
        self.labels: list[list[str]] = []
        self.ends: list[list[int]] = []
        self._numbers: dict[Symbol, int] = {}
        known: dict[str, str] = {}
        coded: list[list[int]] = []
        for steps in self.steps:
            labels, ends = _turns(steps, known)
            self.labels.append(labels)
            self.ends.append(ends)
            coded.append([self._numbers.setdefault(step, len(self._numbers) + 1) for step in steps])
        places = [(story, position) for story, steps in enumerate(self.steps) for position in range(len(steps) + 1)]
        self._backwards = Backwards(coded, places, LONGEST)
        self._turns: dict[tuple[int, int], Mapping[str, Sequence[Occurrence]]] = {}

    def ask(self, history: Sequence[Symbol], end: int | None = None, max_history: int = MAX_HISTORY) -> Similar:
        """Where stories stand after the same steps as the first `end` of `history` (None = all): the last
        2·max_history, else as many as occur."""
        wanted = min(2 * max_history, LONGEST)
        length = len(history) if end is None else end
        latest = [self._numbers.get(step, UNKNOWN) for step in reversed(history[max(0, length - wanted) : length])]
        if length < wanted:
            latest.append(START)
        for shared in range(len(latest), 0, -1):
            rows = self._backwards.sharing(latest[:shared])
            if rows:
                steps = shared - (latest[shared - 1] == START)
                return Similar(self._backwards.places(rows), steps, shared == len(latest), (rows.start, rows.stop))
        return Similar((), 0, False)

    def by_turn(self, occurrences: Iterable[Occurrence]) -> dict[str, list[Occurrence]]:
        """The occurrences by the turn that begins there: a message with its actions, or the rest of the actions."""
        found: dict[str, list[Occurrence]] = defaultdict(list)
        all_labels = self.labels
        for occurrence in occurrences:
            story, position = occurrence
            labels = all_labels[story]
            if position < len(labels):
                found[labels[position]].append(occurrence)
        return found

    def turns(self, similar: Similar) -> Mapping[str, Sequence[Occurrence]]:
        """The same of what was asked for; the few that a conversation shows again and again are kept."""
        key = similar.block
        if key not in self._turns:
            if len(self._turns) == _KEPT:
                self._turns.pop(next(iter(self._turns)))
            self._turns[key] = self.by_turn(similar.occurrences)
        return self._turns[key]

    def instead(self, similar: Similar, taken: str) -> list[tuple[str, Sequence[Occurrence]]]:
        """The same without the turn that was taken, most frequent first."""
        others = ((label, found) for label, found in self.turns(similar).items() if label != taken)
        return sorted(others, key=lambda item: (-len(item[1]), item[0]))


def _turns(steps: Sequence[Symbol], known: dict[str, str]) -> tuple[list[str], list[int]]:
    """Of the turn that begins at each step: "greet ▸ utter_greet", and the step at which the next message comes."""
    labels, ends = [""] * len(steps), [len(steps)] * len(steps)
    for place in range(len(steps) - 1, -1, -1):
        label, after = steps[place].name, place + 1
        if after < len(steps) and not steps[after].is_user:
            label, after = f"{label}{THEN}{labels[after]}", ends[after]
        labels[place], ends[place] = known.setdefault(label, label), after
    return labels, ends
