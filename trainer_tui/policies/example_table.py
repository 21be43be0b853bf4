"""Training examples, each different one once: what the learned policy keeps of the stories and refits from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_tui.core.states import DialogueExample, State

FOLDS = 3

Window = tuple[int, ...]


class ExampleTable:
    """Windows of states with the action that followed, and how often, by fold.

    A row is one (window, action). `windows[row]` holds indices into `states`, oldest first, `labels[row]` an index into
    `actions`, `counts[row][fold]` how often the stories of that fold hold it. A story is of one fold as a whole, so
    that a model can be judged on stories it has not seen.
    """

    def __init__(self, max_history: int) -> None:
        self.max_history = max_history
        self.states: list[State] = []
        self.actions: list[str] = []
        self.windows: list[Window] = []
        self.labels: list[int] = []
        self.counts: list[list[int]] = []
        self.stories = 0
        self._state_ids: dict[State, int] = {}
        self._action_ids: dict[str, int] = {}
        self._rows: dict[tuple[Window, int], int] = {}

    def __len__(self) -> int:
        return len(self.windows)

    def add_story(self, examples: Iterable[DialogueExample]) -> None:
        """Count the examples of one story."""
        fold = self.stories % FOLDS
        self.stories += 1
        # The windows of a story share their states, and an identity is looked up faster than a state is hashed.
        seen: dict[int, int] = {}
        for example in examples:
            window = []
            for state in example.states[-self.max_history :]:
                index = seen.get(id(state))
                if index is None:
                    index = seen[id(state)] = self._state_id(state)
                window.append(index)
            self._count(tuple(window), example.action, fold)

    def copy(self) -> ExampleTable:
        """A table that can grow without this one."""
        table = ExampleTable(self.max_history)
        table.states = self.states.copy()
        table.actions = self.actions.copy()
        table.windows = self.windows.copy()
        table.labels = self.labels.copy()
        table.counts = [counts.copy() for counts in self.counts]
        table.stories = self.stories
        table._state_ids = self._state_ids.copy()
        table._action_ids = self._action_ids.copy()
        table._rows = self._rows.copy()
        return table

    def to_parts(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """States and actions as JSON; windows (rows × max_history, -1 where there is no state), labels and counts."""
        windows = np.full((len(self), self.max_history), -1, dtype=np.int32)
        for row, window in enumerate(self.windows):
            if window:
                windows[row, -len(window) :] = window
        json = {
            "max_history": self.max_history,
            "stories": self.stories,
            "actions": self.actions,
            "states": [_state_as_json(state) for state in self.states],
        }
        arrays = {
            "windows": windows,
            "labels": np.array(self.labels, dtype=np.int32),
            "counts": np.array(self.counts, dtype=np.int32).reshape(len(self), FOLDS),
        }
        return json, arrays

    @classmethod
    def from_parts(cls, json: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> ExampleTable:
        table = cls(int(json["max_history"]))
        table.stories = int(json["stories"])
        table.actions = [str(action) for action in json["actions"]]
        table.states = [_state_from_json(state) for state in json["states"]]
        table.windows = [tuple(index for index in row if index >= 0) for row in arrays["windows"].tolist()]
        table.labels = arrays["labels"].tolist()
        table.counts = arrays["counts"].tolist()
        table._state_ids = {state: index for index, state in enumerate(table.states)}
        table._action_ids = {action: index for index, action in enumerate(table.actions)}
        table._rows = {key: row for row, key in enumerate(zip(table.windows, table.labels, strict=True))}
        return table

    def _state_id(self, state: State) -> int:
        index = self._state_ids.setdefault(state, len(self.states))
        if index == len(self.states):
            self.states.append(state)
        return index

    def _count(self, window: Window, action: str, fold: int) -> None:
        label = self._action_ids.setdefault(action, len(self.actions))
        if label == len(self.actions):
            self.actions.append(action)
        row = self._rows.setdefault((window, label), len(self.windows))
        if row == len(self.windows):
            self.windows.append(window)
            self.labels.append(label)
            self.counts.append([0] * FOLDS)
        self.counts[row][fold] += 1


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
