"""A model that stays as it is, whatever is said to it."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.runtime.session_parts import Teacher


class Untaught:
    """The controller's `Teacher` in a talk: what another one knows without its lessons."""

    own = None
    """What is known of a session by its own models follows what it teaches, and a talk teaches nothing."""

    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher
        self.hold_fits = teacher.hold_fits
        self.finished = teacher.finished
        self.take_notes = teacher.take_notes
        self.close = teacher.close

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult:
        return await self._teacher.parse(text, domain, ())

    async def predict(
        self, tracker: DialogueStateTracker, domain: Domain, taught: Sequence[Lesson]
    ) -> EnsemblePrediction:
        return await self._teacher.predict(tracker, domain, ())

    async def what_if(
        self, tracker: DialogueStateTracker, domain: Domain, own: EnsemblePrediction
    ) -> EnsemblePrediction | None:
        return await self._teacher.what_if(tracker, domain, own)

    def follow(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        self._teacher.follow((), ())

    def train_now(self, lessons: Sequence[Lesson]) -> None:
        self._teacher.train_now(())

    def status(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> tuple[str, ...]:
        return self._teacher.status((), ())
