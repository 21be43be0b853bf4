"""What is the same, and what is nearly the same: conversations by their turns, messages by their words."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    AgentUttered,
    BotUttered,
    EntitiesAdded,
    Event,
    SlotSet,
    UserFeaturization,
    UserUttered,
    as_dict,
)
from trainer_tui.nlu.tokenizer import normalize, tokenize

_ALIKE = 0.6
_DIGITS = re.compile(r"\d+")


def digest(events: Iterable[Event]) -> bytes:
    """One name, of 16 bytes, for what was said, how it was understood and what the bot did; not for what it answered,
    which may tell the weather, nor for times and senders."""
    parts = [part for event in events if (part := _part(event)) is not None]
    return together([repr(parts).encode("utf-8", "surrogatepass")] if parts else ())


def together(digests: Iterable[bytes]) -> bytes:
    """One name for the turns of a session, by theirs."""
    return hashlib.blake2b(b"".join(digests), digest_size=16).digest()


def _part(event: Event) -> Hashable | None:
    match event:
        case ActionExecuted(name=name, text=text):
            return None if name == ACTION_LISTEN else name or text
        case UserUttered():
            return event.text, event.intent, tuple((item.labels, str(item.value)) for item in event.entities)
        case BotUttered() | AgentUttered() | EntitiesAdded() | UserFeaturization():
            return None
        case SlotSet():
            return event.name, str(event.value)
        case _:
            body = as_dict(event)
            del body["timestamp"]
            return json.dumps(body, sort_keys=True, default=str)


@lru_cache(maxsize=20_000)
def likeness_key(text: str) -> tuple[str, ...]:
    """What messages that differ in case, signs and numbers alone have in common."""
    words = (_DIGITS.sub("0", token.text) for token in tokenize(normalize(text)))
    return tuple(word for word in words if any(sign.isalnum() for sign in word))


class KnownWords:
    """The words of a bot's examples: which share of a message's words they hold, rare words counting more."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in set(likeness_key(text)))
        self._weights = {word: 1.0 / (1.0 + math.log(count)) for word, count in counts.items()}

    def share(self, text: str) -> float:
        """Between 0 and 1; 1 where there is no word at all."""
        words = likeness_key(text)
        known = sum(self._weights.get(word, 0.0) for word in words)
        unknown = sum(word not in self._weights for word in words)
        return known / (known + unknown) if words else 1.0


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """The places of texts that are nearly the same, each group by its first; groups in the order of their firsts.

    A text joins the first group whose first text shares at least three in five of their words, or, where they are but
    a few, of their letters in threes. It costs what the words have in common, not the square of the texts.
    """
    groups: list[list[int]] = []
    sizes: list[int] = []
    firsts: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        parts = _parts(text)
        shared = Counter(group for part in parts for group in firsts.get(part, ()))
        likeliest = max(shared, key=lambda group: (shared[group] / (len(parts) + sizes[group]), -group), default=None)
        if likeliest is not None:
            both = shared[likeliest]
            if both >= _ALIKE * (len(parts) + sizes[likeliest] - both):
                groups[likeliest].append(place)
                continue
        for part in parts:
            firsts.setdefault(part, []).append(len(groups))
        groups.append([place])
        sizes.append(len(parts))
    return groups


def _parts(text: str) -> set[str]:
    words = likeness_key(text)
    if len(words) > 3:
        return set(words)
    spaced = f" {' '.join(words)} "
    return {spaced[start : start + 3] for start in range(len(spaced) - 2)} or {text}
