"""Training examples, each different one once: what the learned policy keeps of the stories and refits from."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, overload

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.featurizers import StateMaker, numbered_actions
from trainer_tui.core.states import DialogueExample, State
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.numerics import np
from trainer_tui.policies.window_features import asked_before, is_listening, latest_loop

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDS = 3

LATEST_LOOP = "@latest loop"
"""The label where the active loop is what runs, or, where none is active, the one that was so last: what is learned of
one form's interruptions, and of going back to it, then holds for others."""

ASKED_BEFORE = "@asked before"
"""The label where the turn before ended with what runs now, behind an answer: that a question is asked again once
something else was answered then holds for every question, and after whatever was said in between."""

PLACEHOLDERS: Mapping[str, Callable[[Sequence[State]], str | None]] = {
    LATEST_LOOP: latest_loop,
    ASKED_BEFORE: asked_before,
}
"""Labels that stand for an action by the states before it, and what tells which; None where they can stand for none."""

Window = tuple[int, ...]


class Windows(Sequence[Window]):
    """Windows of `width` numbers at most, side by side in one array, where a shorter one has -1 before it: a third of
    what tuples take."""

    def __init__(self, width: int, numbers: array[int] | None = None) -> None:
        self.width = width
        self.numbers = array("i") if numbers is None else numbers

    def __len__(self) -> int:
        return len(self.numbers) // self.width

    @overload
    def __getitem__(self, place: int) -> Window: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Window]: ...
    def __getitem__(self, place: Any) -> Any:
        rows = range(len(self))[place]
        return list(map(self._window, rows)) if isinstance(place, slice) else self._window(rows)

    def __iter__(self) -> Iterator[Window]:
        return map(self._window, range(len(self)))

    def _window(self, place: int) -> Window:
        row = self.numbers[place * self.width : (place + 1) * self.width]
        return tuple(row[row.count(-1) :])

    def append(self, window: Window) -> None:
        self.numbers.extend((-1,) * (self.width - len(window)))
        self.numbers.extend(window)

    def copy(self) -> Windows:
        return Windows(self.width, self.numbers[:])


class ExampleTable:
    """Windows of states with the action that followed, and how often, by fold.

    A row is one (window, label). `windows[row]` holds indices into `states`, oldest first, `labels[row]` an index into
    `label_names` (actions, or `PLACEHOLDERS`), `counts[row][fold]` how often the stories of that fold hold it. A story
    is of one fold as a whole, so that a model can be judged on stories it has not seen.
    """

    def __init__(self, max_history: int) -> None:
        self.max_history = max_history
        self.states: list[State] = []
        self.label_names: list[str] = []
        self.windows = Windows(max_history)
        self.labels: list[int] = []
        self.stories = 0
        self._state_ids: dict[State, int] = {}
        # The same state is mostly the same object, and an identity is looked up faster than a state is hashed.
        self._places: dict[int, int] = {}
        self._label_ids: dict[str, int] = {}
        self._loops: set[str] = set()
        self._rows: dict[Window, int] | None = {}
        self._counts = array("i")

    @property
    def counts(self) -> NDArray[np.int32]:
        """Rows × folds, a copy."""
        return np.array(self._counts, dtype=np.int32).reshape(len(self), FOLDS)

    @property
    def totals(self) -> list[int]:
        """How often the stories hold each row."""
        return [sum(self._counts[first : first + FOLDS]) for first in range(0, len(self._counts), FOLDS)]

    def __len__(self) -> int:
        return len(self.labels)

    def add_stories(self, trackers: Iterable[TrainingTracker], domain: Domain) -> None:
        """Count the examples of these; most tables get no more after them. Rules are left to the rule policy."""
        maker = StateMaker(domain)
        for tracker in trackers:
            if not tracker.is_rule:
                found = numbered_actions(tracker, domain, self.max_history, maker, self._state_id)
                self._count_story((window, action) for window, action, _ in found)
        self._rows = None

    def add_story(self, examples: Iterable[DialogueExample]) -> None:
        """Count the examples of one story."""
        self._count_story(
            (tuple(map(self._state_id, example.states[-self.max_history :])), example.action) for example in examples
        )

    def _count_story(self, found: Iterable[tuple[Window, str]]) -> None:
        fold = self.stories % FOLDS
        self.stories += 1
        for window, action in found:
            self._count(window, self._label(window, action), fold)

    def action(self, row: int) -> str:
        """The action that followed the row's window."""
        name = self.label_names[self.labels[row]]
        return PLACEHOLDERS[name](self._states_of(self.windows[row])) or "" if name in PLACEHOLDERS else name

    def _label(self, window: Window, action: str) -> str:
        # Most windows are told at a glance to have none.
        if action in self._loops and latest_loop(self._states_of(window)) == action:
            return LATEST_LOOP
        if action == ACTION_LISTEN or not window or is_listening(self.states[window[-1]]):
            return action
        return ASKED_BEFORE if asked_before(self._states_of(window)) == action else action

    def _states_of(self, window: Window) -> list[State]:
        return [self.states[state] for state in window]

    def copy(self) -> ExampleTable:
        """A table that can grow without this one."""
        table = ExampleTable(self.max_history)
        table.states = self.states.copy()
        table.label_names = self.label_names.copy()
        table.windows = self.windows.copy()
        table.labels = self.labels.copy()
        table._counts = self._counts[:]
        table.stories = self.stories
        table._state_ids = self._state_ids.copy()
        table._places = self._places.copy()
        table._label_ids = self._label_ids.copy()
        table._loops = self._loops.copy()
        table._rows = self._by_window().copy()
        return table

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """States and actions as JSON; windows (rows × max_history, -1 where there is no state), labels and counts."""
        windows = np.array(self.windows.numbers, dtype=np.int32).reshape(len(self), self.max_history)
        json = {
            "max_history": self.max_history,
            "stories": self.stories,
            "labels": self.label_names,
            "states": [_state_as_json(state) for state in self.states],
        }
        arrays = {
            "windows": windows,
            "labels": np.array(self.labels, dtype=np.int32),
            "counts": self.counts,
        }
        return json, arrays

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> ExampleTable:
        table = cls(int(json["max_history"]))
        table.stories = int(json["stories"])
        table.label_names = [str(label) for label in json["labels"]]
        table.states = [_state_from_json(state) for state in json["states"]]
        table.windows = Windows(table.max_history, array("i", chain.from_iterable(arrays["windows"].tolist())))
        table.labels = arrays["labels"].tolist()
        table._counts = array("i", chain.from_iterable(arrays["counts"].tolist()))
        table._state_ids = {state: index for index, state in enumerate(table.states)}
        table._loops = {state.loop for state in table.states if state.loop}
        table._label_ids = {label: index for index, label in enumerate(table.label_names)}
        table._rows = None
        return table

    def _by_window(self) -> dict[Window, int]:
        """The row of each window with its label behind it; made when it is needed, which without lessons is never."""
        if self._rows is None:
            pairs = zip(self.windows, self.labels, strict=True)
            self._rows = {(*window, label): row for row, (window, label) in enumerate(pairs)}
        return self._rows

    def _state_id(self, state: State) -> int:
        known = self._places.get(id(state))
        if known is not None:
            return known
        index = self._state_ids.setdefault(state, len(self.states))
        if index == len(self.states):
            self.states.append(state)
            self._places[id(state)] = index
            if state.loop:
                self._loops.add(state.loop)
        return index

    def _count(self, window: Window, name: str, fold: int) -> None:
        label = self._label_ids.setdefault(name, len(self.label_names))
        if label == len(self.label_names):
            self.label_names.append(name)
        row = self._by_window().setdefault((*window, label), len(self))
        if row == len(self):
            self.windows.append(window)
            self.labels.append(label)
            self._counts.extend((0,) * FOLDS)
        self._counts[row * FOLDS + fold] += 1


def _state_as_json(state: State) -> list[Any]:
    slots = [[name, *features] for name, features in state.slots]
    return [state.intent, list(state.entities), state.text, state.action, state.action_text, slots, state.loop]


def _state_from_json(row: Sequence[Any]) -> State:
    intent, entities, text, action, action_text, slots, loop = row
    return State(
        intent=intent,
        entities=tuple(entities),
        text=text,
        action=action,
        action_text=action_text,
        slots=tuple((name, tuple(features)) for name, *features in slots),
        loop=loop,
    )
