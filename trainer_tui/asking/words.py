"""Words as meanings: a front end decides how a name, a message or a confidence looks, and which key a command has."""

from __future__ import annotations

from typing import Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.session.history import shown_value as shown_value
from trainer_tui.session.protocol import Entity


@dataclass(frozen=True, slots=True)
class Name:
    """What the bot's files call an action, intent or slot; a form is an action, an entity's type a label."""

    text: str
    kind: Literal["action", "intent", "slot", "label"] = "action"


@dataclass(frozen=True, slots=True)
class Message:
    """What a user said, with the entities found in it."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """What the bot says."""

    text: str


@dataclass(frozen=True, slots=True)
class Confidence:
    """From 0 to 1."""

    value: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """Words that may stand back."""

    text: str


@dataclass(frozen=True, slots=True)
class Stressed:
    """Words that matter most."""

    text: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Words that say what is wrong."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a command, by its id."""

    command: str


@dataclass(frozen=True, slots=True)
class Sign:
    """What a sign can stand for: words say it otherwise, or need not."""

    of: Literal["contradiction", "arrow", "more", "unset", "between"]


Part = str | Name | Message | Speech | Confidence | Quiet | Stressed | Warned | Key | Sign
Words = tuple[Part, ...]

BETWEEN = Sign("between")
"""Two facts on one line meet here."""
