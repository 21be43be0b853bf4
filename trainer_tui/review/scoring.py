"""Sessions as the list of a review has them: what each is worth, what occurs in it, and what users said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, SlotSet, UserUttered
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.review.likeness import KnownWords, digest
from trainer_tui.review.remembering import Interpreter, Remembering
from trainer_tui.review.sessions import Session, sessions
from trainer_tui.review.worth import FALLBACKS, Reading, Worth, notice, worth

_OPENING = 120
_MOST_READINGS = 100_000


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what occurs in a session, each in the order of the alphabet."""

    intents: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a user said in so many words, and what today's model makes of it (None, 0.0: nothing)."""

    text: str
    times: int
    intent: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One session; `said` in the order of the first time."""

    sender: str
    session: int
    digest: bytes
    first_at: float | None
    last_at: float | None
    turns: int
    opening: str
    worth: Worth
    cast: Cast
    said: tuple[Said, ...]


class Scorer:
    """Today's model, which scores any number of sessions; where these look alike, they are scored together."""

    def __init__(
        self, ensemble: Ensemble, domain: Domain, interpreter: Interpreter | None, examples: Iterable[str]
    ) -> None:
        """`examples` are the texts that the interpreter was trained on."""
        self.remembering = Remembering(ensemble, domain, interpreter)
        self._words = KnownWords(examples)
        self._fallbacks = FALLBACKS | fallback_actions(ensemble)
        self._readings: dict[str, Reading | None] = {}

    def scored(self, sender: str, sources: Sequence[Mapping[str, Any]]) -> tuple[list[Scored], list[str]]:
        """Every session of one sender's events, which are Rasa's JSON, and lines on what of them cannot be read."""
        found, problems = sessions(sources)
        return [self._scored(sender, session) for session in found], problems

    def forget_readings(self) -> None:
        """The interpreter has learned something."""
        self._readings.clear()

    def read(self, text: str) -> Reading | None:
        if text not in self._readings:
            if len(self._readings) >= _MOST_READINGS:
                self._readings.clear()
            parsed = self.remembering.read(text)
            self._readings[text] = Reading(parsed, self._words.share(text)) if parsed else None
        return self._readings[text]

    def _said(self, text: str, times: int) -> Said:
        reading = self.read(text)
        return Said(text, times, *((reading.parsed.intent, reading.parsed.confidence) if reading else (None, 0.0)))

    def _scored(self, sender: str, session: Session) -> Scored:
        foreseen = self.remembering.foresee(session.events)
        noticed = notice(session, foreseen, self.read, self._fallbacks)
        messages = list(session.messages)
        said = Counter(message.text for message in messages if message.text)
        return Scored(
            sender,
            session.number,
            digest(session.events),
            *session.times,
            len(messages),
            next(iter(said), "")[:_OPENING],
            worth(noticed),
            cast_of(session),
            tuple(self._said(text, times) for text, times in said.items()),
        )


def fallback_actions(ensemble: Ensemble) -> frozenset[str]:
    """What a bot's policies do where nothing else is sure."""
    found: set[str] = set()
    for policy in ensemble.policies:
        match policy:
            case RulePolicy():
                found.add(policy.core_fallback_action_name)
            case TwoStageFallbackPolicy():
                found |= {policy.fallback_action_name, policy.fallback_nlu_action_name}
            case FallbackPolicy():
                found.add(policy.fallback_action_name)
    return frozenset(found)


def cast_of(session: Session) -> Cast:
    intents, actions, slots = set[str](), set[str](), set[str]()
    for event in session.events[session.begun :]:
        if isinstance(event, ActionExecuted):
            actions.add(event.name or "")
        elif isinstance(event, UserUttered):
            intents.add(event.intent or "")
        elif isinstance(event, SlotSet) and event.value is not None:
            slots.add(event.name)
    return Cast(
        tuple(sorted(intents - {""})),
        tuple(sorted(actions - {"", ACTION_LISTEN})),
        tuple(sorted(slots)),
        (session.channel,) if session.channel else (),
        tuple(sorted(session.models)),
    )
