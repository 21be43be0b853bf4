"""Features as numbered columns: a sparse binary matrix of the rows of an example table."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING

from trainer_tui.dataclass import dataclass
from trainer_tui.numerics import np
from trainer_tui.policies.example_table import ExampleTable, Window
from trainer_tui.policies.window_features import (
    LONGEST_RUN,
    POSITIONS,
    START,
    Feature,
    action_of,
    asked_feature,
    bag_features,
    bare_symbol,
    intent_of,
    is_listening,
    latest_word,
    pair_features,
    place_features,
    run_features,
    since_feature,
    symbol,
    turn_features,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANY_ROWS = 5_000
"""From so many rows on, a feature that only one row has says nothing about others and is dropped."""

Columns = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A binary CSR matrix of `width` columns: row r has ones in the columns indices[indptr[r]:indptr[r + 1]] (int32:
    liblinear takes no other)."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    width: int


class FeatureRows:
    """The columns of rows of a table, computed once.

    Gives exactly the features of `window_features.features`, block by block, as most blocks recur in many windows.
    """

    def __init__(self) -> None:
        self._columns: dict[Feature, int] = {}
        self._indices = array("i")
        self._lengths = array("i")
        self._places: list[list[Columns | None]] = []
        self._bags: list[Columns] = []
        self._runs: dict[tuple[tuple[str, ...], tuple[str, ...]], Columns] = {}
        self._pairs: dict[tuple[int, str, str], Columns] = {}
        self._turns: dict[tuple[int, int | None, int | None], Columns] = {}
        self._symbols: list[str] = []
        self._bare_symbols: list[str] = []
        self._listening: list[bool] = []
        self._actions: list[str] = []
        self._intents: list[str] = []

    def __len__(self) -> int:
        return len(self._lengths)

    def copy(self) -> FeatureRows:
        """Rows that can grow without these."""
        rows = FeatureRows()
        for name, value in vars(self).items():
            setattr(rows, name, [item.copy() for item in value] if name == "_places" else copy(value))
        return rows

    def add(self, table: ExampleTable, windows: Iterable[Window]) -> None:
        """Add a row for each of these windows over the states of `table`, always the same table or a copy of it."""
        for state in table.states[len(self._symbols) :]:
            self._symbols.append(symbol(state))
            self._bare_symbols.append(bare_symbol(state))
            self._listening.append(is_listening(state))
            self._actions.append(action_of(state))
            self._intents.append(intent_of(state))
            self._bags.append(self._numbered(bag_features(state)))
            self._places.append([None] * POSITIONS)
        for window in windows:
            columns = self._window_columns(window, table)
            self._indices.extend(columns)
            self._lengths.append(len(columns))

    def matrix(self) -> tuple[SparseRows, tuple[Feature, ...]]:
        """The rows, and what each column means."""
        indptr = np.zeros(len(self) + 1, dtype=np.int32)
        np.cumsum(np.frombuffer(self._lengths, dtype=np.int32), out=indptr[1:])
        indices = np.frombuffer(self._indices, dtype=np.int32).copy()
        vocabulary = tuple(self._columns)
        if len(self) < MANY_ROWS:
            return SparseRows(indptr, indices, len(vocabulary)), vocabulary
        return _without_rare(indptr, indices, vocabulary)

    def _window_columns(self, window: Window, table: ExampleTable) -> list[int]:
        if not window:
            return []
        states, now = table.states, window[-1]
        found: list[int] = []
        for place in range(min(POSITIONS, len(window))):
            state = window[-1 - place]
            columns = self._places[state][place]
            if columns is None:
                columns = self._places[state][place] = self._numbered(place_features(states[state], place))
            found += columns
        latest = window[-LONGEST_RUN:]
        run = tuple([self._symbols[state] for state in latest]), tuple([self._bare_symbols[state] for state in latest])
        columns = self._runs.get(run)
        if columns is None:
            columns = self._runs[run] = self._numbered(run_features(*run))
        found += columns
        pair = (now, *self._past(window))
        columns = self._pairs.get(pair)
        if columns is None:
            columns = self._pairs[pair] = self._numbered(pair_features(states[now], *pair[1:]))
        found += columns
        turn = (now, window[-2] if len(window) > 1 else None, self._latest_message(window))
        columns = self._turns.get(turn)
        if columns is None:
            before, message = (None if state is None else states[state] for state in turn[1:])
            columns = self._turns[turn] = self._numbered(turn_features(states[now], before, message))
        found += columns
        bag: set[int] = set()
        word = latest_word(states[now])
        for state, after in pairwise(window):
            bag.update(self._bags[state])
            if not self._listening[state]:
                bag.update(self._numbered([since_feature(self._actions[state], word)]))
            if self._listening[after] and self._listening[now]:
                bag.update(self._numbered([asked_feature(self._actions[state], word)]))
        found += bag
        return found

    def _past(self, window: Window) -> tuple[str, str]:
        """(last action but listening, intent of the turn before), as `window_features` defines them."""
        last_action, turns, earlier_intent = "", 0, ""
        for state in reversed(window):
            if self._listening[state]:
                turns += 1
                if turns == 2:
                    earlier_intent = self._intents[state]
            elif not last_action:
                last_action = self._actions[state]
            if last_action and turns >= 2:
                break
        return last_action or START, earlier_intent

    def _latest_message(self, window: Window) -> int | None:
        return next((state for state in reversed(window) if self._listening[state]), None)

    def _numbered(self, found: Iterable[Feature]) -> Columns:
        columns = self._columns
        return tuple([columns.setdefault(feature, len(columns)) for feature in found])


def _without_rare(
    indptr: NDArray[np.int32], indices: NDArray[np.int32], vocabulary: tuple[Feature, ...]
) -> tuple[SparseRows, tuple[Feature, ...]]:
    kept = np.bincount(indices, minlength=len(vocabulary)) > 1
    new_columns = np.cumsum(kept, dtype=np.int32) - 1
    stays = kept[indices]
    ends = np.zeros(len(indices) + 1, dtype=np.int32)
    np.cumsum(stays, out=ends[1:])
    names = tuple(feature for feature, stay in zip(vocabulary, kept.tolist(), strict=True) if stay)
    return SparseRows(ends[indptr], new_columns[indices[stays]], len(names)), names
