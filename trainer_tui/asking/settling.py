"""What a front end may do with what is reviewed: it is taught by the session, kept by the review, undone in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trainer_tui.asking.reviewing import ConversationView, Decision, Marks, MessageRow, Reviewing
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Problem
from trainer_tui.session.protocol import KeptAs


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation that is played in the session. `is_finished`: all of it was played, and the bot listens."""

    row: int
    name: str
    is_finished: bool = False


class Settling(Protocol):
    """A review and a session. What cannot be done raises TrainerError, and then nothing has happened."""

    @property
    def review(self) -> Reviewing: ...

    # --- conversations ----------------------------------------------------------------------------------------------

    async def keep(self, view: ConversationView, kept_as: KeptAs) -> str:
        """It is right as it is: it becomes a story, or a test story, in one step; what came of it, in words."""

    def decide(self, row: int, decision: Decision) -> None:
        """Skipped, or for later."""

    def flag(self, row: int, index: int) -> None: ...

    def tag(self, row: int, tag: str) -> None: ...

    async def open(self, view: ConversationView) -> tuple[Problem, ...]:
        """Play it in the session, on a branch of its own; what is left out of it, each with its place."""

    @property
    def opened(self) -> Opened | None: ...

    def come_back(self) -> str:
        """Back from the session: what was done with the conversation that was opened is decided by it ("corrected: 2
        turns"); in words, "" where none was open."""

    # --- messages ---------------------------------------------------------------------------------------------------

    def confirm(self, messages: Sequence[MessageRow], intent: str, entities: Marks | None = None) -> None:
        """They mean this, with the entities that were found, or marked (by `MessageRow.id`); a new name makes an
        intent. It teaches at once."""

    def set_aside(self, messages: Sequence[MessageRow]) -> None:
        """They are no training data."""

    # --- undo -------------------------------------------------------------------------------------------------------

    def undo(self) -> str:
        """Take back what was settled last, here and in the session; what that was, in words."""

    def redo(self) -> str: ...
