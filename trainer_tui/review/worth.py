"""What a conversation is worth a look: what today's model and the user's own ways say of it, in words and as a number.

Each thing that was noticed has a weight: how likely it alone is to show a mistake. What is noticed of one kind again
counts half as much each time, and worth is 1 - Π(1 - weight), so that a long conversation is not worth a look for its
length alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import Literal

from trainer_tui.core.domain import ACTION_DEFAULT_FALLBACK, ACTION_SESSION_START, NLU_FALLBACK, base_intent
from trainer_tui.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    AgentUttered,
    ConversationPaused,
    Event,
    Restarted,
    UserUttered,
)
from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.review.likeness import likeness_key
from trainer_tui.review.remembering import Foreseen

Kind = Literal[
    "action", "intent", "fallback", "left", "repeated", "handoff", "rejected", "far", "unsure", "restarted", "unknown"
]

FALLBACKS = frozenset(
    {
        ACTION_DEFAULT_FALLBACK,
        "action_two_stage_fallback",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_revert_fallback_events",
    }
)
"""Actions that Rasa takes where it did not understand; a bot's policies may name others."""

_NOT_JUDGED = (ACTION_SESSION_START, "action_unlikely_intent")
_HANDOFF = re.compile(r"hand_?(off|over)|human|live_?agent|to_agent", re.IGNORECASE)
_OTHERWISE: tuple[Kind, ...] = ("action", "intent")
_UNSURE = 0.5
_AGAIN = 0.5
_ENOUGH = 10
"""So many conversations of one pattern are worth a look; from there on it is known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What today's model makes of a message, and which share of its words stand in examples (0 to 1)."""

    parsed: ParseResult
    known_words: float = 1.0


@dataclass(frozen=True, slots=True)
class Noticed:
    """`now` and `then` say what is otherwise, where it is."""

    kind: Kind
    weight: float
    now: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is noticed of a message and what followed it or, without one, of what came before the first."""

    message: UserUttered | None
    noticed: tuple[Noticed, ...]
    falls_back: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something that the bot did otherwise than today's model would, wherever that is."""

    kind: Kind
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Worth:
    """`score` is between 0 and 1; `reasons` are words, the weightiest first. `patterns` are what the bot did otherwise
    than today's model would, and `rest` the score without that."""

    score: float
    reasons: tuple[str, ...]
    patterns: tuple[Pattern, ...] = ()
    rest: float = 0.0

    def among(self, others: Mapping[str, int]) -> float:
        """The score where so many others have the same patterns: the same once more is not another mistake, but what
        is seldom beside it may be."""
        weights: dict[Kind, list[float]] = {}
        for pattern in self.patterns:
            met = others.get(pattern.name, 0)
            trust = 1.0 if met < _ENOUGH else (_ENOUGH / met) ** 0.5
            weights.setdefault(pattern.kind, []).append(pattern.weight * trust)
        return 1.0 - (1.0 - self.rest) * prod(map(_trust, weights.values()))


Read = Callable[[str], Reading | None]


def worth(noticed: Sequence[Noticed]) -> Worth:
    """The score of all that was noticed, and why."""
    by_kind: dict[Kind, list[Noticed]] = {}
    for item in sorted(noticed, key=lambda item: -item.weight):
        by_kind.setdefault(item.kind, []).append(item)
    trusts = {kind: _trust([item.weight for item in items]) for kind, items in by_kind.items()}
    kinds = sorted(by_kind, key=lambda kind: trusts[kind])
    if "left" in kinds and "fallback" in kinds:
        kinds.remove("left")
    return Worth(
        1.0 - prod(trusts.values()),
        tuple(_told(kind, by_kind) for kind in kinds),
        tuple(
            Pattern(item.kind, f"{item.kind} {item.then} {item.now}", item.weight)
            for kind in _OTHERWISE
            for item in by_kind.get(kind, ())
        ),
        1.0 - prod(trust for kind, trust in trusts.items() if kind not in _OTHERWISE),
    )


def _trust(weights: Iterable[float]) -> float:
    """How likely it is that nothing of one kind, of these weights, shows a mistake."""
    return prod(1.0 - weight * _AGAIN**place for place, weight in enumerate(sorted(weights, reverse=True)))


def notice(turns: Sequence[Turn]) -> list[Noticed]:
    """All that deserves a look in a session."""
    found = [item for turn in turns for item in turn.noticed]
    keys = [likeness_key(turn.message.text) if turn.message.text else None for turn in turns if turn.message]
    found += (Noticed("repeated", 0.25) for before, key in pairwise(keys) if key is not None and key == before)
    if keys and turns[-1].falls_back:
        found.append(Noticed("left", 0.3))
    return found


def notice_turn(
    events: Sequence[Event],
    foreseen: Iterable[tuple[int, Foreseen]],
    read: Read,
    fallbacks: frozenset[str] = FALLBACKS,
    begun: int = 0,
) -> Turn:
    """All that deserves a look in one turn of a session, whose first `begun` events are Rasa's own beginning.
    `foreseen` is what is predicted before each action, by its index."""
    found: list[Noticed] = []
    for index, today in foreseen:
        event = events[index]
        # Nobody is asked how a session begins.
        if index >= begun and isinstance(event, ActionExecuted) and event.name not in _NOT_JUDGED:
            found += _of_action(event.name or event.text or "", today, fallbacks)
    message = events[0] if events and isinstance(events[0], UserUttered) else None
    if message is not None:
        found += _of_message(message, read)
    found += (Noticed(*_TELLING[type(event)]) for event in events if type(event) in _TELLING)
    # A message that was not understood and the action that says so are one fallback.
    fallen = [item for item in found if item.kind == "fallback"]
    noticed = [item for item in found if item.kind != "fallback"]
    return Turn(message, (*fallen[:1], *noticed), bool(fallen))


_TELLING: Mapping[type[Event], tuple[Kind, float]] = {
    ActionExecutionRejected: ("rejected", 0.1),
    Restarted: ("restarted", 0.12),
    ConversationPaused: ("handoff", 0.3),
    AgentUttered: ("handoff", 0.3),
}
"""Events that deserve a look wherever they are."""


@lru_cache(maxsize=10_000)
def _of_action(did: str, today: Foreseen, fallbacks: frozenset[str]) -> tuple[Noticed, ...]:
    """What is noticed of an action where this is predicted, wherever that is."""
    found = []
    if did in fallbacks:
        found.append(Noticed("fallback", 0.35))
    elif _HANDOFF.search(did):
        found.append(Noticed("handoff", 0.3))
    if today.action != did:
        weight = (0.8 if today.is_known else 0.5) * today.confidence
        found.append(Noticed("action", weight, today.action, did))
    elif today.confidence < _UNSURE:
        found.append(Noticed("unsure", 0.15 * (1.0 - today.confidence)))
    if not today.is_known:
        found.append(Noticed("unknown", 0.06))
    return tuple(found)


def _of_message(event: UserUttered, read: Read) -> Iterator[Noticed]:
    if event.intent == NLU_FALLBACK:
        yield Noticed("fallback", 0.35)
    elif event.intent and _HANDOFF.search(event.intent):
        yield Noticed("handoff", 0.3)
    if not event.text:
        return
    reading = read(event.text)
    if reading is None or reading.parsed.is_shorthand:
        return
    parsed = reading.parsed
    if parsed.intent != NLU_FALLBACK and base_intent(parsed.intent) != base_intent(event.intent):
        yield Noticed("intent", 0.8 * parsed.confidence, parsed.intent or "nothing", event.intent or "nothing")
    elif parsed.confidence < _UNSURE:
        yield Noticed("unsure", 0.25 * (1.0 - parsed.confidence))
    if reading.known_words < _UNSURE:
        yield Noticed("far", 0.2)


# --- in words ---------------------------------------------------------------------------------------------------------


def _told(kind: Kind, noticed: dict[Kind, list[Noticed]]) -> str:
    items = noticed[kind]
    first, often = items[0], _times(len(items))
    match kind:
        case "action":
            return f"did {first.then}, would do {first.now} today{_more(items)}"
        case "intent":
            return f"understood as {first.then}, today as {first.now}{_more(items)}"
        case "fallback":
            return f"fell back{often}{', then left' if 'left' in noticed else ''}"
        case "left":
            return "left without an answer"
        case "repeated":
            return f"said the same again{often}"
        case "handoff":
            return "was handed over"
        case "rejected":
            return f"a form was left or refused{often}"
        case "far":
            return f"said what no example is like{often}"
        case "unsure":
            return f"unsure{often}"
        case "restarted":
            return f"began anew{often}"
        case "unknown":
            return f"in {'a state' if len(items) == 1 else f'{len(items)} states'} that no story holds"


def _times(number: int) -> str:
    return {1: "", 2: " twice"}.get(number, f" {number} times")


def _more(items: Sequence[Noticed]) -> str:
    return f", and {len(items) - 1} more" if len(items) > 1 else ""
