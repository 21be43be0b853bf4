"""Sessions as the list of a review has them: what each is worth, what occurs in it, and what users said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, SlotSet, UserUttered
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.event_texts import EventText
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.review.likeness import KnownWords, digest
from trainer_tui.review.remembering import Interpreter, Predicting, Remembering
from trainer_tui.review.sessions import ReadEvent, Session, cut, left_out, read_event, span
from trainer_tui.review.worth import FALLBACKS, Reading, Worth, notice, worth

_OPENING = 120
_MOST_READINGS = 100_000
_MOST_READ = 20_000
_MOST_CONVERSATIONS = 5_000


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
class Look:
    """What of a session does not depend on who talked when; `said` in the order of the first time."""

    digest: bytes
    turns: int
    opening: str
    worth: Worth
    cast: Cast
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One session of a sender; the look of those that are the same is one object."""

    sender: str
    session: int
    first_at: float | None
    last_at: float | None
    look: Look


class Scorer:
    """Today's model, which scores any number of sessions. What occurs again is neither read nor scored again."""

    def __init__(
        self, ensemble: Predicting, domain: Domain, interpreter: Interpreter | None, examples: Iterable[str]
    ) -> None:
        """`examples` are the texts that the interpreter was trained on."""
        self.remembering = Remembering(ensemble, domain, interpreter)
        self._words = KnownWords(examples)
        self._fallbacks = FALLBACKS | fallback_actions(ensemble)
        self._readings: dict[str, Reading | None] = {}
        self._read: dict[str, ReadEvent | str] = {}
        self._looks: dict[tuple[ReadEvent, ...], list[tuple[int, int, int, Look]]] = {}

    def scored(self, sender: str, texts: Sequence[EventText]) -> tuple[list[Scored], list[str]]:
        """Every session of one sender's events, and lines on what of them cannot be read."""
        read: list[ReadEvent] = []
        times: list[float | None] = []
        problems: list[str] = []
        for text in texts:
            found = self._read.get(text.what) or self._read_anew(text)
            if isinstance(found, str):
                problems.append(found)
            else:
                read.append(found)
                times.append(text.at)
        return [
            Scored(sender, number, *span(times[start:stop]), look)
            for number, start, stop, look in self._looks_of(tuple(read))
        ], problems

    def _read_anew(self, text: EventText) -> ReadEvent | str:
        if len(self._read) >= _MOST_READ:
            self._read.clear()
            self._looks.clear()
        try:
            found: ReadEvent | str = read_event(text.source)
        except FormatError as error:
            found = left_out(error)
        self._read[text.what] = found
        return found

    def _looks_of(self, read: tuple[ReadEvent, ...]) -> list[tuple[int, int, int, Look]]:
        """The number, start, stop and look of each session."""
        known = self._looks.get(read)
        if known is None:
            if len(self._looks) >= _MOST_CONVERSATIONS:
                self._looks.clear()
            known = self._looks[read] = [
                (session.number, session.start, session.start + len(session.events), self._look(session))
                for session in cut(read)
            ]
        return known

    def forget_readings(self) -> None:
        """The interpreter has learned something."""
        self._readings.clear()
        self._looks.clear()

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

    def _look(self, session: Session) -> Look:
        foreseen = self.remembering.foresee(session.events)
        noticed = notice(session, foreseen, self.read, self._fallbacks)
        messages = list(session.messages)
        said = Counter(message.text for message in messages if message.text)
        return Look(
            digest(session.events),
            len(messages),
            next(iter(said), "")[:_OPENING],
            worth(noticed),
            cast_of(session),
            tuple(self._said(text, times) for text, times in said.items()),
        )


def fallback_actions(ensemble: Predicting) -> frozenset[str]:
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
