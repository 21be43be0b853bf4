"""Sessions as the list of a review has them: what each is worth, what occurs in it, and what users said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, SlotSet, UserUttered
from trainer_tui.dataclass import dataclass
from trainer_tui.formats.json.event_texts import EventText
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.rule import RulePolicy
from trainer_tui.review.likeness import KnownWords, digest, together
from trainer_tui.review.remembering import Interpreter, Node, Predicting, Remembering
from trainer_tui.review.sessions import EventsRead, ReadEvent, Session, cut, span
from trainer_tui.review.worth import FALLBACKS, Reading, Turn, Worth, notice, notice_turn, worth

_OPENING = 120
_MOST_READINGS = 100_000
_MOST_TURNS = 60_000
_MOST_LOOKS = 20_000


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
    """One session of a sender."""

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
        self._events = EventsRead()
        self._looks: dict[tuple[ReadEvent, ...], list[tuple[int, int, int, Look]]] = {}
        self._turns = 0

    def scored(self, sender: str, texts: Sequence[EventText]) -> tuple[list[Scored], list[str]]:
        """Every session of one sender's events, and lines on what of them cannot be read."""
        read, times, problems = self._events.read(texts)
        looks = self._looks.get(key := tuple(read))
        if looks is None:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            looks = self._looks[key] = self._looks_of(read)
        return [Scored(sender, number, *span(times[start:stop]), look) for number, start, stop, look in looks], problems

    def _looks_of(self, read: list[ReadEvent]) -> list[tuple[int, int, int, Look]]:
        """Each session's number, where it lies among these events, and its look."""
        found = []
        for session in cut(read):
            stop = session.start + len(session.events)
            found.append((session.number, session.start, stop, self._look(session, tuple(read[session.start : stop]))))
        return found

    def forget_readings(self) -> None:
        """The interpreter has learned something."""
        self._readings.clear()
        self._looks.clear()
        self._forget_turns()

    def _forget_turns(self) -> None:
        self.remembering.forget()
        self._turns = 0

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

    def _look(self, session: Session, read: tuple[ReadEvent, ...]) -> Look:
        if self._turns > _MOST_TURNS:
            self._forget_turns()
        turns: list[_Turn] = []
        node = self.remembering.begin()
        starts = [index for index, event in enumerate(session.events) if isinstance(event, UserUttered)]
        for start, stop in pairwise((0, *starts, len(read))):
            begun = max(0, min(session.begun, stop) - start)
            key = read[start:stop], begun
            turn: _Turn | None = node.turns.get(key)
            if turn is None:
                turn = node.turns[key] = self._turn(node, session.events[start:stop], begun)
                self._turns += 1
            turns.append(turn)
            node = turn.after
        said = Counter(turn.text for turn in turns if turn.text)
        return Look(
            together(turn.digest for turn in turns),
            len(starts),
            next(iter(said), "")[:_OPENING],
            worth(notice([turn.noticed for turn in turns])),
            Cast(
                _listed(turn.intents for turn in turns),
                _listed(turn.actions for turn in turns),
                _listed(turn.slots for turn in turns),
                (session.channel,) if session.channel else (),
                session.models,
            ),
            tuple(self._said(text, times) for text, times in said.items()),
        )

    def _turn(self, node: Node, events: Sequence[Event], begun: int) -> _Turn:
        foreseen, after = self.remembering.follow(node, events)
        noticed = notice_turn(events, foreseen, self.read, self._fallbacks, begun)
        intents, actions, slots = set[str](), set[str](), set[str]()
        for event in events[begun:]:
            match event:
                case ActionExecuted(name=str(name)) if name not in ("", ACTION_LISTEN):
                    actions.add(name)
                case UserUttered(intent=str(intent)) if intent:
                    intents.add(intent)
                case SlotSet(name=name, value=value) if value is not None:
                    slots.add(name)
        text = noticed.message.text if noticed.message else None
        return _Turn(noticed, digest(events), text, frozenset(intents), frozenset(actions), frozenset(slots), after)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is known of a turn that began at one node, whoever had it."""

    noticed: Turn
    digest: bytes
    text: str | None
    intents: frozenset[str]
    actions: frozenset[str]
    slots: frozenset[str]
    after: Node


def _listed(names: Iterable[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(frozenset().union(*names)))


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
