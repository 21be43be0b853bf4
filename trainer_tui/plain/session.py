"""One session on two streams: each question is one line that stays, each answer one line.

Nothing is drawn over; what changed is said in words. Commands begin with a colon (`::` for a text that does). The
event loop never stops for the keyboard, so that models are fitted, and Ctrl-C opens the menu, while an action runs too.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from trainer_tui.asking.asked import question
from trainer_tui.asking.failures import under_way
from trainer_tui.asking.question import NEW, Known, Move, Question, given
from trainer_tui.asking.reasons import reason
from trainer_tui.asking.sureness import what_is_accepted
from trainer_tui.asking.telling import changed_slots, common_length, spoken
from trainer_tui.commands.output import say
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.pace import Pace
from trainer_tui.plain.commands import Commands, Left
from trainer_tui.plain.line_reader import LineReader, Signals
from trainer_tui.plain.questions import line as asked_line
from trainer_tui.plain.questions import matter, said
from trainer_tui.progress import Progress
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.running import event_loop
from trainer_tui.session.protocol import Prompt
from trainer_tui.session.view import HistoryEntry, SlotRow
from trainer_tui.words import counted

if TYPE_CHECKING:
    from trainer_tui.asking.settling import Settling

_SAID_AFTER, _SAID_AGAIN = 0.5, 5.0
"""Seconds after which what is waited for is said, and then how far it is."""
_RESUMED = 10
"""Lines of an earlier session that are said when it goes on."""
_WARNINGS = 5
_SIGNAL_TURNS = 3

Found = TypeVar("Found")


class _Interrupted(Exception):
    """Ctrl-C."""


class PlainSession:
    """Runs one controller on three streams; `run` returns the exit code."""

    _interrupted_by = "Ctrl-C opens the menu"

    def __init__(
        self,
        controller: Controller,
        source: TextIO | None = None,
        out: TextIO | None = None,
        err: TextIO | None = None,
        settling: Settling | None = None,
    ) -> None:
        self._controller = controller
        self._source = source or sys.stdin
        self._out = _forgiving(out or sys.stdout)
        self._err = _forgiving(err or sys.stderr)
        self._reader = LineReader(self._source)
        self._settling = settling
        self._commands = Commands(controller, self._say, self._ask, self._awaited, settling)
        self._is_person = self._source.isatty()
        self._history: Sequence[HistoryEntry] = ()
        self._slots: tuple[SlotRow, ...] = ()
        self._asked: Prompt | None = None
        self._journal_fault = ""
        self._warned = 0

    def run(self) -> int:
        """Ask until the input ends or the person leaves; the journal holds everything either way."""
        with event_loop() as loop:
            return loop.run_until_complete(self._session())

    async def _session(self) -> int:
        await self._controller.begin()
        if self._settling is not None:
            await self._settling.review.begin()
        with Signals() as self._signals:
            teaching = asyncio.ensure_future(self._teach())
            told_to_end = asyncio.ensure_future(self._signals.end())
            # Whatever is waited for: a line, a fit, a server that starts, an action that takes its time.
            await asyncio.wait((teaching, told_to_end), return_when=asyncio.FIRST_COMPLETED)
            await _let_signals_in()
            if told_to_end.done():
                teaching.cancel()
                return 128 + told_to_end.result()
            told_to_end.cancel()
            return teaching.result()

    async def _teach(self) -> int:
        """Question after question, until the input ends or the person leaves."""
        try:
            self._greet()
            await self._offer()
            while True:
                await self._turn()
        except Left as left:
            return left.code

    def _greet(self) -> None:
        """What is said once: how this works, what of the project to know."""
        self._say("Type a message and press Enter; /intent names an intent. :help lists the commands, Ctrl-C the menu.")
        if self._settling is not None:
            self._say(
                ":conversations lists those of real users, :messages what they said; :help review tells the rest."
            )
        status = self._controller.view.status
        self._say(*(f"note: {note}" for note in status.notes))
        if status.accept_above is not None:
            self._say(f"{what_is_accepted(status.accept_above)} :accept-above off asks again.")
        self._warn()
        self._slots = self._controller.view.slots

    def _warn(self) -> None:
        """What is doubtful in the project; some of it is found only after the first question."""
        warnings = self._controller.view.status.warnings
        new = warnings[self._warned :]
        for problem in new[:_WARNINGS]:
            self._complain(f"warning: {problem}")
        if len(new) > _WARNINGS:
            self._complain(f"warning: {len(new) - _WARNINGS} more; :warnings lists them")
        self._warned = len(warnings)

    async def _offer(self) -> None:
        """Code may be allowed to run, and an earlier session may be gone on with."""
        while (self._controller.view.code or self._controller.view.offer) and (asked := self._question()):
            self._say(asked_line(asked))
            try:
                line = await self._read()
                if line is None or line.strip() == ":quit":
                    raise Left
                await self._give(asked, line)
            except _Interrupted:
                raise Left(130) from None
            except TrainerError as error:
                self._complain(reason(error))

    # --- a question and its answer --------------------------------------------------------------------------------

    async def _turn(self) -> None:
        """Perform what is to be performed, say what is new, ask, take the answer."""
        try:
            await self._perform()
            self._tell_news()
            if self._commands.review is not None:
                self._commands.review.tell_decided()
            self._put_question()
            line = await self._read()
            if line is None:
                raise Left
            await self._take(line)
        except _Interrupted:
            await self._open_menu()
        except TrainerError as error:
            self._complain(reason(error))

    async def _perform(self) -> None:
        """Effects, with Ctrl-C heard meanwhile."""
        if self._controller.view.effect is None:
            return
        if not self._is_person:
            # A script has time, and gets the same answers whenever it runs.
            learning = asyncio.ensure_future(self._controller.finish_learning())
            await self._wait_for(learning, lambda: f"model: {', '.join(self._controller.view.status.model)}")
        performing = asyncio.ensure_future(self._controller.perform())
        await self._wait_for(performing, self._under_way)
        performing.result()

    def _under_way(self) -> str:
        effect = self._controller.view.effect
        return f"{said(under_way(effect), quote='')} ... ({self._interrupted_by})" if effect else ""

    async def _wait_for(self, work: asyncio.Future[Any], doing: Callable[[], str]) -> None:
        """Until it is done, with the menu on Ctrl-C; what takes longer than a moment is said beside the session."""
        told, patience = "", _SAID_AFTER
        while not work.done():
            try:
                await self._unless_interrupted(work, patience)
            except _Interrupted:
                await self._open_menu()
                continue
            patience = _SAID_AGAIN
            if not work.done() and doing() != told:
                told = doing()
                self._complain(told)

    async def _awaited(self, work: Callable[[Progress], Coroutine[Any, Any, Found]]) -> Found:
        """What the work comes to, with a line now and then on how far it is; Ctrl-C stops it."""
        pace, patience = Pace(), _SAID_AFTER
        working = asyncio.ensure_future(work(pace.take))
        try:
            while not working.done():
                await self._unless_interrupted(working, patience)
                patience = _SAID_AGAIN
                if not working.done():
                    self._complain(f"{pace.doing}: {pace.how_far()} (Ctrl-C stops)")
            return working.result()
        except _Interrupted:
            raise IllegalInput("it was stopped") from None
        finally:
            working.cancel()

    def _tell_news(self) -> None:
        """What is new in the conversation and beside it."""
        self._tell_added()
        if otherwise := self._controller.view.otherwise:
            self._say(f"But {otherwise}; :others last lists them, :help insight the ways out.")
        if notice := self._controller.take_notice():
            self._say(notice)
        self._warn()
        status = self._controller.view.status
        fault = "" if status.journal_ok else status.journal
        if fault and fault != self._journal_fault:
            self._complain(f"warning: {fault}; the session goes on in memory")
        self._journal_fault = fault

    def _tell_added(self) -> None:
        """What was added to the conversation, or what it was taken back to; slots that changed on the way."""
        view = self._controller.view
        entries, before = view.history, self._history
        same = common_length(before, entries)
        added = entries[same:]
        if same < len(before):
            self._say(f"Back at: {spoken(entries[same - 1]).strip()}" if same else "Back at the start.")
            if not any(entry.kind == "slot" for entry in added):
                self._say(*changed_slots(self._slots, view.slots))
        elif not before and len(added) > _RESUMED:
            self._say(f"({counted(len(added) - _RESUMED, 'line')} before; :history shows them)")
            added = added[-_RESUMED:]
        self._say(*map(spoken, added))
        self._history, self._slots = entries, view.slots

    def _put_question(self) -> None:
        asked = self._question()
        if asked is None:
            return
        prompt = self._controller.view.prompt
        if prompt is not self._asked:
            self._say(*matter(asked))
        self._say(asked_line(asked))
        self._asked = prompt

    def _question(self) -> Question | None:
        return question(Known(self._controller.view, self._controller.response_preview, self._controller.about_action))

    async def _take(self, line: str) -> None:
        """Do what the line says."""
        if line.startswith("::"):
            line = line[1:]
        elif line.startswith(":") and line.strip() != NEW:
            name, _, argument = line[1:].strip().partition(" ")
            await self._command(name, argument.strip())
            return
        if asked := self._question():
            await self._give(asked, line)

    async def _command(self, name: str, argument: str) -> None:
        await self._commands.run(name, argument)

    async def _give(self, asked: Question, line: str) -> None:
        """Hand in what the line answers, or make the move that it is."""
        match given(asked, line):
            case Move.ACCEPT_OFFER:
                self._controller.accept_offer()
            case Move.DECLINE_OFFER:
                self._controller.decline_offer()
            case Move.UNDO_FAILURE:
                self._say(*(f"Undone: {named}." for named in self._controller.undo_failure()))
            case Move.OPEN_PLACE:
                self._say(*(f"  {self._controller.path_of(place)}" for place in asked.places))
            case Move.REMOVE_STORIES:
                await self._commands.exports.remove()
            case Move.KEEP_LIKELY:
                self._controller.keep_likely()
            case Move.ACCEPT_TURN:
                self._controller.accept_turn()
            case Move.OPEN_MENU:
                await self._commands.menu()
            case answer:
                self._controller.answer(answer)

    async def _open_menu(self) -> None:
        """Ctrl-C; once more goes back."""
        try:
            self._say("")
            await self._commands.menu()
        except _Interrupted:
            self._say("")
        except TrainerError as error:
            self._complain(reason(error))

    # --- the streams ----------------------------------------------------------------------------------------------

    async def _ask(self, line: str) -> str | None:
        """A question of the menu's own."""
        self._say(line)
        typed = await self._read()
        if typed is None:
            raise Left
        return typed.strip()

    async def _read(self) -> str | None:
        """A line that is no remark; None at the end of the input."""
        while True:
            reading = asyncio.ensure_future(self._reader.read())
            try:
                await self._unless_interrupted(reading, None)
            finally:
                if not reading.done():
                    reading.cancel()
            line = reading.result()
            if line is None or not line.startswith(":#"):
                return line

    async def _unless_interrupted(self, work: asyncio.Future[Any], seconds: float | None) -> None:
        """Wait for the work, so many seconds at most; Ctrl-C raises."""
        interrupted = asyncio.ensure_future(self._signals.interrupt())
        try:
            await asyncio.wait((work, interrupted), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            await _let_signals_in()
            if interrupted.done():
                raise _Interrupted
        finally:
            interrupted.cancel()

    def _say(self, *lines: str) -> None:
        for line in lines:
            say(line, self._out)

    def _complain(self, line: str) -> None:
        say(line, self._err)


async def _let_signals_in() -> None:
    """A signal that came together with the end of the input needs turns of the loop to be told."""
    for _ in range(_SIGNAL_TURNS):
        await asyncio.sleep(0)


def _forgiving(stream: TextIO) -> TextIO:
    """A terminal of another encoding shows an escape for what it lacks, instead of ending the session."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return stream
