"""A conversation as a script that can be played: what is said, what it means, what the bot does, what came of it.

A script is made of a session, a story, or a conversation that happened elsewhere. It is plain data; `player.py` says
how it is played against the session, `edits.py` how a turn of it is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from hashlib import sha256

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import ACTION_LISTEN, Entity, Event
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass, replace


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what it means; `intent` None: nobody knows yet.

    `slots` are those that it set, None where a source does not tell all of them.
    `extracted` are the slots that code filled from it, `seen` what that code saw (`fingerprint`); None: not known.
    `button` is the title where it was a button. `is_made`: the intent was made in the session. `is_settled`: a person
    has just said so, nothing is asked. `is_reworded`: the words are new, so that only the kinds of the entities count.
    `is_guess`: that it means this an interpreter took it for, and nobody has confirmed.
    `line` is where it stands in the source, from 1.
    """

    text: str
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    slots: Mapping[str, object] | None = None
    extracted: tuple[Event, ...] | None = None
    seen: str = ""
    button: str | None = None
    is_made: bool = False
    is_settled: bool = False
    is_reworded: bool = False
    is_guess: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Did:
    """An action (action_listen too) with what came of it; `events` None: not known.

    `seen` is what it saw. `is_rejected`: it refused to run. `validates`: what was answered where it was asked whether
    the form validates. `is_made`: the action was made in the session, with these `variations` where it is a response.
    """

    action: str
    events: tuple[Event, ...] | None = None
    seen: str = ""
    is_rejected: bool = False
    validates: bool | None = None
    is_made: bool = False
    variations: tuple[ResponseVariation, ...] = ()
    is_settled: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What the bot does here nobody has said: the person is asked until it listens."""


@dataclass(frozen=True, slots=True)
class SlotGiven:
    """A slot set by hand, or carried over from before."""

    name: str
    value: object
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BeganAnew:
    """A new conversation begins."""


Step = Said | Did | LeftOpen | SlotGiven | BeganAnew


@dataclass(frozen=True)
class Script:
    """`name` is what it is called; `steps` are in order: every turn ends with the bot's listening, or is left open."""

    name: str
    steps: tuple[Step, ...]

    # Values of slots have no hash, and what is made of a script is kept by the script itself.
    __hash__ = object.__hash__

    @classmethod
    def of(cls, name: str, steps: Iterable[Step]) -> Script:
        """With the listening that a source does not tell, and nothing behind what is left open."""
        whole: list[Step] = []
        listens = True
        for step in steps:
            if isinstance(step, (Did, LeftOpen)) and whole and isinstance(whole[-1], LeftOpen):
                continue
            if isinstance(step, Said) and not listens:
                whole.append(LeftOpen() if isinstance(whole[-1], Said) else Did(ACTION_LISTEN, ()))
            match step:
                case Said():
                    listens = False
                case Did(action):
                    listens = action == ACTION_LISTEN
                case LeftOpen() | BeganAnew():
                    listens = True
                case SlotGiven():
                    pass
            whole.append(step)
        return cls(name, tuple(whole))

    def confirmed(self) -> Script:
        """A person has said that all of it is right."""
        steps = (replace(step, is_guess=False) if isinstance(step, Said) else step for step in self.steps)
        return Script(self.name, tuple(steps))

    @cached_property
    def turns(self) -> int:
        return sum(isinstance(step, Said) for step in self.steps)

    @property
    def is_under_way(self) -> bool:
        """The last message is not answered to its end."""
        last = next((step for step in reversed(self.steps) if not isinstance(step, SlotGiven)), None)
        return isinstance(last, Said) or (isinstance(last, Did) and last.action != ACTION_LISTEN)


@dataclass(frozen=True, slots=True)
class Play:
    """How far a script was played, and how many of its messages were.

    `has_strayed`: the last action was none of the script's, so that the next one may be this step or the one behind it.
    `runs_anew`: a person wants the action run, whatever is known of it.
    """

    script: Script
    position: int = 0
    said: int = 0
    has_strayed: bool = False
    runs_anew: bool = False

    @property
    def step(self) -> Step | None:
        """What comes next; None at the end."""
        steps = self.script.steps
        return steps[self.position] if self.position < len(steps) else None

    @property
    def rest(self) -> Sequence[Step]:
        return self.script.steps[self.position :]

    def rest_of_turn(self) -> Iterable[tuple[int, Did]]:
        """The actions up to the bot's listening, each with its place."""
        for place in range(self.position, len(self.script.steps)):
            step = self.script.steps[place]
            if not isinstance(step, Did):
                return
            yield place, step
            if step.action == ACTION_LISTEN and not step.is_rejected:
                return

    def to(self, position: int) -> Play:
        passed = self.script.steps[self.position : position]
        said = self.said + sum(isinstance(step, Said) for step in passed)
        return Play(self.script, position, said)


def turns_otherwise(before: Script, after: Script) -> int:
    """How many of the turns that both have mean something else in the other, or have the bot do something else; a turn
    that is under way counts as far as it came."""
    there, here = _turns(before), _turns(after)
    if after.is_under_way and len(here) <= len(there):
        there[len(here) - 1] = there[len(here) - 1][: len(here[-1])]
    return sum(one != other for one, other in zip(there, here, strict=False))


def _turns(script: Script) -> list[list[object]]:
    turns: list[list[object]] = []
    for step in script.steps:
        if isinstance(step, Said):
            turns.append([step.text, step.intent, sorted(map(repr, map(_plain, step.entities)))])
        elif isinstance(step, Did) and turns:
            turns[-1].append((step.action, step.is_rejected))
    return turns


def fingerprint(tracker: DialogueStateTracker) -> str:
    """What an action or a slot's code sees: the message and the slots, whenever and wherever that was."""
    message = tracker.latest_message
    seen = (
        (message.text, message.intent, [_plain(entity) for entity in message.entities]) if message else None,
        tracker.active_loop.name if tracker.active_loop else None,
        {name: value for name, value in tracker.slots.items() if value is not None},
    )
    return sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _plain(entity: Entity) -> tuple[object, ...]:
    return (entity.entity, entity.value, entity.role, entity.group)
