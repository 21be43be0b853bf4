"""The tree of everything that was answered: a node an input, and the branches that lead through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import get_args

from trainer_tui.core.events import Event
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.session.machine import SessionState
from trainer_tui.session.protocol import (
    AskButton,
    AskMessage,
    ButtonChosen,
    Confirmed,
    HumanInput,
    Input,
    KeptAs,
    MessageTyped,
    ResponseReworded,
    SessionRestarted,
)
from trainer_tui.session.script import Play

_HUMAN = get_args(HumanInput)
_set = object.__setattr__
_LANDMARKS = (MessageTyped, ButtonChosen, ResponseReworded, SessionRestarted)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One input and the state it led to; the root has no input. Ids count up in the order of arrival. Only the timeline
    lays another domain under a state.

    `is_played`: a script gave it. `play` is how far a script was played with it; None where none is.
    `landmark` is the latest message, new beginning, example or wait for the user, this node or one before: what long
    ways are counted by.
    `answer` is the latest answer of a person, this node or one before. `messages` is how many there are up to here.
    `played_through` is the id of the latest one, here or before, with which a script was played to its end; 0: none.
    """

    id: int
    state: SessionState
    given: Input | None = None
    parent: Node | None = None
    is_played: bool = False
    play: Play | None = None
    landmark: Node | None = field(init=False)
    answer: Node | None = field(init=False)
    messages: int = field(init=False)
    played_through: int = field(init=False)

    def __post_init__(self) -> None:
        parent = self.parent
        is_one = isinstance(self.given, _LANDMARKS) or self.waits_for_user or bool(self.state.examples)
        _set(self, "landmark", self if is_one else parent and parent.landmark)
        _set(self, "answer", self if self.is_answer else parent and parent.answer)
        _set(self, "messages", (parent.messages if parent else 0) + (self.message is not None))
        is_through = self.play is not None and self.play.step is None
        _set(self, "played_through", self.id if is_through else parent.played_through if parent else 0)

    @property
    def waits_for_user(self) -> bool:
        """Whether the turn before is whole here."""
        return isinstance(self.state.waiting, (AskMessage, AskButton))

    @property
    def is_answer(self) -> bool:
        """Whether a person gave it (and not the world, a script, nor a rule that confirms what is sure)."""
        if self.is_played:
            return False
        if isinstance(self.given, Confirmed):
            return not self.given.is_automatic
        return isinstance(self.given, _HUMAN)

    @property
    def message(self) -> str | None:
        """What the user says with it; None where it is no message."""
        match self.given:
            case MessageTyped(text) | ButtonChosen(text):
                return text
            case _:
                return None

    def added_events(self) -> list[Event]:
        """What this input added to the conversation, oldest first."""
        known = self.parent.state.tracker.length if self.parent else 0
        found: list[Event] = []
        tracker: DialogueStateTracker | None = self.state.tracker
        while tracker is not None and tracker.event is not None and tracker.length > known:
            found.append(tracker.event)
            tracker = tracker.parent
        found.reverse()
        return found

    def path(self) -> Iterator[Node]:
        """From this node up to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def is_behind(self, earlier: Node) -> bool:
        """Whether `earlier` lies on the way to it, which is another."""
        at = self.parent
        # Ids only grow on the way.
        while at is not None and at.id > earlier.id:
            at = at.parent
        return at is earlier

    def landmarks(self) -> Iterator[Node]:
        """The landmarks on the way to the root, latest first."""
        node = self.landmark
        while node is not None:
            yield node
            node = node.parent and node.parent.landmark


@dataclass(frozen=True, slots=True)
class Branch:
    """A way through the tree. `undone` is what redo brings back, latest last: a head, a branch that was begun here, or
    what was done beside it. `forked_at` is where it left the branch `origin`.

    `plays` is the script that is played from `forked_at` on; `is_playing`: it goes on by itself. `beside` is what was
    done from here to other branches. `edits` is where `origin` ended when a turn of it was changed: once the rest was
    played on this branch, it takes the place of that one. `kept_as`: a conversation from elsewhere that is right as it
    is, and what it is to become; a test teaches nothing.
    """

    id: int
    name: str
    tip: Node
    undone: tuple[Undoing, ...] = ()
    origin: int | None = None
    forked_at: Node | None = None
    is_named: bool = False
    plays: Play | None = None
    is_playing: bool = False
    beside: tuple[Drop | Kept, ...] = ()
    kept_as: KeptAs | None = None
    edits: Node | None = None

    @property
    def play(self) -> Play | None:
        """How far the script was played; None where none is, or the session has left it."""
        return self.plays if self.tip is self.forked_at else self.tip.play

    @property
    def is_played_through(self) -> bool:
        """Whether all of its script was played."""
        if self.plays is None or self.forked_at is None:
            return False
        return self.plays.step is None or self.tip.played_through > self.forked_at.id

    @property
    def goes_on(self) -> bool:
        """Whether there is something left of a script that is played by itself."""
        return self.is_playing and self.play is not None and self.play.step is not None


@dataclass(frozen=True, slots=True)
class Drop:
    """A branch that was dropped while `at` was the head. `was_current`: the session stood on it."""

    at: Node
    branch: Branch
    was_current: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation that was kept as it is while `at` was the head."""

    at: Node
    branch: Branch


Undoing = Node | Branch | Drop | Kept
