"""What a front end may ask of the session that it shows: the protocol of the controller, and of what stands in for it.

What cannot be done raises TrainerError, and then nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from trainer_tui.asking.insight import Insight
from trainer_tui.errors import Place, Problem
from trainer_tui.export.review import ExportReview, Replanned, Reviewing, StoryForm, Written
from trainer_tui.session.protocol import Change, HumanInput, ResponseVariation
from trainer_tui.session.view import ComparedRow, MoveView, SessionView, SourceView


class ReviewChanges(Protocol):
    """What can be changed about the export that is reviewed; each gives the review as it then is."""

    def toggle(self, row: str) -> ExportReview: ...

    def rename(self, row: str, name: str) -> ExportReview: ...

    def retarget(self, row: str, path: str) -> ExportReview: ...

    def write_as(self, row: str, form: StoryForm) -> ExportReview: ...

    def edit(self, row: str, text: str) -> ExportReview: ...


class Teaching(Protocol):
    """One teaching session."""

    @property
    def view(self) -> SessionView: ...

    @property
    def exporter(self) -> ReviewChanges: ...

    def observe(self, listener: Callable[[SessionView], None]) -> None:
        """Call `listener` with the new view after every change."""

    async def begin(self) -> None:
        """Once the front end is up: start in the background what the first question need not wait for."""

    def take_notice(self) -> str:
        """The notice; neither it nor who does otherwise is shown any more."""

    # --- answers and moves ----------------------------------------------------------------------------------------

    def answer(self, given: HumanInput) -> None:
        """Take a person's answer; it is on disk when this returns."""

    async def perform(self) -> None:
        """Perform what the session waits for, until it waits for a person."""

    def cancel(self) -> None:
        """Stop waiting for the effect under way; the session then asks what to do instead."""

    def accept_offer(self) -> None:
        """Go on with the earlier session, exactly where it was left."""

    def decline_offer(self) -> None:
        """Leave the earlier session as it is, and begin a new one."""

    def accept_above(self, sure: float | None) -> None:
        """From now on accept what is at least this sure, and not contradicted, by itself; None: ask everything."""

    def undo(self) -> None: ...

    def undo_failure(self) -> tuple[str, ...]:
        """Take back the answer that led to a failure, whatever was tried again since; what was undone, in words."""

    def redo(self) -> None: ...

    def step_back(self) -> None:
        """One small step back within the question; at its start nothing happens."""

    def fork(self, node: int) -> None: ...

    def switch(self, branch: int) -> None: ...

    def name_branch(self, branch: int, name: str) -> None: ...

    def start_fresh(self) -> None: ...

    def edit_slot(self, name: str, typed: str) -> None:
        """Set a slot by hand: `typed` is JSON, or a text as it is; one that does not fit the slot is refused."""

    # --- whole turns, scripts, the tree of branches -----------------------------------------------------------------

    def keep_likely(self) -> None:
        """Answer as the script that is played says (`view.script.likely`)."""

    def accept_turn(self) -> None:
        """Say yes to what is asked, and to every action up to action_listen that is surer than `view.sure_above` and
        not contradicted; IllegalInput where what is asked is not."""

    def edit_turn(self, node: int, change: Change) -> None:
        """Change the turn that a move belongs to (`HistoryEntry.at`; an action by its own), on a branch of its own;
        what came behind is played there."""

    def sources(self) -> tuple[SourceView, ...]:
        """The stories, rules, test stories and sessions that a conversation can start from."""

    def start_from(self, name: str) -> tuple[Problem, ...]:
        """Play one of them (`SourceView.id`, or a file's path) from the start, on a branch of its own; what is left out
        of it, each with its place."""

    def halt_play(self, is_halted: bool = True) -> None:
        """Play no further by itself, or go on."""

    def moves(self) -> tuple[MoveView, ...]:
        """Every move of the session in the order of arrival, those that were undone too."""

    def look_at(self, node: int) -> SessionView:
        """The session as it was after a move; nothing happens."""

    def go_to(self, node: int) -> None:
        """Go on from after a move, wherever that is; redo leads back where it was before on the same branch."""

    def compare(self, left: int, right: int) -> tuple[ComparedRow, ...]:
        """Two branches side by side."""

    def drop_branch(self, branch: int) -> None:
        """Let a branch go: it is exported no more. Undo takes that back; so does `restore_branch` at any time."""

    def restore_branch(self, branch: int) -> None: ...

    @property
    def insight(self) -> Insight:
        """What can be known beside the question."""

    # --- learning, actions, explanation ---------------------------------------------------------------------------

    def show_detail(self, more: int) -> None:
        """Show so many levels more (or less) of the stories; at either end it stays as it is."""

    def train_now(self) -> None:
        """Fit the models anew in the background, with everything taught so far."""

    def explain(self) -> tuple[str, ...]:
        """Why the bot wants (or wanted) its action: policies, evidence with file and line, contradictions."""

    def response_preview(self, action: str) -> str:
        """What a response says, a line a variation, with the titles of buttons; nothing for others."""

    def about_action(self, action: str) -> str:
        """What an action that is no response does, in a few words."""

    def response(self, action: str) -> tuple[ResponseVariation, ...]:
        """The same in full."""

    def path_of(self, place: Place) -> Path:
        """The file that a place names, which is told from the bot's folder, wherever the program was started."""

    def action_log(self) -> tuple[str, ...]:
        """What the project's own action server said."""

    async def restart_actions(self) -> None:
        """Start the project's own action server anew, with the code as it is now."""

    def check_intent_name(self, name: str) -> str | None:
        """Why a new intent cannot have this name; None where it can."""

    def check_action_name(self, name: str) -> str | None: ...

    # --- export and leaving ---------------------------------------------------------------------------------------

    def unexported(self) -> str | None:
        """What is new since the last export, in words ("2 stories, 5 examples"); None where nothing is."""

    def export_review(self, is_removing: bool = False) -> Reviewing:
        """What is new, as changes of the project's files, which are read again; `exporter` changes the review.

        `is_removing`: the stories that a warning names are taken out, and nothing else is on.
        """

    def export_write(self) -> Written | Replanned:
        """Write what is on in the review, which is made anew instead where files have changed meanwhile."""

    def save_copy(self, path: str) -> str:
        """Write the whole session to a file of its own; a line on where."""

    def name_session(self, name: str) -> None:
        """Give the session another name; it is resumed by it."""
