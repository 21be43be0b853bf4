"""Every action of the stories by the states before it: who did what in a state, as the policies see it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import AllSlotsReset, Event, Restarted, SlotSet, UserUttered
from trainer_tui.core.featurizers import StateMaker, recent_states, states_before_actions
from trainer_tui.core.states import State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

FARTHEST = 20
"""So many states back two conversations are compared, where what tells them apart is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An action and what was before it: the states `past` (oldest first, `FARTHEST` of them at most), every slot, the
    latest message. `story` and `place` say where it is written, `events` what led there; those of the conversation
    under way are its tracker's. The steps of a story share its `states`, of which theirs are those from `begins` on."""

    action: str
    states: Sequence[State]
    slots: Mapping[str, Any]
    message: UserUttered | None = None
    story: str = ""
    place: Place | None = None
    told: TrainingTracker | None = None
    index: int = 0
    begins: int = 0
    ends: int | None = None

    @property
    def past(self) -> tuple[State, ...]:
        return tuple(self.states[self.begins : self.ends])

    @property
    def events(self) -> Sequence[Event]:
        return self.told.events[: self.index] if self.told else ()


class StorySteps:
    """The steps of stories, by their last `max_history` states (None = all). Rules are left aside.

    Building it takes a second or two for 10,000 stories, asking it microseconds.
    """

    def __init__(self, trackers: Iterable[TrainingTracker], domain: Domain, max_history: int | None) -> None:
        self.max_history = max_history
        self._farthest = None if max_history is None else max(FARTHEST, max_history)
        # Equal states of one maker are one object, so their identities tell them apart.
        self._maker = StateMaker(domain)
        self._steps: dict[Hashable, list[Step]] = {}
        self._known: dict[State, State] | None = None
        self._by_state: dict[int, list[Step]] = {}
        for tracker in trackers:
            if not tracker.is_rule:
                for step in self._steps_of(tracker, domain):
                    self._steps.setdefault(self._key(step), []).append(step)

    def __iter__(self) -> Iterator[Sequence[Step]]:
        """The steps of each state, in the order of the stories."""
        return iter(self._steps.values())

    def step(self, tracker: DialogueStateTracker, action: str) -> Step:
        """The action after a conversation, as a step that can be held against those of the stories."""
        past = recent_states(tracker.applied, self._maker, self._farthest)
        return Step(action, past, tracker.slots, tracker.latest_message)

    def beside(self, step: Step) -> Sequence[Step]:
        """What stories do in the same state."""
        return self._steps.get(self._key(step), ())

    def like(self, step: Step) -> Sequence[Step]:
        """What stories do where the last state is the same, whatever was before."""
        if not self._by_state:
            for steps in self._steps.values():
                self._by_state.setdefault(id(steps[0].past[-1]), []).extend(steps)
        return self._by_state.get(id(step.past[-1]), ())

    def at(self, states: Sequence[State]) -> Sequence[Step]:
        """What stories do after these states, which another maker made."""
        if self._known is None:
            self._known = {state: state for steps in self._steps.values() for state in self.window(steps[0])}
        window = states if self.max_history is None else states[-self.max_history :]
        same = [self._known.get(state) for state in window]
        return () if None in same else self._steps.get(tuple(map(id, same)), ())

    def window(self, step: Step) -> tuple[State, ...]:
        """What of the past makes its state."""
        past = step.past
        return past if self.max_history is None else past[-self.max_history :]

    def _key(self, step: Step) -> Hashable:
        return tuple(map(id, self.window(step)))

    def _steps_of(self, tracker: TrainingTracker, domain: Domain) -> Iterator[Step]:
        slots, message, place, walked = domain.initial_slots, None, tracker.place, 0
        states: list[State] = []
        for state, action, index in states_before_actions(tracker.events, domain, self._maker):
            states.append(state)
            if index in tracker.unpredictable:
                continue
            for event in tracker.events[walked:index]:
                match event:
                    case SlotSet():
                        slots = {**slots, event.name: event.value}
                    case UserUttered():
                        message = event
                    case AllSlotsReset() | Restarted():
                        slots = domain.initial_slots
            # An action_listen that no one wrote stands with what is before it.
            written = tracker.places[walked : index + 1]
            place = next((one for one in reversed(written) if one is not None), place)
            walked = index
            ends = len(states)
            begins = 0 if self._farthest is None else max(0, ends - self._farthest)
            label = action.name or action.text or ""
            yield Step(label, states, slots, message, tracker.story, place, tracker, index, begins, ends)
