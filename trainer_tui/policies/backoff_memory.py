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
        # Most contexts were followed by one action only, for which a pair takes a third of a dictionary's room.
        self._counts: dict[Context, tuple[str, int] | dict[str, int]] = {}
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
                self._counts[context] = (action, count)
            elif isinstance(followers, dict):
                followers[action] = followers.get(action, 0) + count
            elif followers[0] == action:
                self._counts[context] = (action, followers[1] + count)
            else:
                self._counts[context] = dict([followers, (action, count)])

    def remove(self, found: Iterable[Context], action: str) -> None:
        """Take back one `add` of count 1, so exactly that nothing of it is left."""
        _decrease(self._actions, action)
        for context in found:
            followers = self._followers(context)
            _decrease(followers, action)
            if not followers:
                del self._counts[context]
            else:
                self._counts[context] = next(iter(followers.items())) if len(followers) == 1 else followers

    def _followers(self, context: Context) -> dict[str, int]:
        followers = self._counts.get(context)
        return followers if isinstance(followers, dict) else dict([followers] if followers else [])

    def probabilities(self, found: Iterable[Context]) -> dict[str, float]:
        """P(action) over all known actions; `found` shortest first. Method C: a context that saw d different actions
        leaves d/(total + d) to the shorter one, and the shortest to all actions alike."""
        if not self._actions:
            return {}
        shares = dict.fromkeys(self._actions, 1.0 / len(self._actions))
        for context in found:
            followers = self._followers(context)
            if not followers:
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
            followers = self._followers(found[length])
            if followers:
                return length, followers
        return -1, {}


def _decrease(counts: dict[str, int], action: str) -> None:
    counts[action] -= 1
    if not counts[action]:
        del counts[action]
