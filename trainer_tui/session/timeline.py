"""The tree of everything that was answered, with a head: undo, redo, fork, branches.

The tree only grows. A `Record` is one move on it; a journal is the list of records, and applying them in order gives
the same timeline again. Each node keeps its session state, so moving the head costs nothing and performs no effect.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, get_args

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.core.growing import Growing
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import IllegalInput
from trainer_tui.policies.lessons import LessonMaker
from trainer_tui.policies.policy import Lesson
from trainer_tui.session.kept import played_as_it_is
from trainer_tui.session.machine import SessionState, step
from trainer_tui.session.new_domain import OnDomain
from trainer_tui.session.player import advanced
from trainer_tui.session.protocol import (
    AskButton,
    AskMessage,
    ButtonChosen,
    Confirmed,
    Denied,
    HumanInput,
    Input,
    IntentChosen,
    KeptAs,
    MessageTyped,
    NewNameRequested,
    Prompt,
    SessionRestarted,
    StubRequested,
)
from trainer_tui.session.script import Play, Script

MAIN = 0
Taught = TypeVar("Taught")
_HUMAN = get_args(HumanInput)
_LANDMARKS = (MessageTyped, ButtonChosen, SessionRestarted)
# Answers after which the same question goes on: esc takes back just one of these.
_SMALL_STEPS = (Denied, NewNameRequested, IntentChosen, StubRequested)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One input and the state it led to; the root has no input. Ids count up in the order of arrival. Only the timeline
    lays another domain under a state.

    `is_played`: a script gave it. `play` is how far a script was played with it; None where none is.
    `landmark` is the latest message, new beginning, example or wait for the user, this node or one before: what long
    ways are counted by.
    `answer` is the latest answer of a person, this node or one before. `messages` is how many there are up to here.
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

    def __post_init__(self) -> None:
        is_one = isinstance(self.given, _LANDMARKS) or self.waits_for_user or bool(self.state.examples)
        object.__setattr__(self, "landmark", self if is_one else self.parent and self.parent.landmark)
        object.__setattr__(self, "answer", self if self.is_answer else self.parent and self.parent.answer)
        known = self.parent.messages if self.parent else 0
        object.__setattr__(self, "messages", known + (self.message is not None))

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
    done from here to other branches. `kept_as`: a conversation from elsewhere that is right as it is, and what it is to
    become; a test teaches nothing.
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

    @property
    def play(self) -> Play | None:
        """How far the script was played; None where none is, or the session has left it."""
        return self.plays if self.tip is self.forked_at else self.tip.play

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


# --- records ------------------------------------------------------------------------------------------------------


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
    """A branch of its own begins behind `node`, and the script is played on it."""

    node: int
    script: Script


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


class Timeline:
    """All branches of a session. `apply` is the only way to change it; what cannot be done raises IllegalInput.

    `project` is the project's domain as the session knows it, without what was made in the session.
    """

    def __init__(self, first: SessionState) -> None:
        root = Node(0, first)
        self.nodes: dict[int, Node] = {0: root}
        self.branches: dict[int, Branch] = {MAIN: Branch(MAIN, "main", root)}
        self.dropped: dict[int, Branch] = {}
        self.current = MAIN
        self.project = first.domain
        self.exports: list[Mapping[str, Any]] = []
        self.exported_up_to = 0
        self._live = _Live()
        self._led_to: dict[int, SessionState] = {}
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
            case Answered(given, is_played):
                self._answer(given, is_played)
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
            case PlayBegun(node, script):
                self._begin_play(node, script)
            case ConversationKept():
                self._keep(record)
            case PlayHalted(is_halted):
                self._put(replace(self.branch, is_playing=not is_halted))
            case WentTo(node):
                self._go_to(node)
            case Dropped(branch):
                self._drop(branch)
            case Restored(branch):
                self._restore(branch)
            case Exported(written):
                self.exports.append(written)
                if not written.get("is_partial"):
                    self.exported_up_to = len(self.nodes) - 1
            case DomainChanged(domain):
                self._lay_over(domain)

    def _put(self, branch: Branch) -> None:
        self.branches[branch.id] = branch

    def _answer(self, given: Input, is_played: bool) -> None:
        before, play = self.state, self.branch.play
        after = step(before, given)
        play = advanced(play, before, given, after) if play else None
        node = Node(len(self.nodes), after, given, self.head, is_played, play)
        self.nodes[node.id] = node
        self._put(replace(self.branch, tip=node, undone=()))

    def _lay_over(self, domain: Domain) -> None:
        """Every state as it is on that domain: undo, redo and branches must not lead back to one that is gone."""
        self.project = domain
        moved = OnDomain(domain)
        for node in self.nodes.values():
            # From the state that the answer led to: what one domain lacks is there again on the next that has it.
            state = self._led_to.setdefault(node.id, node.state)
            object.__setattr__(node, "state", moved.state(state))
        self._live = _Live()

    # --- undo and redo --------------------------------------------------------------------------------------------

    def last_answer(self) -> Node | None:
        """The answer that undo takes back."""
        return self.head.answer

    @property
    def can_return_to_origin(self) -> bool:
        """Whether nobody has answered since the branch began: undo then takes the fork, edit or start itself back."""
        branch, answer = self.branch, self.head.answer
        if branch.forked_at is None or branch.origin not in self.branches or branch.tip.id < branch.forked_at.id:
            return False
        return answer is None or answer.id <= branch.forked_at.id

    @property
    def last_beside(self) -> Drop | Kept | None:
        """What was done to another branch, and undo takes back: nothing was answered since."""
        beside = self.branch.beside
        return beside[-1] if beside and beside[-1].at is self.head else None

    @property
    def is_within_question(self) -> bool:
        """Whether esc has a small step to take back: the answer before only opened the next part of this question."""
        return isinstance(self.head.given, _SMALL_STEPS) and isinstance(self.state.waiting, Prompt)

    def _undo(self) -> None:
        branch = self.branch
        if beside := self.last_beside:
            self._take_back(beside)
            return
        if self.can_return_to_origin and branch.origin is not None:
            del self.branches[self.current]
            origin = self.branches[branch.origin]
            self._put(replace(origin, undone=(*origin.undone, branch)))
            self.current = branch.origin
            return
        answer = self.last_answer()
        if answer is None or answer.parent is None:
            raise IllegalInput("there is nothing to undo", hint="This is the start of the session.")
        self._put(replace(branch, tip=answer.parent, undone=(*branch.undone, branch.tip)))

    def _redo(self) -> None:
        branch = self.branch
        if not branch.undone:
            raise IllegalInput("there is nothing to redo", hint="Nothing was undone since the last answer.")
        *rest, latest = branch.undone
        branch = replace(branch, undone=tuple(rest))
        match latest:
            case Node():
                self._put(replace(branch, tip=latest))
            case Branch():
                self._put(branch)
                self._put(latest)
                self.current = latest.id
            case Drop():
                self._put(branch)
                self._drop(latest.branch.id)
            case Kept(_, kept):
                self._put(replace(branch, beside=(*branch.beside, latest)))
                self._put(kept)

    def _take_back(self, beside: Drop | Kept) -> None:
        branch = self.branch
        branch = replace(branch, beside=branch.beside[:-1])
        match beside:
            case Drop(_, dropped, was_current):
                self._put(branch)
                self._put(dropped)
                self.dropped.pop(dropped.id, None)
                self.current = dropped.id if was_current else self.current
                # Redo is asked for where the person stands now.
                self._put(replace(self.branch, undone=(*self.branch.undone, beside)))
            case Kept(_, kept):
                # As it is by now: one may have gone on from there.
                gone = self.branches.pop(kept.id, None) or self.dropped.pop(kept.id, kept)
                self._put(replace(branch, undone=(*branch.undone, replace(beside, branch=gone))))

    # --- branches -------------------------------------------------------------------------------------------------

    def _fork(self, node_id: int) -> None:
        node = self.nodes.get(node_id)
        if node is None or node.parent is None or not isinstance(node.given, (ButtonChosen, MessageTyped)):
            raise IllegalInput("that is no message to fork from", hint="Choose one of your earlier messages.")
        self._begin(f"fork {self._next_branch}", node.parent)

    def _begin(self, name: str, at: Node, plays: Play | None = None) -> None:
        branch = Branch(
            self._next_branch,
            self._free_name(name),
            at,
            origin=self.current,
            forked_at=at,
            plays=plays,
            is_playing=plays is not None,
        )
        self._next_branch += 1
        self._put(branch)
        self.current = branch.id

    def _begin_play(self, node_id: int, script: Script) -> None:
        node = self.nodes.get(node_id)
        if node is None:
            raise IllegalInput("there is nothing to play")
        self._begin(script.name, node, Play(script))

    def _keep(self, record: ConversationKept) -> None:
        root = self.nodes[0]
        played = played_as_it_is(root.state, record.script, dict(record.otherwise), record.at)
        node = root
        for given, state in played:
            taught = state if record.kept_as == "story" else replace(state, confirmed=None, examples=())
            node = Node(len(self.nodes), taught, given, node, is_played=True)
            self.nodes[node.id] = node
        name = self._free_name(record.script.name)
        kept = Branch(self._next_branch, name, node, plays=Play(record.script), kept_as=record.kept_as)
        self._next_branch += 1
        self._put(kept)
        here = self.branch
        self._put(replace(here, beside=(*here.beside, Kept(here.tip, kept)), undone=()))

    def _free_name(self, name: str) -> str:
        names = {branch.name for branch in (*self.branches.values(), *self.dropped.values())}
        return name if name not in names else f"{name} ({self._next_branch})"

    def _go_to(self, node_id: int) -> None:
        node = self.nodes.get(node_id)
        if node is None:
            raise IllegalInput(f"there is no move {node_id}", hint="See the time line.")
        there = self._branch_through(node)
        if there is None:
            self._begin(f"fork {self._next_branch}", node)
            return
        self.current = there.id
        if node is there.tip:
            return
        ahead = tuple(item for item in there.undone if not isinstance(item, Node) or _is_behind(item, node))
        undone = (*there.undone, there.tip) if _is_behind(there.tip, node) else ahead
        self._put(replace(there, tip=node, undone=undone, is_playing=False))

    def _branch_through(self, node: Node) -> Branch | None:
        """The live branch that a node lies on, the one of now before others; one where it was undone does as well."""
        ordered = sorted(self.branches.values(), key=lambda branch: branch.id != self.current)
        for branch in ordered:
            if branch.tip is node or _is_behind(branch.tip, node):
                return branch
        for branch in ordered:
            if any(isinstance(item, Node) and (item is node or _is_behind(item, node)) for item in branch.undone):
                return branch
        return None

    def _drop(self, branch_id: int) -> None:
        branch = self._known(branch_id)
        if len(self.branches) == 1:
            raise IllegalInput("the only branch cannot be dropped", hint="Start fresh, or undo.")
        was_current = branch_id == self.current
        del self.branches[branch_id]
        self.dropped[branch_id] = branch
        if was_current:
            self.current = branch.origin if branch.origin in self.branches else next(iter(self.branches))
        here = self.branch
        self._put(replace(here, beside=(*here.beside, Drop(here.tip, branch, was_current))))

    def _restore(self, branch_id: int) -> None:
        branch = self.dropped.pop(branch_id, None)
        if branch is None:
            raise IllegalInput(f"no branch {branch_id} was dropped")
        self._put(branch)
        for other in list(self.branches.values()):
            kept = tuple(one for one in other.beside if not (isinstance(one, Drop) and one.branch.id == branch_id))
            if kept != other.beside:
                self._put(replace(other, beside=kept))

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

    def lessons(self) -> Sequence[Lesson]:
        """Those of every live branch, in the order of arrival; what was undone is not among them."""
        return self._found_live().lessons.items

    def examples(self) -> Sequence[Example]:
        return self._found_live().examples.items

    def stubs(self) -> dict[str, tuple[Event, ...]]:
        """What a person said that actions return, by action, on every live branch; the latest where several say."""
        tips = sorted((branch.tip for branch in self.branches.values()), key=lambda tip: tip.id)
        return {action: events for tip in tips for action, events in tip.state.stubs.items()}

    def tips(self) -> tuple[Node, ...]:
        """Where each live branch stands."""
        return tuple(branch.tip for branch in self.branches.values())

    def _found_live(self) -> _Live:
        self._live.follow({branch.id: branch.tip for branch in self.branches.values()})
        return self._live


def _is_behind(node: Node, earlier: Node) -> bool:
    """Whether `earlier` lies on the way to `node`, which is another."""
    at: Node | None = node.parent
    # Ids only grow on the way.
    while at is not None and at.id > earlier.id:
        at = at.parent
    return at is earlier


class _InOrder(Generic[Taught]):
    """What nodes taught, in the order of arrival."""

    def __init__(self) -> None:
        self.items: Growing[Taught] = Growing()
        self._ids: list[int] = []

    def add(self, node: int, item: Taught) -> None:
        place = bisect_right(self._ids, node)
        behind = self.items[place:]
        self.items = Growing([*self.items[:place], item, *behind]) if behind else self.items.with_item(item)
        self._ids.insert(place, node)

    def remove(self, node: int) -> None:
        first, end = bisect_left(self._ids, node), bisect_right(self._ids, node)
        behind = self.items[end:]
        self.items = Growing([*self.items[:first], *behind]) if behind else self.items.up_to(first)
        del self._ids[first:end]


class _Live:
    """What the live branches taught: a move of one tip costs what lies between, however long the branches are.

    Lessons are made when they are asked for, those of one way after the other, so that they can share their states.
    """

    def __init__(self) -> None:
        self.lessons: _InOrder[Lesson] = _InOrder()
        self.examples: _InOrder[Example] = _InOrder()
        self._tips: dict[int, Node] = {}
        self._branches_through: dict[int, int] = {}
        self._made: dict[int, Lesson | None] = {}
        self._to_make: dict[int, Node] = {}
        self._maker = LessonMaker()

    def follow(self, tips: Mapping[int, Node]) -> None:
        for branch in {**self._tips, **tips}:
            before, now = self._tips.get(branch), tips.get(branch)
            if before is not now:
                self._move(before, now)
        self._tips = dict(tips)
        for number in sorted(self._to_make):
            if lesson := self._lesson(self._to_make[number]):
                self.lessons.add(number, lesson)
        self._to_make.clear()

    def _move(self, before: Node | None, now: Node | None) -> None:
        """From both ends up to where they meet; ids only grow on the way down."""
        while before is not now:
            if now is None or (before is not None and before.id > now.id):
                assert before is not None
                self._leave(before)
                before = before.parent
            else:
                self._enter(now)
                now = now.parent

    def _enter(self, node: Node) -> None:
        known = self._branches_through.get(node.id, 0)
        self._branches_through[node.id] = known + 1
        if known:
            return
        if node.state.confirmed:
            self._to_make[node.id] = node
        for example in node.state.examples:
            self.examples.add(node.id, example)

    def _leave(self, node: Node) -> None:
        left = self._branches_through.pop(node.id) - 1
        if left:
            self._branches_through[node.id] = left
            return
        if not self._to_make.pop(node.id, None) and self._made.get(node.id):
            self.lessons.remove(node.id)
        if node.state.examples:
            self.examples.remove(node.id)

    def _lesson(self, node: Node) -> Lesson | None:
        step = node.state.confirmed
        if step and node.id not in self._made:
            self._made[node.id] = self._maker.lesson_of(step, node.state.domain)
        return self._made.get(node.id)
