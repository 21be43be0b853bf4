"""What of a conversation a prediction depends on: where sights are equal, so are the predictions.

Whoever predicts for many conversations remembers by sights what was predicted in one that looked the same.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol, runtime_checkable

from trainer_tui.core.featurizers import StateMaker, recent_states
from trainer_tui.core.states import State
from trainer_tui.core.tracker import DialogueStateTracker


class Past:
    """A conversation as policies look back at it; its states are made once for all of them."""

    def __init__(self, tracker: DialogueStateTracker, maker: StateMaker) -> None:
        self.tracker = tracker
        self.maker = maker
        self._states: dict[bool, tuple[int | None, tuple[State, ...]]] = {}

    def states(self, most: int | None, with_rule_turns: bool = False) -> tuple[State, ...]:
        """As `prediction_states`."""
        known = self._states.get(with_rule_turns)
        if known is not None and (known[0] is None or (most is not None and most <= known[0])):
            return known[1] if most is None else known[1][-most:]
        found = recent_states(self.tracker.applied, self.maker, most, with_rule_turns)
        self._states[with_rule_turns] = (most, found)
        return found


@runtime_checkable
class SightedPolicy(Protocol):
    """A policy that tells what its next prediction depends on, as long as it learns nothing."""

    def sight(self, past: Past) -> Hashable: ...
