"""Drives a session for a front end: takes answers, has effects performed, keeps the journal, makes the view.

Only the controller owns the timeline. A front end calls `answer` and the moves (undo, fork, …) from its own thread,
and `perform` from one worker whenever the view shows an effect. Each effect has a ticket; a result that comes after
the session moved on is dropped and said.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from os.path import exists
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.dataclass import replace
from trainer_tui.errors import IllegalInput, Place, Problem, TrainerError
from trainer_tui.export.review import Replanned, Reviewing, Written
from trainer_tui.runtime.beside import beside
from trainer_tui.runtime.collection import making_what_stays
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import Kept
from trainer_tui.runtime.performing import Performer
from trainer_tui.runtime.recorder import Recorder
from trainer_tui.runtime.resuming import Replay
from trainer_tui.runtime.session_parts import ASK_EVERYTHING, Bot, Code, Offer, Options
from trainer_tui.session.doubt import doubt
from trainer_tui.session.history import History
from trainer_tui.session.names import action_name_fault, intent_name_fault
from trainer_tui.session.nodes import Node
from trainer_tui.session.player import Ask, Give, decide
from trainer_tui.session.protocol import (
    AskAfterFailure,
    Change,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    Effect,
    EffectFailed,
    HumanInput,
    Input,
    KeptAs,
    MessageTyped,
    ParseMessage,
    PredictAction,
    Prompt,
    ResponseVariation,
    RunAction,
    SessionRestarted,
    SlotEdited,
    WarningAcknowledged,
)
from trainer_tui.session.records import (
    Answered,
    BranchNamed,
    ConversationKept,
    DomainChanged,
    Dropped,
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
from trainer_tui.session.script import Script
from trainer_tui.session.show import actions_view, script_view, session_view
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.view import (
    UNSURE_BELOW,
    ComparedRow,
    MoveView,
    ScriptView,
    SessionView,
    SourceView,
    StatusView,
    StoriesView,
)

if TYPE_CHECKING:
    from trainer_tui.runtime.exporting import Exporter
    from trainer_tui.runtime.insights import Insights
    from trainer_tui.runtime.script_sources import ScriptSources

Listener = Callable[[SessionView], None]

_SHOWN_EVERY = 0.1
"""Seconds. While a script is played, the view is made anew, and what was answered is put on disk, no more often: the
script itself is on disk before, and nobody is asked anything meanwhile."""


class Controller:
    """`asking.teaching.Teaching`, which says what each of its methods does, for a bot and a journal on disk."""

    def __init__(
        self,
        performer: Performer,
        make_exporter: Callable[[], Exporter],
        make_sources: Callable[[], ScriptSources],
        journal: Journal | None,
        *,
        now: Callable[[], float],
        leaving: Callable[[], str] = lambda: "",
        options: Options = ASK_EVERYTHING,
    ) -> None:
        self.notice = ""
        self._otherwise = ""
        self._performer = performer
        self._make_exporter = make_exporter
        self._make_sources = make_sources
        self._now = now
        self._leaving = leaving
        self._offer: Offer | None = None
        self._code: Code | None = None
        self._in_code: Mapping[str, str] | None = None
        self._accept_above = options.accept_above
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[Input] | None = None
        self._is_performing = False
        self._accepts_turn = False
        self._shown_at = 0.0
        self._history = History()
        self._recorder = Recorder(Replay.of_nothing(performer.bot.domain, now()), journal)
        self.view = self._make_view()

    @property
    def timeline(self) -> Timeline:
        return self._recorder.timeline

    @property
    def records(self) -> Sequence[Record]:
        """All that was done in the session; what an earlier one did before it, too."""
        return self._recorder.records

    @property
    def _bot(self) -> Bot:
        return self._performer.bot

    @cached_property
    def exporter(self) -> Exporter:
        """Made when it is first asked for: no export, and a quarter of the modules is never loaded."""
        return self._make_exporter()

    @cached_property
    def _sources(self) -> ScriptSources:
        """Made when it is first asked for as well."""
        return self._make_sources()

    @cached_property
    def insight(self) -> Insights:
        """Made when something is looked into for the first time, with the modules that it takes."""
        from trainer_tui.runtime.insights import Insights

        return Insights(
            self._performer,
            lambda: self.timeline,
            lambda: self.exporter,
            lambda: self._recorder.path,
        )

    async def begin(self) -> None:
        self._performer.begin(self.timeline, self.refresh)
        if self._code is None:
            self._performer.start_actions(self.refresh)

    # --- the journal, and an earlier session ----------------------------------------------------------------------

    def keep(self, journal: Journal) -> None:
        """Write this session's records to the journal from now on."""
        self._recorder.journal = journal
        self.refresh()

    def offer(self, offer: Offer) -> None:
        """Let the person choose to go on with an earlier session, before anything else."""
        self._offer = offer
        self.refresh()

    def ask_about_code(self, code: Code) -> None:
        """Let the person choose whether the project's code may run, before all else."""
        self._code = code
        self.refresh()

    def _answer_about_code(self, may_run: bool) -> bool:
        """Whether that was asked."""
        code, self._code = self._code, None
        if code is None:
            return False
        self.notice = code.answered(may_run)
        self._performer.start_actions(self.refresh)
        self.refresh()
        return True

    def accept_offer(self) -> None:
        if not self._answer_about_code(True):
            self.go_on()

    @making_what_stays()
    def go_on(self) -> None:
        """With the earlier session that is offered, if one is."""
        offer, self._offer = self._offer, None
        if offer is not None:
            self.resume(*offer.open())

    def decline_offer(self) -> None:
        if self._answer_about_code(False):
            return
        self._offer = None
        self.refresh()

    def resume(self, journal: Journal, kept: Kept) -> None:
        """Go on with the session of a journal, as far as it can be replayed; what there is to say of that is said."""
        said = self._recorder.resume(journal, kept, self._bot.domain)
        self._history = History()
        self._performer.outline.forget()
        self.notice = said
        self.refresh()

    # --- the view -------------------------------------------------------------------------------------------------

    def observe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Make the view anew and tell everyone (an answer was taken, the model learned, the server came up)."""
        self._performer.watch(self.timeline)
        self.view = self._make_view()
        for listener in self._listeners:
            listener(self.view)

    def _make_view(self) -> SessionView:
        # Line by line nobody watches what is shown, and the stories around are outlined for nobody.
        stories = self._performer.outline.after(self.timeline) if self._listeners else StoriesView()
        view = session_view(self.timeline, self._history, self._status(), stories)
        offer = self._offer.description if self._offer else None
        code = self._code.description if self._code else None
        return replace(
            view,
            notice=self.notice,
            otherwise=self._otherwise,
            offer=offer,
            code=code,
            script=self._script_view(),
            sure_above=self._sure_above,
        )

    def _script_view(self) -> ScriptView | None:
        branch = self.timeline.branch
        if branch.play is None or (branch.play.step is None and isinstance(self.timeline.state.waiting, Prompt)):
            return None
        word = decide(self.timeline.state, branch.play, self._performer.runner.needs_server)
        return script_view(branch, branch.play, word.inputs if isinstance(word, Ask) else ())

    def show_detail(self, more: int) -> None:
        self._performer.outline.show_detail(more)
        self.refresh()

    def _status(self) -> StatusView:
        actions, actions_ok = self._performer.runner.status()
        fault = self._recorder.fault
        return StatusView(
            bot=self._bot.name,
            session=self._recorder.session,
            branch=self.timeline.branch.name,
            model=self._performer.teacher.status(self.timeline.lessons(), self.timeline.examples()),
            actions=actions,
            actions_ok=actions_ok,
            journal=f"not saved: {fault}" if fault else "saved",
            journal_ok=fault is None,
            notes=self._bot.notes,
            warnings=self._bot.warnings,
            accept_above=self._accept_above,
            consequences=str(self._performer.guard.found) if self._performer.guard else "",
        )

    def take_notice(self) -> str:
        notice, self.notice = self.notice, ""
        was_otherwise, self._otherwise = self._otherwise, ""
        if notice or was_otherwise:
            self.refresh()
        return notice

    # --- answers and moves ----------------------------------------------------------------------------------------

    def answer(self, given: HumanInput) -> None:
        """Take a person's answer; it is on disk when this returns. IllegalInput or FormatError: nothing happened."""
        if isinstance(given, MessageTyped):
            from trainer_tui.nlu.shorthand import parse_shorthand

            # A broken /intent{…} is refused here, while the field still holds it.
            parse_shorthand(given.text, self.timeline.state.domain)
        self._move(Answered(replace(given, at=self._now())))
        self._tell_who_does_otherwise()
        if isinstance(given, WarningAcknowledged):
            # The person has just removed stories from the project's files.
            self._performer.files_changed()

    def _tell_who_does_otherwise(self) -> None:
        """Than the correction that was just taken in, before it is written anywhere."""
        taught = self.timeline.state.confirmed
        if taught and taught.was_corrected and (told := self.insight.standing().told):
            self._otherwise = told
            self.refresh()

    def keep_likely(self) -> None:
        script = self.view.script
        if script is None or not script.likely:
            raise IllegalInput("the script has no answer to this", hint="Answer what is asked.")
        first, *following = (replace(given, at=self._now()) for given in script.likely)
        self._move(Answered(first), *(Answered(given, is_played=True) for given in following))

    def accept_turn(self) -> None:
        waiting = self.timeline.state.waiting
        if not isinstance(waiting, (ConfirmIntent, ConfirmAction)):
            raise IllegalInput("there is no prediction to accept here", hint="Answer what is asked.")
        if fault := doubt(waiting, self._sure_above):
            raise IllegalInput(f"the turn is not accepted: {fault}", hint="Confirm this one by itself, or correct it.")
        self._move(Answered(Confirmed(at=self._now())))
        self._accepts_turn = True

    @property
    def _sure_above(self) -> float:
        return UNSURE_BELOW if self._accept_above is None else self._accept_above

    def accept_above(self, sure: float | None) -> None:
        self._accept_above = sure
        self.refresh()

    def undo(self) -> None:
        self._move(Undone())

    def undo_failure(self) -> tuple[str, ...]:
        undone = []
        while isinstance(self.view.prompt, AskAfterFailure) and self.view.undo is not None:
            undone.append(self.view.undo)
            self.undo()
        return tuple(undone)

    def redo(self) -> None:
        self._move(Redone())

    def step_back(self) -> None:
        if self.timeline.is_within_question:
            self.undo()

    def fork(self, node: int) -> None:
        self._move(Forked(node))

    def switch(self, branch: int) -> None:
        self._move(Switched(branch))

    def name_branch(self, branch: int, name: str) -> None:
        self._move(BranchNamed(branch, name))

    def start_fresh(self) -> None:
        self.answer(SessionRestarted())

    def edit_slot(self, name: str, typed: str) -> None:
        slot = self.timeline.state.domain.slots.get(name)
        if slot is None:
            raise IllegalInput(f"the domain has no slot {name!r}")
        from trainer_tui.asking.slot_values import typed_value

        self.answer(SlotEdited(name, typed_value(slot, typed)))

    # --- scripts, and the tree of branches ------------------------------------------------------------------------

    def edit_turn(self, node: int, change: Change) -> None:
        from trainer_tui.session.edits import edited

        move = edited(self.timeline.head, node, change)
        if isinstance(move, PlayBegun):
            self._move(move)
        elif all(example in self.timeline.examples() for example in move.examples):
            raise IllegalInput("that is an example already")
        else:
            self.answer(move)

    def sources(self) -> tuple[SourceView, ...]:
        return self._sources.views()

    def start_from(self, name: str) -> tuple[Problem, ...]:
        script, left_out = self._sources.find(name, self.timeline.nodes[0].state.domain)
        if not script.turns:
            raise TrainerError(f"nobody says anything in {script.name}", hint="Start from another.")
        self.play(script)
        self._tell_left_out(script.name, left_out)
        return left_out

    def play(self, script: Script) -> None:
        self._move(PlayBegun(0, script))

    def keep_conversation(self, script: Script, kept_as: KeptAs, otherwise: Sequence[tuple[int, str]] = ()) -> None:
        self._move(ConversationKept(script, kept_as, tuple(otherwise), self._now()))

    def _tell_left_out(self, name: str, left_out: Sequence[Problem]) -> None:
        if left_out:
            bot = self._bot
            new = (problem for problem in left_out if problem not in bot.warnings)
            self._performer.bot = replace(bot, warnings=(*bot.warnings, *new))
            self.notice = f"{name} is not played whole: see the warnings. {self.notice}".strip()
            self.refresh()

    def halt_play(self, is_halted: bool = True) -> None:
        self._move(PlayHalted(is_halted))

    def moves(self) -> tuple[MoveView, ...]:
        from trainer_tui.session.tree import moves

        return moves(self.timeline)

    def look_at(self, node: int) -> SessionView:
        outline = self._performer.outline.after(self.timeline)
        return session_view(self.timeline, History(), self._status(), outline, self._settled(node))

    def go_to(self, node: int) -> None:
        self._move(WentTo(self._settled(node).id))

    def _settled(self, node: int) -> Node:
        if node not in self.timeline.nodes:
            raise IllegalInput(f"there is no move {node}", hint="See the time line.")
        from trainer_tui.session.tree import settled

        return settled(self.timeline.nodes[node], self.timeline)

    def compare(self, left: int, right: int) -> tuple[ComparedRow, ...]:
        branches = {**self.timeline.dropped, **self.timeline.branches}
        for branch in (left, right):
            if branch not in branches:
                raise IllegalInput(f"there is no branch {branch}")
        from trainer_tui.session.tree import compared

        return compared(branches[left].tip, branches[right].tip)

    def drop_branch(self, branch: int) -> None:
        self._move(Dropped(branch))

    def restore_branch(self, branch: int) -> None:
        self._move(Restored(branch))

    # --- the journal, move by move --------------------------------------------------------------------------------

    def _move(self, *records: Record) -> None:
        """Make a move; where it is not possible, or leads nowhere else, an effect under way goes on undisturbed."""
        before = self.timeline.state
        for record in records:
            self._recorder.record(record)
        if self.timeline.state is not before:
            self._drop_effect()
        self._accepts_turn = False
        self.notice = self._otherwise = ""
        self._play_on()
        self._recorder.write()
        self.refresh()

    def _play_on(self) -> None:
        """Give what the script says, as far as the bot would do the same."""
        while (branch := self.timeline.branch).is_playing and (play := branch.play):
            word = decide(self.timeline.state, play, self._performer.runner.needs_server)
            if not isinstance(word, Give):
                return
            try:
                for given in word.inputs:
                    self._recorder.record(Answered(replace(given, at=self._now()), is_played=True))
            except IllegalInput as error:
                self._recorder.record(PlayHalted())
                self.notice = f"The script stops here: {error}"

    # --- effects --------------------------------------------------------------------------------------------------

    async def perform(self) -> None:
        if self._is_performing:
            return
        self._is_performing = True
        try:
            while isinstance(effect := self.timeline.state.waiting, Effect):
                await self._perform_one(effect)
        finally:
            self._is_performing = False
            self._drop_effect()

    async def _perform_one(self, effect: Effect) -> None:
        task = self._task = asyncio.ensure_future(self._performer.result(effect, self.timeline))
        await asyncio.wait([task])
        if self._task is not task:
            # The session went elsewhere meanwhile: what comes now belongs to nothing.
            return
        self._task = None
        given = EffectFailed("cancelled", "Nothing has happened.") if task.cancelled() else task.result()
        # What an earlier effect of the same answer had to say may not have been said yet.
        self.notice = " ".join((self.notice, *self._performer.take_notes())).strip()
        at = self._now()
        self._recorder.record(Answered(replace(given, at=at)))
        self._tell_who_does_otherwise()
        self._play_on()
        self._confirm_if_sure()
        comes_out_again = self._comes_out_again(effect)
        # A clock that was set back shows it at once; what somebody's code did is on disk before anything else.
        if self._is_going_on and comes_out_again and 0 <= at - self._shown_at < _SHOWN_EVERY:
            return
        self._shown_at = at
        self._recorder.write(is_settled=not comes_out_again)
        self.refresh()

    def _comes_out_again(self, effect: Effect) -> bool:
        """Whether a session that is resumed before it would find the same, with nobody's code run for it."""
        match effect:
            case ParseMessage() | PredictAction():
                return True
            case RunAction(decision):
                return not self._performer.runner.needs_server(decision.action, self.timeline.state.domain)
        return False

    @property
    def _is_going_on(self) -> bool:
        """Whether a script is played on without a person, or an action that may take its time."""
        return self.timeline.branch.is_playing and isinstance(
            self.timeline.state.waiting, (ParseMessage, PredictAction)
        )

    @property
    def _is_script_at_odds(self) -> bool:
        script = self._script_view()
        return script is not None and bool(script.likely)

    def cancel(self) -> None:
        if self._task:
            self._task.cancel()

    def _drop_effect(self) -> None:
        """The session moves on: a result still to come is dropped."""
        task, self._task = self._task, None
        if task:
            task.cancel()

    def _confirm_if_sure(self) -> None:
        waiting = self.timeline.state.waiting
        if isinstance(waiting, Effect):
            return
        accepts = self._accepts_turn or self._accept_above is not None
        if accepts and isinstance(waiting, (ConfirmIntent, ConfirmAction)):
            fault = "the script says otherwise" if self._is_script_at_odds else doubt(waiting, self._sure_above)
            if fault is None:
                self._recorder.record(Answered(Confirmed(is_automatic=True, at=self._now())))
            elif self._accepts_turn:
                self.notice = f"{self.notice} The turn is accepted up to here: {fault}.".strip()
        if isinstance(self.timeline.state.waiting, Prompt):
            self._accepts_turn = False

    # --- learning, actions, explanation ---------------------------------------------------------------------------

    def train_now(self) -> None:
        self._performer.teacher.train_now(self.timeline.lessons())
        self.refresh()

    async def finish_learning(self) -> None:
        """Wait for the fits under way, so that what comes next does not depend on how fast they are."""
        await self._performer.finish_reading()
        await self._performer.teacher.finished()
        await self.finish_watching()

    async def finish_watching(self) -> None:
        """Wait until it is known what follows from what was taught."""
        await self._performer.finish_watching()

    def explain(self) -> tuple[str, ...]:
        if isinstance(self.timeline.state.waiting, ConfirmIntent):
            return self.insight.why()
        from trainer_tui.insight.explain import explanation

        prediction = actions_view(self.timeline.head).prediction
        return (*explanation(prediction), *self.insight.why()) if prediction else ("Nothing was predicted yet.",)

    def path_of(self, place: Place) -> Path:
        """A file of the bot is named from its folder, one that was named to start from as it was typed."""
        in_folder = self._bot.folder / place.path
        return in_folder if exists(in_folder) or not exists(place.path) else Path(place.path)

    def action_log(self) -> tuple[str, ...]:
        return self._performer.runner.log_lines()

    async def restart_actions(self) -> None:
        self._in_code = None
        try:
            self.notice = await self._performer.runner.restart()
        except TrainerError as error:
            self.notice = str(error)
        self.refresh()

    def response_preview(self, action: str) -> str:
        return "\n".join(
            " ".join((variation.text or "", *(f"[{button.get('title', '')}]" for button in variation.buttons))).strip()
            for variation in self.response(action)
        )

    def about_action(self, action: str) -> str:
        from trainer_tui.asking.descriptions import about_action

        return about_action(action, self.timeline.state.domain, self._described_actions)

    def _described_actions(self) -> Mapping[str, str]:
        """As the code was when it was first asked for, or started anew."""
        if self._in_code is None:
            from trainer_tui.runtime.action_code import described_actions

            self._in_code = described_actions(self._bot.folder)
        return self._in_code

    def response(self, action: str) -> tuple[ResponseVariation, ...]:
        return self.timeline.state.domain.responses.get(action, ())

    # --- export and leaving ---------------------------------------------------------------------------------------

    def unexported(self) -> str | None:
        from trainer_tui.export.conversations import news

        return news(self.timeline)

    def export_review(self, is_removing: bool = False) -> Reviewing:
        return beside(self.exporter.reviewing(self.timeline, "removals" if is_removing else ""))

    def export_write(self) -> Written | Replanned:
        result = self.exporter.write()
        if isinstance(result, Written):
            self._recorder.record(result.record)
            # On branches that parted before a name was made the project has it now, too.
            project = result.made.to(self.timeline.project)
            if project != self.timeline.project:
                self._recorder.record(DomainChanged(project))
            self._recorder.write()
            if result.has_changed_data:
                self._performer.take_up_files(self.timeline)
        self.refresh()
        return result

    def save_copy(self, path: str) -> str:
        self._recorder.copy_to(Path(path), self._now())
        return f"The session is saved in {path}."

    def name_session(self, name: str) -> None:
        self._recorder.rename(name)
        self.refresh()

    def close(self, called: str = "trainer-tui") -> str:
        """End what runs beside the session; the line to print when the screen is gone. `called` is the command line
        that leads to the project and its sessions."""
        self._drop_effect()
        self._performer.stop_background()
        fault_of_models = self._leaving()
        self._performer.close()
        new = self.unexported()
        name = self._recorder.session
        fault = self._recorder.leave()
        if not self.records:
            return fault_of_models
        left = f"Not exported: {new}. " if new else "Everything is exported. "
        left = f"{fault_of_models} {left}".lstrip()
        if fault:
            return f"{left}Not saved: {fault}."
        return f"{left}Go on with: {called} --conversation-id {shlex.quote(name)}"

    # --- names ----------------------------------------------------------------------------------------------------

    def check_intent_name(self, name: str) -> str | None:
        return intent_name_fault(name, self.timeline.state.domain)

    def check_action_name(self, name: str) -> str | None:
        return action_name_fault(name, self.timeline.state.domain)
