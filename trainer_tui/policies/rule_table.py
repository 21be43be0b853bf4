"""Rules by what they ask for, so that finding those that match does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from trainer_tui.core.states import State
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.policies.rule_states import RuleStates, key_of

Source = tuple[str, Place | None]
"""The name of a rule or story, and where it says so."""


@dataclass(slots=True)
class KnownRule:
    """What follows certain states, and which rules or stories say so. `key` is Rasa's, whose length decides."""

    states: RuleStates
    outcome: str
    key: str
    sources: list[Source] = field(default_factory=list)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for _, place in self.sources if place)

    def matches(self, states: Sequence[State]) -> bool:
        """Whether the last states of a conversation are as asked, newest first."""
        pairs = zip(reversed(self.states), reversed(states), strict=False)
        return all(wanted.matches(found) for wanted, found in pairs)

    def begins(self, other: KnownRule) -> bool:
        """Whether the other rule asks for the same first state, or for more of it."""
        return other.key != self.key and other.key.startswith(self.key[:-2])


class RuleTable:
    """Rules by the latest action and intent they ask for."""

    def __init__(self, rules: Iterable[KnownRule] = ()) -> None:
        self.rules = sorted(rules, key=lambda rule: -len(rule.key))
        self.longest = max((len(rule.states) for rule in self.rules), default=1)
        self.asks_for_text = any(state.state.text is not None for rule in self.rules for state in rule.states)
        self._by_end: dict[tuple[str | None, str | None], list[KnownRule]] = {}
        for rule in self.rules:
            last = rule.states[-1].state
            self._by_end.setdefault((last.action or last.action_text, last.intent), []).append(rule)

    def without(self, rule: KnownRule) -> RuleTable:
        return RuleTable(known for known in self.rules if known is not rule)

    def may_match(self, action: str | None, intents: Iterable[str | None]) -> bool:
        """Whether any rule ends with this action and one of these intents."""
        return any((action, intent) in self._by_end for intent in intents)

    def matching(self, states: Sequence[State]) -> Iterator[KnownRule]:
        """The rules that apply after these states."""
        if not states:
            return
        last = states[-1]
        for intent in dict.fromkeys((last.intent, None)):
            for rule in self._by_end.get((last.action or last.action_text, intent), ()):
                if rule.matches(states):
                    yield rule

    def best(self, states: Sequence[State]) -> KnownRule | None:
        """Of the rules that apply the one with the longest key, as Rasa chooses; of equal ones the first."""
        return max(self.matching(states), key=lambda rule: len(rule.key), default=None)


class RuleCollector:
    """Gathers what rules and stories say; the same states with different outcomes say nothing, as in Rasa."""

    def __init__(self) -> None:
        self._rules: dict[RuleStates, dict[str, KnownRule]] = {}

    def add(self, states: RuleStates, outcome: str, source: Source) -> None:
        known = self._rules.setdefault(states, {})
        if outcome not in known:
            known[outcome] = KnownRule(states, outcome, key_of(states))
        if source not in known[outcome].sources:
            known[outcome].sources.append(source)

    def table(self, without: str | None = None) -> RuleTable:
        """What is agreed on, but for the rules with the outcome `without`."""
        agreed = (rule for rules in self._rules.values() if len(rules) == 1 for rule in rules.values())
        return RuleTable(rule for rule in agreed if rule.outcome != without)

    @property
    def torn(self) -> tuple[tuple[KnownRule, ...], ...]:
        """Rules that ask for the same and do not agree."""
        return tuple(tuple(rules.values()) for rules in self._rules.values() if len(rules) > 1)


def named(sources: Iterable[Source]) -> str:
    """The names of rules or stories, each once."""
    names = list(dict.fromkeys(name for name, _ in sources))
    return ", ".join(f'"{name}"' for name in names[:3]) + (" …" if len(names) > 3 else "")
