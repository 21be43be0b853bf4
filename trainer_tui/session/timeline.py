"""The tree of everything that was answered, with a head: undo, redo, fork, branches.

The tree only grows. A `Record` is one move on it; a journal is the list of records, and applying them in order gives
the same timeline again. Each node keeps its session state, so moving the head costs nothing and performs no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import IllegalInput
from trainer_tui.policies.policy import Lesson
from trainer_tui.session.machine import SessionState, step
from trainer_tui.session.new_domain import on_domain
from trainer_tui.session.protocol import (
    ButtonChosen,
    Confirmed,
    Denied,
    HumanInput,
    Input,
    IntentChosen,
    MessageTyped,
    NewNameRequested,
    Prompt,
    SessionRestarted,
    StubRequested,
)

MAIN = 0
_HUMAN = get_args(HumanInput)
_LANDMARKS = (MessageTyped, ButtonChosen, SessionRestarted)
# Answers after which the same question goes on: esc takes back just one of these.
_SMALL_STEPS = (Denied, NewNameRequested, IntentChosen, StubRequested)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One input and the state it led to; the root has no input. Ids count up in the order of arrival. Only the timeline
    lays another domain under a state.

    `landmark` is the latest message, new beginning or example, this node or one before: what long ways are counted by.
    """

    id: int
    state: SessionState
    given: Input | None = None
    parent: Node | None = None
    landmark: Node | None = field(init=False)

    def __post_init__(self) -> None:
        is_one = isinstance(self.given, _LANDMARKS) or self.state.example is not None
        object.__setattr__(self, "landmark", self if is_one else self.parent and self.parent.landmark)

    @property
    def is_answer(self) -> bool:
        """Whether a person gave it (and not the world, nor a rule that confirms what is sure)."""
        if isinstance(self.given, Confirmed):
            return not self.given.is_automatic
        return isinstance(self.given, _HUMAN)

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

    def landmarks(self) -> Iterator[Node]:
        """The landmarks on the way to the root, latest first."""
        node = self.landmark
        while node is not None:
            yield node
            node = node.parent and node.parent.landmark


@dataclass(frozen=True, slots=True)
class Branch:
    """A way through the tree. `undone` are the heads that redo returns to, latest last; `forked_at` is where it left
    the branch `origin`."""

    id: int
    name: str
    tip: Node
    undone: tuple[Node, ...] = ()
    origin: int | None = None
    forked_at: Node | None = None
    is_named: bool = False


# --- records ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    given: Input


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
    branch: int
    name: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a conversation, so that a later export can extend it. `written` is plain JSON;
    `is_partial` there: stories were removed, and nothing of the session was written."""

    written: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DomainChanged:
    """The project's domain is another one by now: from here on the session goes on with it, on every branch."""

    domain: Domain


Record = Answered | Undone | Redone | Forked | Switched | BranchNamed | Exported | DomainChanged


class Timeline:
    """All branches of a session. `apply` is the only way to change it; what cannot be done raises IllegalInput.

    `project` is the project's domain as the session knows it, without what was made in the session.
    """

    def __init__(self, first: SessionState) -> None:
        root = Node(0, first)
        self.nodes: dict[int, Node] = {0: root}
        self.branches: dict[int, Branch] = {MAIN: Branch(MAIN, "main", root)}
        self.current = MAIN
        self.project = first.domain
        self.exports: list[Mapping[str, Any]] = []
        self.exported_up_to = 0
        self._live = _Live(())
        self._next_branch = MAIN + 1

    @property
    def branch(self) -> Branch:
        return self.branches[self.current]

    @property
    def head(self) -> Node:
        return self.branch.tip

    @property
    def state(self) -> SessionState:
        return self.head.state

    def apply(self, record: Record) -> None:
        match record:
            case Answered(given):
                self._answer(given)
            case Undone():
                self._undo()
            case Redone():
                self._redo()
            case Forked(node):
                self._fork(node)
            case Switched(branch):
                self._known(branch)
                self.current = branch
            case BranchNamed(branch, name):
                self._name(branch, name)
            case Exported(written):
                self.exports.append(written)
                if not written.get("is_partial"):
                    self.exported_up_to = len(self.nodes) - 1
            case DomainChanged(domain):
                self._lay_over(domain)

    def _answer(self, given: Input) -> None:
        node = Node(len(self.nodes), step(self.state, given), given, self.head)
        is_live_known = self._live.tips == self._tips()
        self.nodes[node.id] = node
        self.branches[self.current] = replace(self.branch, tip=node, undone=())
        if is_live_known:
            self._live.tips = self._tips()
            self._live.add(node)

    def _lay_over(self, domain: Domain) -> None:
        """Every state as it is on that domain: undo, redo and branches must not lead back to one that is gone."""
        self.project = domain
        for node in self.nodes.values():
            object.__setattr__(node, "state", on_domain(node.state, domain))

    # --- undo and redo --------------------------------------------------------------------------------------------

    def last_answer(self) -> Node | None:
        """The answer that undo takes back."""
        return next((node for node in self.head.path() if node.is_answer), None)

    @property
    def can_return_to_origin(self) -> bool:
        """Whether the branch is fresh from a fork: undo then takes the fork itself back."""
        branch = self.branch
        return branch.origin in self.branches and branch.tip is branch.forked_at and not branch.undone

    @property
    def is_within_question(self) -> bool:
        """Whether esc has a small step to take back: the answer before only opened the next part of this question."""
        return isinstance(self.head.given, _SMALL_STEPS) and isinstance(self.state.waiting, Prompt)

    def _undo(self) -> None:
        branch = self.branch
        if self.can_return_to_origin and branch.origin is not None:
            del self.branches[self.current]
            self.current = branch.origin
            return
        answer = self.last_answer()
        if answer is None or answer.parent is None:
            raise IllegalInput("there is nothing to undo", hint="This is the start of the session.")
        self.branches[self.current] = replace(branch, tip=answer.parent, undone=(*branch.undone, branch.tip))

    def _redo(self) -> None:
        branch = self.branch
        if not branch.undone:
            raise IllegalInput("there is nothing to redo", hint="Nothing was undone since the last answer.")
        self.branches[self.current] = replace(branch, tip=branch.undone[-1], undone=branch.undone[:-1])

    # --- branches -------------------------------------------------------------------------------------------------

    def _fork(self, node_id: int) -> None:
        node = self.nodes.get(node_id)
        if node is None or node.parent is None or not isinstance(node.given, (ButtonChosen, MessageTyped)):
            raise IllegalInput("that is no message to fork from", hint="Choose one of your earlier messages.")
        branch = Branch(
            self._next_branch, f"fork {self._next_branch}", node.parent, origin=self.current, forked_at=node.parent
        )
        self._next_branch += 1
        self.branches[branch.id] = branch
        self.current = branch.id

    def _name(self, branch: int, name: str) -> None:
        name = name.strip()
        if not name:
            raise IllegalInput("a branch needs a name")
        if any(other.name == name for other in self.branches.values() if other.id != branch):
            raise IllegalInput(f"another branch is called {name!r} already")
        self.branches[branch] = replace(self._known(branch), name=name, is_named=True)

    def _known(self, branch: int) -> Branch:
        if branch not in self.branches:
            raise IllegalInput(f"there is no branch {branch}")
        return self.branches[branch]

    # --- what was taught ------------------------------------------------------------------------------------------

    def lessons(self) -> tuple[Lesson, ...]:
        """Those of every live branch, in the order of arrival; what was undone is not among them."""
        return tuple(self._found_live().lessons)

    def examples(self) -> tuple[Example, ...]:
        return tuple(self._found_live().examples)

    def stubs(self) -> dict[str, tuple[Event, ...]]:
        """What a person said that actions return, by action, on every live branch; the latest where several say."""
        tips = sorted((branch.tip for branch in self.branches.values()), key=lambda tip: tip.id)
        return {action: events for tip in tips for action, events in tip.state.stubs.items()}

    def tips(self) -> tuple[Node, ...]:
        """Where each live branch stands."""
        return tuple(branch.tip for branch in self.branches.values())

    def _tips(self) -> tuple[int, ...]:
        return tuple(branch.tip.id for branch in self.branches.values())

    def _found_live(self) -> _Live:
        if self._live.tips == self._tips():
            return self._live
        found: dict[int, Node] = {}
        for branch in self.branches.values():
            for node in branch.tip.path():
                if node.id in found:
                    break
                found[node.id] = node
        self._live = _Live(self._tips())
        for number in sorted(found):
            self._live.add(found[number])
        return self._live


@dataclass(slots=True)
class _Live:
    """What the live branches that end at `tips` taught."""

    tips: tuple[int, ...]
    lessons: list[Lesson] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    def add(self, node: Node) -> None:
        if node.state.lesson:
            self.lessons.append(node.state.lesson)
        if node.state.example:
            self.examples.append(node.state.example)
