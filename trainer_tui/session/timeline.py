"""The tree of everything that was answered, with a head: undo, redo, fork, branches.

The tree only grows. A `Record` is one move on it; a journal is the list of records, and applying them in order gives
the same timeline again. Each node keeps its session state, so moving the head costs nothing and performs no effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import replace
from trainer_tui.errors import IllegalInput
from trainer_tui.policies.lessons import TaughtStep
from trainer_tui.policies.policy import Lesson
from trainer_tui.session.kept import played_as_it_is
from trainer_tui.session.living_lessons import LivingLessons
from trainer_tui.session.machine import SessionState, step
from trainer_tui.session.new_domain import OnDomain
from trainer_tui.session.nodes import Branch, Drop, Kept, Node
from trainer_tui.session.player import advanced
from trainer_tui.session.protocol import (
    ButtonChosen,
    Denied,
    Input,
    IntentChosen,
    MessageTyped,
    NewNameRequested,
    Prompt,
    StubRequested,
)
from trainer_tui.session.records import (
    Answered,
    BranchNamed,
    ConversationKept,
    DomainChanged,
    Dropped,
    Exported,
    Forked,
    PlayBegun,
    PlayHalted,
    Record,
    Redone,
    Restored,
    Switched,
    Undone,
    WentTo,
)
from trainer_tui.session.script import Play, Script

MAIN = 0
# Answers after which the same question goes on: esc takes back just one of these.
_SMALL_STEPS = (Denied, NewNameRequested, IntentChosen, StubRequested)


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
        self._live = LivingLessons()
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
            case PlayBegun(node, script, is_edit):
                self._begin_play(node, script, is_edit)
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
        """Branches stand in the order in which they began, one that is back again too."""
        if branch.id in self.branches:
            self.branches[branch.id] = branch
        else:
            self.branches = dict(sorted({**self.branches, branch.id: branch}.items()))

    def _answer(self, given: Input, is_played: bool) -> None:
        branch = self.branch
        head, play = branch.tip, branch.play
        after = step(head.state, given)
        play = advanced(play, head.state, given, after) if play else None
        node = Node(len(self.nodes), after, given, head, is_played, play)
        self.nodes[node.id] = node
        self._put(replace(branch, tip=node, undone=()))

    def _lay_over(self, domain: Domain) -> None:
        """Every state as it is on that domain: undo, redo and branches must not lead back to one that is gone."""
        self.project = domain
        moved = OnDomain(domain)
        for node in self.nodes.values():
            # From the state that the answer led to: what one domain lacks is there again on the next that has it.
            state = self._led_to.setdefault(node.id, node.state)
            object.__setattr__(node, "state", moved.state(state))
        self._live = LivingLessons()

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

    def _begin(self, name: str, at: Node, plays: Play | None = None, edits: Node | None = None) -> None:
        branch = Branch(
            self._next_branch,
            self._free_name(name),
            at,
            origin=self.current,
            forked_at=at,
            plays=plays,
            is_playing=plays is not None,
            edits=edits,
        )
        self._next_branch += 1
        self._put(branch)
        self.current = branch.id

    def _begin_play(self, node_id: int, script: Script, is_edit: bool) -> None:
        node = self.nodes.get(node_id)
        if node is None:
            raise IllegalInput("there is nothing to play")
        self._begin(script.name, node, Play(script), self.head if is_edit else None)

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
        ahead = tuple(item for item in there.undone if not isinstance(item, Node) or item.is_behind(node))
        undone = (*there.undone, there.tip) if there.tip.is_behind(node) else ahead
        self._put(replace(there, tip=node, undone=undone, is_playing=False))

    def _branch_through(self, node: Node) -> Branch | None:
        """The live branch that a node lies on, the one of now before others; one where it was undone does as well."""
        ordered = sorted(self.branches.values(), key=lambda branch: branch.id != self.current)
        for branch in ordered:
            if branch.tip is node or branch.tip.is_behind(node):
                return branch
        for branch in ordered:
            if any(isinstance(item, Node) and (item is node or item.is_behind(node)) for item in branch.undone):
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

    def live(self) -> tuple[Branch, ...]:
        """The branches that teach and are exported: all but those that were dropped or replaced."""
        replaced = self.replaced()
        return tuple(branch for branch in self.branches.values() if branch.id not in replaced)

    def replaced(self) -> frozenset[int]:
        """The branches whose place an edit of them took. One where the session stands, or went on after that edit, is a
        way of its own."""
        found = (
            (self.branches[branch.origin], branch)
            for branch in self.branches.values()
            if branch.edits is not None and branch.origin in self.branches and branch.is_played_through
        )
        return frozenset(before.id for before, edit in found if before.id != self.current and before.tip is edit.edits)

    def lessons(self) -> Sequence[Lesson]:
        """Those of every live branch, in the order of arrival; what was undone is not among them."""
        return self._found_live().lessons.items

    def taught_steps(self) -> Sequence[TaughtStep]:
        """What was confirmed on every live branch, whether it is a lesson or not."""
        return self._found_live().steps.items

    def examples(self) -> Sequence[Example]:
        return self._found_live().examples.items

    def stubs(self) -> dict[str, tuple[Event, ...]]:
        """What a person said that actions return, by action, on every live branch; the latest where several say."""
        tips = sorted(self.tips(), key=lambda tip: tip.id)
        return {action: events for tip in tips for action, events in tip.state.stubs.items()}

    def tips(self) -> tuple[Node, ...]:
        """Where each live branch stands."""
        return tuple(branch.tip for branch in self.live())

    def _found_live(self) -> LivingLessons:
        self._live.follow({branch.id: branch.tip for branch in self.live()})
        return self._live
