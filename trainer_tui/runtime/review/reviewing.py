"""The reviewer that both front ends talk to (`asking/reviewing.py` says what may be asked of it).

Theory of operation. A process beside this one reads the stores and writes what it scores into the database; here the
list is read from there, a page at a time, and a conversation from its store when it is opened. What was decided is
written at once. The model here is the same one, but it is taught what is confirmed in the inbox, and ranks the rest of
it anew (`rerank`, in a thread). The lock keeps teaching and reading apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from trainer_tui.asking.reviewing import (
    EVERYTHING,
    ConversationPage,
    ConversationView,
    Decision,
    Filters,
    InboxPage,
    Marks,
    MessageGroup,
    MessageRow,
    Names,
    Order,
    ReviewProgress,
    StepView,
)
from trainer_tui.core.domain import NLU_FALLBACK
from trainer_tui.core.events import Entity
from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.tokenizer import normalize
from trainer_tui.pace import Pace
from trainer_tui.review.inbox import Likened, is_uncovered, likened
from trainer_tui.review.sessions import Session, sessions
from trainer_tui.runtime.beside import in_process, in_thread
from trainer_tui.runtime.review.decisions import Decisions, Done
from trainer_tui.runtime.review.listing import Lying
from trainer_tui.runtime.review.opening import Opened, Reviewed
from trainer_tui.runtime.review.scoring import scorer_of, today_of
from trainer_tui.runtime.review.steps import judged, steps_back
from trainer_tui.session.told import Told
from trainer_tui.words import counted

_PROBLEMS_KEPT = 100
_COUNTED = 500
"""So many rows are counted ahead where counting all would take long."""
_DECIDED: Mapping[Decision, str] = {"right": "right as it is", "skip": "skipped", "later": "for later"}


class Reviewer:
    """`by` is the person at this desk, `clock` gives the time in seconds since 1970."""

    def __init__(self, reviewed: Reviewed, opened: Opened, by: str, clock: Callable[[], float]) -> None:
        self._reviewed = reviewed
        self._opened = opened
        self._by = by
        self._clock = clock
        self._list = opened.listing()
        self._decisions = Decisions(opened.file)
        self._messages = opened.messages()
        self._scorer = scorer_of(opened.model)
        # What is taught here teaches our own model alone.
        self._today, self._server = today_of(opened.model) if opened.model.rasa else (self._scorer, None)
        self._interpreter = opened.model.interpreter
        self._covered = frozenset(map(normalize, opened.model.examples))
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._pace = Pace("reading")
        self._progress = ReviewProgress(0, False, tuple(map(str, opened.problems)))
        self._work: asyncio.Task[None] | None = None
        self._open: tuple[Lying, Session] | None = None
        self._groups: list[Likened] = []
        self._done: list[Done] = []
        self._undone: list[Done] = []
        self._teach()

    @property
    def progress(self) -> ReviewProgress:
        is_known = not self._progress.is_done and self._pace.share
        return replace(self._progress, how_far=self._pace.how_far()) if is_known else self._progress

    def observe(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    async def begin(self) -> None:
        if self._work is None:
            self._work = asyncio.ensure_future(self._score())

    async def finished(self) -> None:
        """Wait until all that the stores hold is scored."""
        if self._work is not None:
            await self._work

    async def _score(self) -> None:
        data = json.dumps(self._reviewed.as_json()).encode()
        complaint = ""
        try:
            module = "trainer_tui.runtime.review.process"
            _, complaint = await in_process(module, "", data, self._take)
        finally:
            failed = complaint and not complaint.startswith("exit code 0")
            problems = (*self._progress.problems, *((complaint,) if failed else ()))
            self._show(replace(self._progress, is_done=True, problems=problems))

    def _take(self, told: str, share: float) -> None:
        read, *problems = json.loads(told)
        self._pace.take("reading", share)
        new = [line for line in problems if line not in self._progress.problems]
        kept = (*self._progress.problems, *new)[:_PROBLEMS_KEPT]
        self._show(ReviewProgress(self._progress.read + read, False, kept))

    def _show(self, progress: ReviewProgress) -> None:
        self._progress = progress
        for listener in self._listeners:
            listener()

    # --- conversations ----------------------------------------------------------------------------------------------

    def conversations(
        self, order: Order = "worth", filters: Filters = EVERYTHING, first: int = 0, most: int = 50
    ) -> ConversationPage:
        return self._list.page(order, filters, first, most, _COUNTED)

    def names(self) -> Names:
        return self._list.names()

    async def open(self, row: int, before: int | None = None, most: int = 200) -> ConversationView:
        shown = self._list.row(row)
        lying = self._list.lying(row)
        session = await self._session(lying)
        back = list(islice(steps_back(session, before), most + 1))
        flags = frozenset(shown.flags)
        return ConversationView(
            shown,
            tuple(replace(step, is_flagged=step.index in flags) for step in reversed(back[:most])),
            len(back) > most,
            self._list.neighbour(lying, -1),
            self._list.neighbour(lying, 1),
        )

    async def judged(self, view: ConversationView) -> ConversationView:
        session = await self._session(self._list.lying(view.row.id))
        return replace(view, steps=await in_thread(partial(self._judged, session, view.steps)))

    def _judged(self, session: Session, steps: Sequence[StepView]) -> tuple[StepView, ...]:
        with self._lock:
            foreseen = dict(
                self._today.remembering.foresee(session.events, min((step.index for step in steps), default=0))
            )
            return tuple(judged(step, session.events[step.index], foreseen, self._today.read) for step in steps)

    async def told(self, row: int) -> Told:
        lying = self._list.lying(row)
        session = await self._session(lying)
        lines = tuple(range(session.begun + 1, len(session.events) + 1))
        name, events = f"{lying.sender} {lying.session}", session.events[session.begun :]
        return Told(name, events, lines, lying.source, is_real=True)

    async def _session(self, lying: Lying) -> Session:
        """As its store has it now; the one that was opened last is at hand."""
        if self._open is None or self._open[0] != lying:
            self._open = lying, await in_thread(partial(self._stored, lying))
        return self._open[1]

    def _stored(self, lying: Lying) -> Session:
        store = next(store for store in self._opened.stores if store.label == lying.source)
        found, _ = sessions(store.conversation(lying.sender).texts)
        session = next((session for session in found if session.number == lying.session), None)
        if session is None:
            raise TrainerError(f"{lying.sender} has no session {lying.session} in {lying.source} any more")
        return session

    def decide(self, rows: Sequence[int], decision: Decision, outcome: str = "") -> None:
        told = f"{counted(len(rows), 'conversation')} {_DECIDED[decision]}"
        self._did(self._decisions.decide(rows, decision, outcome, self._by, self._clock(), told))

    def flag(self, row: int, index: int) -> None:
        self._did(self._decisions.flag(row, index, self._by, self._clock()))

    def tag(self, rows: Sequence[int], tag: str) -> None:
        if not tag.strip():
            raise IllegalInput("a tag needs a name")
        self._did(self._decisions.tag(rows, tag.strip(), self._by, self._clock()))

    def _did(self, done: Done) -> None:
        self._done.append(done)
        self._undone.clear()

    def undo(self) -> str:
        return self._moved(self._done, self._undone, is_back=True)

    def redo(self) -> str:
        return self._moved(self._undone, self._done, is_back=False)

    def _moved(self, here: list[Done], there: list[Done], is_back: bool) -> str:
        if not here:
            raise TrainerError(f"there is nothing to {'undo' if is_back else 'redo'} in this review")
        done = here.pop()
        self._decisions.take_back(done, is_back)
        there.append(done)
        if done.table == "settled":
            self._teach()
        return done.told

    # --- messages ---------------------------------------------------------------------------------------------------

    def inbox(self, first: int = 0, most: int = 50) -> InboxPage:
        shown = tuple(self._group(group) for group in self._groups[first : first + most])
        return InboxPage(shown, first, len(self._groups), sum(len(group.messages) for group in self._groups))

    def _group(self, group: Likened) -> MessageGroup:
        rows = tuple(
            MessageRow(message.id, message.text, message.count, self._entities(message.text))
            for message in group.messages
        )
        return MessageGroup(rows, group.parsed.intent, group.parsed.confidence, group.parsed.ranking)

    def _entities(self, text: str) -> tuple[Entity, ...]:
        with self._lock:
            parsed = self._parsed(text)
        return parsed.entities if parsed else ()

    def _parsed(self, text: str) -> ParseResult | None:
        reading = self._scorer.read(text)
        return reading.parsed if reading else None

    def intents(self) -> tuple[str, ...]:
        taught = (example.intent for example in self._messages.examples() if example.intent)
        return tuple(sorted({*self._opened.model.domain.intents, *taught}))

    def confirm(self, messages: Sequence[int], intent: str, entities: Marks | None = None) -> None:
        marked = entities or {}
        texts = self._messages.texts(messages)
        examples = [
            (text, intent, marked[number] if number in marked else self._entities(text))
            for number, text in texts.items()
        ]
        self._settle(examples, f"{counted(len(examples), 'message')} confirmed as {intent}")

    def set_aside(self, messages: Sequence[int]) -> None:
        texts = self._messages.texts(messages)
        told = f"{counted(len(texts), 'message')} set aside"
        self._settle([(text, None, ()) for text in texts.values()], told)

    def corrected(self, text: str, intent: str, entities: Sequence[Entity] = ()) -> bool:
        if not is_uncovered(text, self._covered | self._messages.settled()):
            return False
        self._settle([(text, intent, entities)], f"1 message corrected to {intent}")
        return True

    def _settle(self, examples: Sequence[tuple[str, str | None, Sequence[Entity]]], told: str) -> None:
        self._did(self._messages.settle(examples, self._by, self._clock(), told))
        settled = {normalize(text) for text, _, _ in examples}
        self._groups = [kept for group in self._groups if (kept := _without(settled, group)) is not None]
        self._teach()

    def _teach(self) -> None:
        """Know exactly what is confirmed."""
        if self._interpreter is not None:
            with self._lock:
                self._interpreter.learn(self._messages.examples())
                self._scorer.forget_readings()

    async def rerank(self) -> None:
        waiting = self._messages.waiting(self._covered)
        groups = await in_thread(lambda: likened(waiting, self._at_once))
        settled = self._messages.settled()
        self._groups = [kept for group in groups if (kept := _without(settled, group)) is not None]

    def _at_once(self, text: str) -> ParseResult | None:
        """What the message means most likely, however unsure that is: a fallback is no meaning."""
        with self._lock:
            parsed = self._parsed(text)
        if parsed is None or parsed.intent != NLU_FALLBACK:
            return parsed
        ranking = tuple(item for item in parsed.ranking if item[0] != NLU_FALLBACK)
        intent, confidence = ranking[0] if ranking else (None, 0.0)
        return replace(parsed, intent=intent, confidence=confidence, ranking=ranking)

    def close(self) -> None:
        if self._work is not None:
            with contextlib.suppress(RuntimeError):
                self._work.cancel()
        if self._server is not None:
            self._server.close()
        self._opened.close()


def _without(settled: frozenset[str] | set[str], group: Likened) -> Likened | None:
    left = tuple(message for message in group.messages if normalize(message.text) not in settled)
    return replace(group, messages=left) if left else None
