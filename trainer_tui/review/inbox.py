"""The inbox: messages that no example covers, ranked by what teaching them is worth, near-same ones together."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence

from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.tokenizer import normalize
from trainer_tui.review.likeness import grouped

Readings = Callable[[str], ParseResult | None]
"""What today's model makes of a message now; None where it cannot be read."""

MOST = 3_000
"""So many messages are grouped and ranked at once, those worth most; the others follow when these are done."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message of `count` users: `intent` and `confidence` are what today's model said of it when it was scored."""

    id: int
    text: str
    count: int
    intent: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Likened:
    """Messages that are nearly the same, and what today's model makes of the first."""

    messages: tuple[Waiting, ...]
    parsed: ParseResult


def is_uncovered(text: str, known: Collection[str]) -> bool:
    """Whether a message may teach something. `known` are the texts of examples and of what was settled, normalised."""
    return bool(text.strip()) and not text.lstrip().startswith("/") and normalize(text) not in known


def teaching_worth(count: int, confidence: float) -> float:
    """What knowing the meaning of a message is worth: how many users say it, and how unsure the model is of it."""
    return math.log2(1 + count) * (1.0 - confidence + 0.05)


def likened(waiting: Iterable[Waiting], read: Readings) -> list[Likened]:
    """Groups, the one that is worth most to teach first, by what `read` makes of their first messages now."""
    first: dict[str, Waiting] = {}
    for message in sorted(
        waiting, key=lambda message: (-teaching_worth(message.count, message.confidence), message.id)
    ):
        first.setdefault(normalize(message.text), message)
    chosen = list(first.values())[:MOST]
    groups = [tuple(chosen[place] for place in places) for places in grouped([item.text for item in chosen])]
    return ranked(groups, read)


def ranked(groups: Sequence[tuple[Waiting, ...]], read: Readings) -> list[Likened]:
    """The same groups, by what the model makes of them now."""
    found: list[tuple[float, int, Likened]] = []
    for messages in groups:
        parsed = read(messages[0].text) or ParseResult(messages[0].text, None, 0.0)
        count = sum(message.count for message in messages)
        found.append((-teaching_worth(count, parsed.confidence), len(found), Likened(messages, parsed)))
    return [group for *_, group in sorted(found, key=lambda item: item[:2])]
