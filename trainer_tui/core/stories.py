"""Stories and rules as files hold them, before checkpoints are joined and ORs expanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Any

from trainer_tui.core.events import Event
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place


class AnyValue(Enum):
    """The value of a `SlotSet` whose story names the slot alone (`- slot_was_set: [city]`): some value, whichever.

    It stands in stories only; the generator puts in its place what Rasa does ("filled", ["filled"] or None by type).
    """

    ANY = "any value"


SNIPPET = "..."
"""The action that stands in a rule for whatever happened before it, or may happen after it."""

STORY_START = "STORY_START"
"""The checkpoint at which every conversation begins; a story may name it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A named joint between story steps; `conditions` are slot values that must hold (start checkpoints only)."""

    name: str
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Or:
    """Alternatives at one place of a story: each is a list of events (a user message, or slots)."""

    alternatives: tuple[tuple[Event, ...], ...]


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One block of a story file: a run of events between checkpoints.

    `events` are as written (no implicit action_listen); an `Or` stands where the file has one. `lines[i]` is the line
    of `events[i]`. Names are no keys: several steps may share one.
    """

    name: str
    events: tuple[Event | Or, ...] = ()
    start_checkpoints: tuple[Checkpoint, ...] = ()
    end_checkpoints: tuple[Checkpoint, ...] = ()
    place: Place | None = field(default=None, compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what must hold before it (`condition`), and what then happens."""

    name: str
    events: tuple[Event | Or, ...] = ()
    condition: tuple[Event, ...] = ()
    conversation_start: bool = False
    wait_for_user_input: bool = True
    place: Place | None = field(default=None, compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class StoryFile:
    """What one story file (or several, merged) holds."""

    steps: Sequence[StoryStep] = ()
    rules: Sequence[Rule] = ()

    def merged(self, other: StoryFile) -> StoryFile:
        return StoryFile((*self.steps, *other.steps), (*self.rules, *other.rules))


@dataclass(frozen=True, slots=True)
class TrainingTracker:
    """One conversation made of stories (or one rule) to train on: events with implicit action_listen, slots filled.

    `story` names the blocks joined, "a > b"; `place` is the first block's. `places[i]` is where `events[i]` was
    written (None for implicit ones). `unpredictable` holds indices of actions that are no training labels.
    """

    story: str
    events: tuple[Event, ...]
    place: Place | None = None
    places: tuple[Place | None, ...] = ()
    unpredictable: frozenset[int] = frozenset()
    is_rule: bool = False
    rule: Rule | None = None

    def place_of(self, index: int) -> Place | None:
        """Where `events[index]` was written; of an implicit one, where the story begins."""
        return (self.places[index] if index < len(self.places) else None) or self.place
