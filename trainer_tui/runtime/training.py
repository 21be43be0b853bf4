"""What learns in a session: the policies and the interpreter, taught at once and fitted anew in the background.

The session starts on memory alone; a lesson counts in the very next prediction; the fit follows when it is done. All
methods are called in the event loop's thread, where learning and predicting take a millisecond or few.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from trainer_tui.core.domain import Domain
from trainer_tui.core.growing import Growing
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.pace import Pace
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import each_second, in_thread
from trainer_tui.runtime.fits.refits import Fitted, Refits
from trainer_tui.runtime.later import Later

if TYPE_CHECKING:
    from trainer_tui.nlu.pipeline import PipelineInterpreter
    from trainer_tui.policies.linear_model import LinearModel


def _unwatched() -> None:
    """Nobody shows what has changed."""


class DialogueTeacher:
    """An ensemble whose learned policy, where it has one, is fitted in the background.

    Give it an ensemble that knows the stories by memory (`Ensemble.remember`), or wholly: then there is nothing to fit
    until lessons come. One that takes its time is made `Later`, while the first message is typed; a prediction waits.
    """

    def __init__(self, ensemble: Ensemble | Later[Ensemble], changed: Callable[[], None] = _unwatched) -> None:
        self.refits: Refits[Lesson, LinearModel | None] = Refits(self._fit, changed)
        self._ensemble = ensemble if isinstance(ensemble, Later) else Later(lambda _: ensemble)
        self._changed = changed
        self._lessons: Sequence[Lesson] = ()
        self._getting_ready: asyncio.Task[None] | None = None
        self.pace = Pace()
        """How far it is until the policies can answer: a large bot's stories are joined and remembered while the first
        message is typed."""
        self._has_begun = False
        if not isinstance(ensemble, Later):
            self._begin()

    @property
    def ensemble(self) -> Ensemble:
        return self._ensemble()

    @property
    def policy(self) -> LearnedPolicy | None:
        """The learned one, where there is one."""
        return next((policy for policy in self.ensemble.policies if isinstance(policy, LearnedPolicy)), None)

    @property
    def is_ready(self) -> bool:
        return self._ensemble.is_made

    async def ready(self) -> None:
        """Wait for the policies."""
        if not self.is_ready:
            async with each_second(self._changed):
                await in_thread(lambda: self._ensemble(self.pace.take))
            self.follow(self._lessons)
            self._changed()

    def predict(self, tracker: DialogueStateTracker, domain: Domain, lessons: Sequence[Lesson]) -> EnsemblePrediction:
        """The next action, by exactly these lessons; starts a fit where one is due."""
        ensemble = self.ensemble
        self.follow(lessons)
        return ensemble.predict(tracker, domain)

    def follow(self, lessons: Sequence[Lesson]) -> None:
        """Know exactly these lessons, and start a fit where one is due."""
        self._lessons = lessons
        if not self.is_ready:
            if self._getting_ready is None:
                self._getting_ready = asyncio.get_running_loop().create_task(self.ready())
            return
        best = self.settle()
        if self.policy:
            fitted = len(best.lessons) if best else 0
            new = () if self.refits.is_held else lessons[fitted:]
            self.refits.follow(lessons, any(lesson.was_corrected for lesson in new))
        self.ensemble.learn(lessons)

    def settle(self) -> Fitted[Lesson, LinearModel | None] | None:
        """Take up the best fit that is done, also where no prediction has asked for it yet; None before the first."""
        self._begin()
        best = self.refits.best(self._lessons)
        if self.policy and best and best.model is not self.policy.model_:
            self.policy.adopt(best.model)
        return best

    def close(self) -> None:
        """End what is under way."""
        if self._getting_ready is not None:
            self._getting_ready.cancel()
        self.refits.stop()

    def _begin(self) -> None:
        """A policy that was fitted before is the first to answer; where there is none, nothing is fitted."""
        if not self._has_begun:
            self._has_begun = True
            policy = self.policy
            if policy is None or policy.model_ is not None:
                self.refits.start_with(policy.model_ if policy else None)

    async def _fit(self, lessons: Sequence[Lesson], progress: Progress) -> tuple[LinearModel | None, float]:
        from trainer_tui.runtime.fits.fit import fit_beside

        await self.ready()
        assert self.policy is not None
        policy, first = self.policy, self.refits.best(())
        assignment = await in_thread(lambda: policy.assignment(lessons, first.model if first else None))
        if assignment is None:
            return None, 0.0
        solution, seconds = await fit_beside(assignment.problem, progress)
        return assignment.model(solution), seconds


class InterpreterTeacher:
    """An interpreter that is fitted in the background; until then it knows `/intent{…}` and what it is taught."""

    def __init__(
        self,
        make: Callable[[], tuple[PipelineInterpreter, bool]],
        data: TrainingData | None,
        changed: Callable[[], None] = _unwatched,
    ) -> None:
        """`make`: the interpreter to begin with, made by the first who asks it anything, and whether it is trained
        already. `data` None: it is, and fitted no more (its data is not here)."""
        self._make = make
        self._interpreter: PipelineInterpreter | None = None
        self.data = data
        self.refits: Refits[Example, PipelineInterpreter] = Refits(self._fit, changed)
        self._taught: Sequence[Example] = ()
        self._told: frozenset[str] = frozenset()
        self._changed = changed

    @property
    def interpreter(self) -> PipelineInterpreter:
        if self._interpreter is None:
            self._interpreter, is_trained = self._make()
            if is_trained:
                self.refits.start_with(self._interpreter)
        return self._interpreter

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        """The meaning of a message, by exactly these examples; starts a fit where one is due."""
        self.follow(taught)
        if self.refits.best(taught) is None:
            # The very first fit is under way: a message is worth waiting for it.
            await self.refits.finished()
            self.follow(taught)
        self.interpreter.domain = domain
        interpreter = self.interpreter
        if not interpreter.may_take_long(text):
            return interpreter.parse(text)
        # However long the project's regexes take, keys are answered meanwhile.
        result = await in_thread(lambda: interpreter.parse(text))
        if interpreter.given_up() - self._told:
            # The model of the project's own data is the one that is kept for the next session.
            if first := self.refits.best(()):
                first.model.give_up(interpreter.given_up())
            self._changed()
        return result

    def take_notes(self) -> tuple[str, ...]:
        if self._interpreter is None:
            return ()
        new = self.interpreter.given_up() - self._told
        self._told |= new
        return tuple(map(given_up, sorted(new)))

    def status(self) -> tuple[str, bool]:
        """Silent while all is well: a fit that failed is said, with what to do about it; and the first fit, for which a
        message waits."""
        if self.refits.fault:
            return f"NLU: {self.refits.fault}", False
        is_first = self.refits.is_running and self.refits.best(()) is None
        return f"NLU {_so_far('learning', self.refits.pace)}" if is_first else "", True

    def follow(self, taught: Sequence[Example]) -> None:
        """Know exactly these examples, and start a fit where one is due."""
        self._taught = Growing.of(taught)
        self.settle()
        if self.data is not None:
            self.refits.follow(taught, is_urgent=self.interpreter.has_erred)

    def settle(self) -> Fitted[Example, PipelineInterpreter] | None:
        """Take up the best fit that is done, also where no message has asked for it yet; None before the first."""
        interpreter = self.interpreter
        best = self.refits.best(self._taught)
        if best:
            interpreter = self._interpreter = best.model
        interpreter.learn(self._taught)
        return best

    async def _fit(self, taught: Sequence[Example], progress: Progress) -> tuple[PipelineInterpreter, float]:
        from trainer_tui.runtime.fits.fit import fit_beside

        data = self.data
        assert data is not None
        known = self.interpreter
        assignment = await in_thread(lambda: known.assignment(data, taught))
        model, seconds = await fit_beside(assignment, progress)
        return await in_thread(lambda: known.adopting(model)), seconds


def _so_far(doing: str, pace: Pace | None) -> str:
    """How far that is: `learning 40 %, about 6 s more`, or `learning 6 s` while nobody knows."""
    if pace is None or not (pace.share or pace.seconds >= 1):
        return f"{doing} ..."
    return f"{doing} {pace.how_far()}"


def given_up(name: str) -> str:
    """What to say of a regex that took too long."""
    from trainer_tui.nlu.entity_extractor import TIME_LIMIT

    return (
        f"The regex {name!r} took more than {TIME_LIMIT:g} s for one text, and is left out from now on: "
        "make it simpler, without repetitions in repetitions."
    )


class MessageTeacher(Protocol):
    """What tells a message's meaning: an interpreter of our own, or a server."""

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult: ...

    def status(self) -> tuple[str, bool]:
        """What there is to say of it ("" where nothing is), and whether all is well."""
        ...


class SessionTeacher:
    """The controller's `Teacher`: dialogue and messages together, and one line on how far they are."""

    def __init__(self, dialogue: DialogueTeacher, messages: MessageTeacher) -> None:
        self.dialogue = dialogue
        self.messages = messages

    @property
    def own(self) -> SessionTeacher:
        return self

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        return await self.messages.parse(text, domain, taught)

    async def predict(
        self, tracker: DialogueStateTracker, domain: Domain, taught: Sequence[Lesson]
    ) -> EnsemblePrediction:
        await self.dialogue.ready()
        return self.dialogue.predict(tracker, domain, taught)

    async def what_if(
        self, tracker: DialogueStateTracker, domain: Domain, own: EnsemblePrediction
    ) -> EnsemblePrediction | None:
        return None

    def take_notes(self) -> tuple[str, ...]:
        """What should be said once beside the results."""
        return self.messages.take_notes() if isinstance(self.messages, InterpreterTeacher) else ()

    def status(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> tuple[str, ...]:
        """("0.4 s", "4 learned", "2 behind"), ("memory only", "learning 40 %, about 6 s more")."""
        if not self.dialogue.is_ready:
            return (_so_far("getting ready", self.dialogue.pace),)
        refits = self.dialogue.refits
        best = refits.best(lessons)
        # A fit that took less than is told took that at most.
        parts = [f"{max(best.seconds, 0.1):.1f} s" if best.seconds else "ready"] if best else ["memory only"]
        taught = len(lessons) + len(examples)
        if taught:
            parts.append(f"{taught} learned")
        corrections = [lesson for lesson in lessons[len(best.lessons) if best else 0 :] if lesson.was_corrected]
        if corrections:
            parts.append(f"{len(corrections)} behind")
        if refits.is_running:
            parts.append(_so_far("learning", refits.pace))
        elif refits.fault:
            parts.append(refits.fault.title)
        messages, _ = self.messages.status()
        return (*parts, messages) if messages else tuple(parts)

    def follow(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        """Know exactly these, and start the fits that are due: at the start of a session, the first ones."""
        self.dialogue.follow(lessons)
        if isinstance(self.messages, InterpreterTeacher):
            self.messages.follow(examples)

    def hold_fits(self, is_held: bool) -> None:
        """While a script is played, what it teaches waits for the fit that comes when it stops."""
        self.dialogue.refits.is_held = is_held
        if isinstance(self.messages, InterpreterTeacher):
            self.messages.refits.is_held = is_held

    def train_now(self, lessons: Sequence[Lesson]) -> None:
        """Fit the dialogue model with these lessons, if none is being fitted."""
        self.dialogue.refits.fit_now(lessons)

    async def finished(self) -> None:
        """Wait for the policies, and the fits under way."""
        await self.dialogue.ready()
        await self.dialogue.refits.finished()
        if isinstance(self.messages, InterpreterTeacher):
            await self.messages.refits.finished()

    def close(self) -> None:
        """End what is under way."""
        self.dialogue.close()
        if isinstance(self.messages, InterpreterTeacher):
            self.messages.refits.stop()
