"""The moves on the timeline, as plain data: what a journal keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import dataclass
from trainer_tui.session.protocol import (
    Input,
    KeptAs,
)
from trainer_tui.session.script import Script


@dataclass(frozen=True, slots=True)
class Answered:
    """`is_played`: a script gave it."""

    given: Input
    is_played: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    pass


@dataclass(frozen=True, slots=True)
class Redone:
    pass


@dataclass(frozen=True, slots=True)
class Forked:
    """A new branch begins before the message of `node`."""

    node: int


@dataclass(frozen=True, slots=True)
class Switched:
    branch: int


@dataclass(frozen=True, slots=True)
class BranchNamed:
    """A branch is called that from now on."""

    branch: int
    name: str


@dataclass(frozen=True, slots=True)
class PlayBegun:
    """A branch of its own begins behind `node`, and the script is played on it. `is_edit`: it is the branch of now with
    a turn changed, and takes its place once all of it was played."""

    node: int
    script: Script
    is_edit: bool = False


@dataclass(frozen=True, slots=True)
class ConversationKept:
    """A conversation from elsewhere is right as it is: it stands whole on a branch of its own, and the session stays
    where it is. `otherwise` is what the bot would do today instead: (line of the step, action)."""

    script: Script
    kept_as: KeptAs = "story"
    otherwise: tuple[tuple[int, str], ...] = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class PlayHalted:
    """What is left of the script is not played by itself any more, or it is again."""

    is_halted: bool = True


@dataclass(frozen=True, slots=True)
class WentTo:
    """The head goes to a node, wherever that is: one that was undone as well."""

    node: int


@dataclass(frozen=True, slots=True)
class Dropped:
    branch: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A branch that was dropped is there again."""

    branch: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a conversation, so that a later export can extend it. `written` is plain JSON;
    `is_partial` there: stories were removed, and nothing of the session was written;
    `left_out`: how many of what could not be written, and is new still."""

    written: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DomainChanged:
    """The project's domain is another one by now: from here on the session goes on with it, on every branch."""

    domain: Domain


Record = (
    Answered
    | Undone
    | Redone
    | Forked
    | Switched
    | BranchNamed
    | PlayBegun
    | ConversationKept
    | PlayHalted
    | WentTo
    | Dropped
    | Restored
    | Exported
    | DomainChanged
)
