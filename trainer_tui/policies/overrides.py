"""Corrections that decide at once: what a person taught for a state outweighs what was learned from stories.

Labels taught for one key are folded into shares: each new one decays what was there by 0.3 and adds 1 to its action,
so the sum s of the others never exceeds 0.3/(1 - 0.3). With n = 1 + s and the weight w = n/(n + 0.25), the new action
has at least 1/(n + 0.25) of the probability, and any other at most (s + 0.25)/(n + 0.25): less, so the correction wins.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from trainer_tui.core.states import State
from trainer_tui.policies.window_features import situation, symbol

REACH = 8
"""A correction also decides in other states whose last symbols and situation are equal."""

_DECAY = 0.3
_DOUBT = 0.25
_FELT = 40
"""Of what was taught before so many others, decay leaves nothing."""


class Overrides:
    """The actions taught for a key, oldest first; what is taught decides from the key's first correction on.

    Every lesson is kept, since which ones are corrections may change: `begin_anew` with another model.
    """

    def __init__(self) -> None:
        self._taught: dict[Hashable, list[str]] = {}
        self._first: dict[Hashable, int] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._first

    def add(self, key: Hashable, action: str) -> int:
        """The place of this lesson among those of its key."""
        taught = self._taught.setdefault(key, [])
        taught.append(action)
        return len(taught) - 1

    def begin(self, key: Hashable, place: int) -> None:
        """The lesson there is a correction."""
        self._first.setdefault(key, place)

    def begin_anew(self) -> None:
        """No lesson is a correction any more, until `begin` says so."""
        self._first.clear()

    def remove_last(self, key: Hashable) -> None:
        taught = self._taught[key]
        taught.pop()
        if self._first.get(key) == len(taught):
            del self._first[key]
        if not taught:
            del self._taught[key]

    def shares(self, key: Hashable) -> dict[str, float]:
        """Decayed counts by action; empty where nothing was corrected."""
        counts: dict[str, float] = {}
        if key in self._first:
            for action in self._taught[key][max(self._first[key], len(self._taught[key]) - _FELT) :]:
                counts = {name: count * _DECAY for name, count in counts.items()}
                counts[action] = counts.get(action, 0.0) + 1.0
        return counts


def overridden(learned: Mapping[str, float], counts: Mapping[str, float]) -> dict[str, float]:
    """(1 - w)·learned + w·taught, w = n/(n + 0.25)."""
    rest = _DOUBT / (sum(counts.values()) + _DOUBT)
    mixed = {action: share * rest for action, share in learned.items()}
    for action, count in counts.items():
        mixed[action] = mixed.get(action, 0.0) + count / (sum(counts.values()) + _DOUBT)
    return mixed


def near_key(states: Sequence[State]) -> Hashable:
    """The key that like states share: the situation and the last symbols."""
    now = situation(states[-1]) if states else ""
    return (now, *(symbol(state) for state in states[-REACH:]))


def exact_key(states: Sequence[State]) -> Hashable:
    """The whole window: a correction decides here alone."""
    return tuple(states)
