"""What followed in such a place before: counts of actions by ever shorter pasts (PPM with escape method C)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer_tui.core.states import State
from trainer_tui.policies.window_features import situation, symbol

LONGEST_PAST = 6

Context = tuple[str, ...]


def contexts(states: Sequence[State]) -> list[Context]:
    """The situation now with the last 0, 1, … 6 symbols, shortest first; `states` oldest first."""
    now = situation(states[-1]) if states else ""
    return past_contexts(now, [symbol(state) for state in states[-LONGEST_PAST:]])


def past_contexts(now: str, symbols: Sequence[str]) -> list[Context]:
    lengths = range(min(LONGEST_PAST, len(symbols)) + 1)
    return [(now, *symbols[len(symbols) - length :]) for length in lengths]


class BackoffMemory:
    """Counts of what followed each context; a context never seen passes the question on to the shorter one."""

    def __init__(self) -> None:
        self._counts: dict[Context, dict[str, int]] = {}
        self._actions: dict[str, int] = {}

    @property
    def actions(self) -> Iterable[str]:
        """Every action ever counted."""
        return self._actions.keys()

    def add(self, found: Iterable[Context], action: str, count: int = 1) -> None:
        self._actions[action] = self._actions.get(action, 0) + count
        for context in found:
            followers = self._counts.get(context)
            if followers is None:
                self._counts[context] = {action: count}
            else:
                followers[action] = followers.get(action, 0) + count

    def remove(self, found: Iterable[Context], action: str) -> None:
        """Take back one `add`, so exactly that nothing of it is left."""
        _decrease(self._actions, action)
        for context in found:
            followers = self._counts[context]
            _decrease(followers, action)
            if not followers:
                del self._counts[context]

    def probabilities(self, found: Iterable[Context]) -> dict[str, float]:
        """P(action) over all known actions; `found` shortest first. Method C: a context that saw d different actions
        leaves d/(total + d) to the shorter one, and the shortest to all actions alike."""
        if not self._actions:
            return {}
        shares = dict.fromkeys(self._actions, 1.0 / len(self._actions))
        for context in found:
            followers = self._counts.get(context)
            if followers is None:
                break
            total = sum(followers.values()) + len(followers)
            escape = len(followers) / total
            shares = {action: share * escape for action, share in shares.items()}
            for action, count in followers.items():
                shares[action] += count / total
        return shares

    def longest(self, found: Sequence[Context]) -> tuple[int, dict[str, int]]:
        """How many of the last symbols were seen before in this situation, and what followed; (-1, {}) if none."""
        for length in range(len(found) - 1, -1, -1):
            followers = self._counts.get(found[length])
            if followers:
                return length, followers
        return -1, {}


def _decrease(counts: dict[str, int], action: str) -> None:
    counts[action] -= 1
    if not counts[action]:
        del counts[action]
