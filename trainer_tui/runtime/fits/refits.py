"""Models that are fitted anew beside the session, one at a time, as lessons come and go.

A fit that has a lesson in it which was since taken back is as if it had not been: the latest one without such a lesson
answers, and the first, which has none, always can. So what was learned stays a function of the lessons.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from trainer_tui.core.growing import Growing
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.pace import Pace
from trainer_tui.progress import Progress
from trainer_tui.runtime.beside import each_second

Lesson = TypeVar("Lesson", bound=Hashable)
Model = TypeVar("Model")

MODELS_KEPT = 4
MANY_LESSONS = 20
"""So many lessons are worth a fit that takes long, where they are a tenth of what was fitted: each fit takes longer
than the one before, and a turn shall cost what it did at the start."""
SHORT = 2.0
"""A fit that took fewer seconds is made anew for every correction."""


@dataclass(frozen=True, slots=True)
class Fitted(Generic[Lesson, Model]):
    """A model, the lessons that are in it, and the seconds that its fit took (0 for one that was loaded)."""

    model: Model
    lessons: Sequence[Lesson] = ()
    seconds: float = 0.0

    def behind(self, lessons: Sequence[Lesson]) -> int:
        """How many of these lessons are not in it."""
        return len(lessons) - len(self.lessons)


class Refits(Generic[Lesson, Model]):
    """Fits on request, in the event loop's background.

    `fit` makes a model with lessons, and says in how many seconds; `changed` is called when there is something new to
    show: progress, a model, a fault. `fault` says why the last fit failed; what was learned before still answers.
    """

    def __init__(
        self,
        fit: Callable[[Sequence[Lesson], Progress], Awaitable[tuple[Model, float]]],
        changed: Callable[[], None],
    ) -> None:
        self.pace: Pace | None = None
        """How far the fit under way is."""
        self.fault: TrainerError | None = None
        self.is_held = False
        """No lessons are fitted for now; the first model, which has none, is."""
        self._fit = fit
        self._changed = changed
        self._models: list[Fitted[Lesson, Model]] = []
        self._task: asyncio.Task[None] | None = None
        self._under_way: Sequence[Lesson] = ()

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def start_with(self, model: Model) -> None:
        """A first model, without lessons, that need not be fitted."""
        self._models = [Fitted(model)]

    def best(self, lessons: Sequence[Lesson]) -> Fitted[Lesson, Model] | None:
        """The latest model with none but these lessons in it; None while there is none at all."""
        return next((model for model in reversed(self._models) if self._suits(model.lessons, lessons)), None)

    def follow(self, lessons: Sequence[Lesson], is_urgent: bool) -> None:
        """See to it that these lessons are fitted in time: the first model at once, urgent lessons (corrections) where
        the last fit was short, others when there are many."""
        if self._task and not self._suits(self._under_way, lessons):
            self.stop()
        best = self.best(lessons)
        if best is None:
            if not (self.fault and self._under_way == ()):
                self.fit_now(())
            return
        if self.is_held:
            return
        behind = best.behind(lessons)
        is_much = behind >= max(MANY_LESSONS, len(best.lessons) // 10)
        if is_much or (behind and is_urgent and best.seconds < SHORT):
            self.fit_now(lessons)

    def fit_now(self, lessons: Sequence[Lesson]) -> None:
        """Start a fit with these lessons, unless one is under way."""
        if self._task is None:
            self._under_way = Growing.of(lessons)
            self._task = asyncio.get_running_loop().create_task(self._run(self._under_way))

    def stop(self) -> None:
        """End the fit under way, if any; nothing comes of it."""
        task, self._task, self.pace = self._task, None, None
        if task:
            task.cancel()

    async def finished(self) -> None:
        """Wait for the fit under way, if any."""
        if self._task:
            await asyncio.wait([self._task])

    async def _run(self, lessons: Sequence[Lesson]) -> None:
        task = asyncio.current_task()
        pace = Pace()

        def tell(doing: str, share: float) -> None:
            if self._task is task:
                pace.take(doing, share)
                self.pace = pace
                self._changed()

        tell("", 0.0)
        model, seconds, fault = None, 0.0, None
        try:
            async with each_second(self._changed):
                model, seconds = await self._fit(lessons, tell)
        except TrainerError as error:
            fault = error
        except Exception as error:  # whatever it is, the session goes on with what it has
            fault = TrainerError("the model could not be fitted", f"{type(error).__name__}: {error!s:.200}.")
        if self._task is not task:
            return
        self._task, self.pace, self.fault = None, None, fault
        if fault is None:
            self._keep(Fitted(model, lessons, seconds))  # type: ignore[arg-type]
        self._changed()

    def _keep(self, fitted: Fitted[Lesson, Model]) -> None:
        """The first model and the last few."""
        self._models.append(fitted)
        if len(self._models) > MODELS_KEPT:
            del self._models[1]

    def _suits(self, taught: Sequence[Lesson], lessons: Sequence[Lesson]) -> bool:
        """Whether everything taught is among the lessons."""
        if len(taught) > len(lessons):
            return False
        same = Growing.of(taught).shared_length(Growing.of(lessons))
        return same == len(taught) or Counter(taught[same:]) <= Counter(lessons[same:])
