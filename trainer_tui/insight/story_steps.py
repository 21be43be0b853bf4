"""Every action of the stories by the states before it: who did what in a state, as the policies see it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple, overload

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import AllSlotsReset, Event, Restarted, SlotSet, UserUttered
from trainer_tui.core.featurizers import StateMaker, recent_states, states_before_actions
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.backwards import START, UNKNOWN, Backwards

FARTHEST = 20
"""So many states back two conversations are compared, where what tells them apart is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An action and what was before it: the `states`, oldest first, `FARTHEST` of them at most. It is that of the story
    `told` at `index`, which began with `first_slots`, or one of the conversation under way, `tracker`."""

    action: str
    states: Sequence[State]
    tracker: DialogueStateTracker | None = None
    told: TrainingTracker | None = None
    index: int = 0
    first_slots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def past(self) -> tuple[State, ...]:
        return tuple(self.states)

    @property
    def story(self) -> str:
        return self.told.story if self.told else ""

    @property
    def events(self) -> Sequence[Event]:
        """What led there in its story."""
        return self.told.events[: self.index] if self.told else ()

    @property
    def place(self) -> Place | None:
        """Where it stands in its file; an action_listen that no one wrote stands with what is before it."""
        if self.told is None:
            return None
        written = (place for place in reversed(self.told.places[: self.index + 1]) if place is not None)
        return next(written, self.told.place)

    @property
    def message(self) -> UserUttered | None:
        """The latest one."""
        if self.tracker:
            return self.tracker.latest_message
        return next((event for event in reversed(self.events) if isinstance(event, UserUttered)), None)

    @property
    def slots(self) -> Mapping[str, Any]:
        """Every slot; of a story, by going through what led there."""
        if self.tracker:
            return self.tracker.slots
        slots = self.first_slots
        for event in self.events:
            match event:
                case SlotSet():
                    slots = {**slots, event.name: event.value}
                case AllSlotsReset() | Restarted():
                    slots = self.first_slots
        return slots


class _Told(NamedTuple):
    """A story: the numbers of the states before its actions, and the indices of these among its events."""

    tracker: TrainingTracker
    states: array[int]
    indices: array[int]

    def action(self, end: int) -> str:
        """The one before which there were `end` states."""
        action: Any = self.tracker.events[self.indices[end - 1]]
        return action.name or action.text or ""


class _Past(Sequence[State]):
    """The states before an action, as numbers: the steps of a story share these."""

    __slots__ = ("_begins", "_ends", "_numbers", "_states")

    def __init__(self, states: Sequence[State], numbers: array[int], begins: int, ends: int) -> None:
        self._states, self._numbers, self._begins, self._ends = states, numbers, begins, ends

    def __len__(self) -> int:
        return self._ends - self._begins

    @overload
    def __getitem__(self, place: int) -> State: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[State]: ...
    def __getitem__(self, place: Any) -> Any:
        found = [self._states[number - 1] for number in self._numbers[self._begins : self._ends]]
        return found[place]

    def __iter__(self) -> Iterator[State]:
        return iter(self[:])


class StorySteps:
    """The steps of stories, by their last `max_history` states (None = all). Rules are left aside.

    Building it takes half a second for 10,000 stories, asking it microseconds.
    """

    def __init__(self, trackers: Iterable[TrainingTracker], domain: Domain, max_history: int | None) -> None:
        self.max_history = max_history
        self._told: list[_Told] = []
        self._domain = domain
        self._farthest = None if max_history is None else max(FARTHEST, max_history)
        # Equal states of one maker are one object, so their identities tell them apart. Numbers count from 1.
        self._maker = StateMaker(domain)
        self._states: list[State] = []
        self._numbers: dict[int, int] = {}
        self._known: dict[State, int] | None = None
        self._disagreeing: list[range] | None = None
        self._asked: dict[tuple[int, int], list[Step]] = {}
        places: list[tuple[int, int]] = []
        for tracker in trackers:
            if not tracker.is_rule:
                states, indices = array("I"), array("I")
                for state, _, index in states_before_actions(tracker.events, domain, self._maker):
                    states.append(self._number(state))
                    indices.append(index)
                    if index not in tracker.unpredictable:
                        places.append((len(self._told), len(states)))
                self._told.append(_Told(tracker, states, indices))
        self._backwards = Backwards((told.states for told in self._told), places, self._farthest)

    def __iter__(self) -> Iterator[Sequence[Step]]:
        """The steps of each state, in the order of the stories."""
        return self._of(self._backwards.groups(self.max_history))

    def disagreeing(self) -> Iterator[Sequence[Step]]:
        """Those of each state in which stories do different things."""
        if self._disagreeing is None:
            self._disagreeing = [rows for rows in self._backwards.groups(self.max_history) if self._disagree(rows)]
        return self._of(self._disagreeing)

    def _disagree(self, rows: range) -> bool:
        if len(rows) == 1:
            return False
        told = self._told
        return len({told[story].action(end) for story, end in self._backwards.places(rows)}) > 1

    def _of(self, groups: Iterable[range]) -> Iterator[Sequence[Step]]:
        return ([self._made(*place) for place in places] for places in sorted(map(self._places_in, groups)))

    def step(self, tracker: DialogueStateTracker, action: str) -> Step:
        """The action after a conversation, as a step that can be held against those of the stories."""
        past = recent_states(tracker.applied, self._maker, self._farthest)
        return Step(action, past, tracker)

    def beside(self, step: Step) -> Sequence[Step]:
        """What stories do in the same state."""
        return self._in_state([self._numbers.get(id(state), UNKNOWN) for state in self.window(step)])

    def nearest(self, step: Step, most: int) -> list[tuple[Step, int]]:
        """The steps before which the most states were the same, the last of them in any case, and how many."""
        latest = [self._numbers.get(id(state), UNKNOWN) for state in reversed(step.past)]
        found: dict[tuple[int, int], int] = {}
        for shared in range(len(latest), 0, -1):
            rows = self._backwards.sharing(latest[:shared])
            if len(rows) > len(found):
                found |= {place: shared for place in self._places_in(rows) if place not in found}
            if len(found) >= most:
                break
        return [(self._made(*place), shared) for place, shared in list(found.items())[:most]]

    def at(self, states: Sequence[State]) -> Sequence[Step]:
        """What stories do after these states, which another maker made."""
        if self._known is None:
            self._known = {state: number for number, state in enumerate(self._states, 1)}
        window = states if self.max_history is None else states[-self.max_history :]
        return self._in_state([self._known.get(state, UNKNOWN) for state in window])

    def window(self, step: Step) -> tuple[State, ...]:
        """What of the past makes its state."""
        past = step.past
        return past if self.max_history is None else past[-self.max_history :]

    def _made(self, story: int, end: int) -> Step:
        """The step of that story before which there were `end` states."""
        told = self._told[story]
        begins = 0 if self._farthest is None else max(0, end - self._farthest)
        past = _Past(self._states, told.states, begins, end)
        index = told.indices[end - 1]
        return Step(told.action(end), past, None, told.tracker, index, self._domain.initial_slots)

    def _in_state(self, window: Sequence[int]) -> Sequence[Step]:
        latest = [*reversed(window)]
        if self.max_history is None or len(latest) < self.max_history:
            latest.append(START)
        return self._steps_in(self._backwards.sharing(latest))

    def _steps_in(self, rows: range) -> Sequence[Step]:
        """The steps of these rows, which are asked for again and again."""
        key = rows.start, rows.stop
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = [self._made(*place) for place in self._places_in(rows)]
        return known

    def _places_in(self, rows: range) -> list[tuple[int, int]]:
        """In the order of the stories."""
        return sorted(self._backwards.places(rows))

    def _number(self, state: State) -> int:
        number = self._numbers.get(id(state))
        if number is None:
            self._states.append(state)
            number = self._numbers[id(state)] = len(self._states)
        return number
