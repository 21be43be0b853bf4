"""Settles what is under review: the session is taught it first, then the review keeps that it was.

What was settled is undone where it was done last: in the session by taking back its move, and the review follows the
session. So undo in the session takes back the decision, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainer_tui.asking.reviewing import ConversationView, Decision, Marks, MessageRow, Reviewing
from trainer_tui.asking.settling import Opened
from trainer_tui.core.domain import NLU_FALLBACK
from trainer_tui.core.events import ActionExecuted
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import IllegalInput, Problem, TrainerError
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import AskButton, AskMessage, ExamplesConfirmed, KeptAs
from trainer_tui.session.recorded import recorded, script_of
from trainer_tui.session.script import Said, Script, turns_otherwise
from trainer_tui.session.told import script_told
from trainer_tui.words import counted


@dataclass(slots=True)
class _Move:
    """A move of the session. `node` is the one it made, of a conversation that was kept the tip of its branch."""

    again: Callable[[], None]
    node: int


@dataclass(slots=True)
class _Settled:
    """`move` is None where the session was not concerned; `kept` is how often the review was told something of it."""

    move: _Move | None = None
    kept: int = 1


class Settler:
    """`asking.settling.Settling`, which says what each of its methods does."""

    def __init__(self, controller: Controller, review: Reviewing) -> None:
        self.review = review
        self._controller = controller
        self._done: list[_Settled] = []
        self._undone: list[_Settled] = []
        self._told = ""
        self._is_settling = False
        self._opened: tuple[ConversationView, Script, int] | None = None
        controller.observe(lambda _: self._follow_session())

    # --- conversations ----------------------------------------------------------------------------------------------

    async def keep(self, view: ConversationView, kept_as: KeptAs) -> str:
        script = (await self._script(view, is_whole=True))[0].confirmed()
        judged = await self.review.judged(view)
        otherwise = [(step.index + 1, step.today) for step in judged.steps if step.kind == "action" and step.differs]
        self._teach(lambda: self._controller.keep_conversation(script, kept_as, otherwise))
        outcome = "story" if kept_as == "story" else "test story"
        self._decided(view.row.id, outcome, script if kept_as == "story" else None, self._move)
        return f"{script.name}: {outcome}"

    def decide(self, row: int, decision: Decision) -> None:
        self._keep_of(lambda: self.review.decide([row], decision))

    def flag(self, row: int, index: int) -> None:
        self._keep_of(lambda: self.review.flag(row, index))

    def tag(self, row: int, tag: str) -> None:
        self._keep_of(lambda: self.review.tag([row], tag))

    async def open(self, view: ConversationView) -> tuple[Problem, ...]:
        script, left_out = await self._script(view)
        self._controller.play(script)
        self._opened = (view, script, self._controller.timeline.current)
        return left_out

    async def _script(self, view: ConversationView, is_whole: bool = False) -> tuple[Script, tuple[Problem, ...]]:
        told = await self.review.told(view.row.id)
        domain = self._controller.timeline.nodes[0].state.domain
        done = (event.name for event in told.events if isinstance(event, ActionExecuted) and event.name)
        unknown = next((name for name in done if name not in domain.action_set), None)
        if is_whole and unknown:
            raise IllegalInput(f"the bot has no action {unknown!r}", hint="Open the conversation: you are asked there.")
        script, left_out = script_told(told, domain)
        if not script.turns:
            raise TrainerError(f"nobody says anything in {script.name}", hint="Skip it.")
        return script, left_out

    @property
    def opened(self) -> Opened | None:
        if self._opened is None:
            return None
        view, script, branch = self._opened
        timeline = self._controller.timeline
        play = timeline.branch.play if timeline.current == branch else None
        waits = isinstance(timeline.state.waiting, (AskMessage, AskButton))
        return Opened(view.row.id, script.name, bool(play and play.step is None and waits))

    def come_back(self) -> str:
        if self._opened is None:
            return ""
        (view, script, branch_id), self._opened = self._opened, None
        branch = self._controller.timeline.branches.get(branch_id)
        if branch is None:
            return f"{script.name}: taken back"
        done = script_of(script.name, recorded(branch.tip))
        corrected = turns_otherwise(script, done)
        answered = done.turns - done.is_under_way
        if not corrected and answered < script.turns:
            return f"{script.name}: left at message {answered + 1} of {script.turns}; nothing was decided"
        outcome = f"corrected: {counted(corrected, 'turn')}" if corrected else "story"
        self._decided(view.row.id, outcome, done)
        return f"{script.name}: {outcome}"

    def _decided(self, row: int, outcome: str, taught: Script | None, move: _Move | None = None) -> None:
        """What its messages mean is settled by it as well, so that the inbox does not ask; what a message means that
        fell back is not known yet, nor one that nobody looked at."""
        self.review.decide([row], "right", outcome)
        said = [step for step in (taught.steps if taught else ()) if isinstance(step, Said) and not step.is_guess]
        meant = [(step, step.intent) for step in said if step.intent and step.intent != NLU_FALLBACK]
        settled = [self.review.corrected(step.text, intent, step.entities) for step, intent in meant]
        self._done.append(_Settled(move, 1 + sum(settled)))
        self._undone.clear()

    # --- messages ---------------------------------------------------------------------------------------------------

    def confirm(self, messages: Sequence[MessageRow], intent: str, entities: Marks | None = None) -> None:
        marked = {message.id: tuple((entities or {}).get(message.id, message.entities)) for message in messages}
        examples = tuple(Example(message.text, intent, marked[message.id]) for message in messages)
        self._teach(lambda: self._controller.answer(ExamplesConfirmed(examples)))
        self._settled(lambda: self.review.confirm([message.id for message in messages], intent, marked))

    def set_aside(self, messages: Sequence[MessageRow]) -> None:
        self._keep_of(lambda: self.review.set_aside([message.id for message in messages]))

    # --- undo -------------------------------------------------------------------------------------------------------

    def undo(self) -> str:
        if not self._done:
            raise IllegalInput("there is nothing to undo here", hint="What was settled before this run stays.")
        settled = self._done[-1]
        if settled.move is None:
            self._take_back()
        elif self._is_latest(settled.move.node):
            # The review follows.
            self._controller.undo()
        else:
            raise IllegalInput("the session went on since", hint="Undo there what came after, then this.")
        return self._told

    def redo(self) -> str:
        if not self._undone:
            raise IllegalInput("there is nothing to redo here", hint="Nothing was undone since.")
        settled = self._undone[-1]
        if settled.move is not None:
            self._teach(settled.move.again)
            settled.move = self._move
        self._give_again()
        return self._told

    def _teach(self, move: Callable[[], None]) -> None:
        """Make a move of the session; what is settled by it is not known yet, so that nothing is to follow."""
        self._is_settling = True
        try:
            move()
        finally:
            self._is_settling = False
        self._move = _Move(move, len(self._controller.timeline.nodes) - 1)

    def _settled(self, keep: Callable[[], None]) -> None:
        keep()
        self._done.append(_Settled(self._move))
        self._undone.clear()

    def _keep_of(self, keep: Callable[[], None]) -> None:
        keep()
        self._done.append(_Settled())
        self._undone.clear()

    def _take_back(self) -> None:
        settled = self._done.pop()
        for _ in range(settled.kept):
            self._told = self.review.undo()
        self._undone.append(settled)

    def _give_again(self) -> None:
        settled = self._undone.pop()
        told = [self.review.redo() for _ in range(settled.kept)]
        self._told = told[0]
        self._done.append(settled)

    def _is_latest(self, node: int) -> bool:
        """Whether undo in the session takes back what made the node."""
        timeline = self._controller.timeline
        if beside := timeline.last_beside:
            return beside.branch.tip.id == node
        answer = timeline.last_answer()
        return answer is not None and answer.id == node

    def _follow_session(self) -> None:
        """What the session took back, or gave again, is so here as well."""
        if self._is_settling:
            return
        if self._done and (move := self._done[-1].move) and not self._is_live(move.node):
            self._take_back()
        elif self._undone and (move := self._undone[-1].move) and self._is_live(move.node):
            self._give_again()

    def _is_live(self, node: int) -> bool:
        for tip in self._controller.timeline.tips():
            # Ids only grow on the way.
            nearest = next((at for at in tip.path() if at.id <= node), None)
            if nearest is not None and nearest.id == node:
                return True
        return False
