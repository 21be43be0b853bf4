"""Sees to it that what a correction fixes and breaks is known, a little at a time, while the session goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from trainer_tui.insight.guard import Consequences, Guard, Watched, watched
from trainer_tui.insight.story_steps import StorySteps
from trainer_tui.policies.policy import Lesson
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.collection import making_what_stays
from trainer_tui.session.timeline import Timeline

if TYPE_CHECKING:
    from trainer_tui.runtime.session_parts import Bot
    from trainer_tui.runtime.training import DialogueTeacher

_AT_ONCE = 8
"""So many steps are predicted between two keys: a few milliseconds."""


class Guarding:
    """Of one teacher and the stories that it began with; `changed` is called when there is something new to show."""

    def __init__(
        self,
        bot: Bot,
        stories: StorySteps,
        teacher: DialogueTeacher,
        began: Sequence[Lesson],
        changed: Callable[[], None],
    ) -> None:
        self.found = Consequences(is_of_any=False)
        self._bot = bot
        self._stories = stories
        self._teacher = teacher
        self._began = began
        self._changed = changed
        self._guard: Guard | None = None
        self._seen: object = None
        self._lessons: Sequence[Lesson] = began
        self._timeline: Timeline | None = None
        self._task: asyncio.Task[None] | None = None

    def follow(self, timeline: Timeline) -> None:
        """Look at what was taught by now, if that is something else."""
        lessons = timeline.lessons()
        if timeline.branch.goes_on or (lessons is self._lessons and not self._has_new_model(lessons)):
            return
        if self._awaits_model:
            # Held against memory alone, all that the first model knows would be what the correction fixed.
            self.found = Consequences(is_complete=False)
            return
        self._lessons, self._timeline = lessons, timeline
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @property
    def _awaits_model(self) -> bool:
        """Whether the first one is still fitted; that calls `changed` when it is done."""
        refits = self._teacher.refits
        return refits.is_running and refits.best(self._lessons) is None

    async def finished(self) -> None:
        if self._awaits_model:
            await self._teacher.refits.finished()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _has_new_model(self, lessons: Sequence[Lesson]) -> bool:
        best = self._teacher.refits.best(lessons)
        return self._guard is not None and best is not None and best.model is not self._seen

    async def _run(self) -> None:
        if self._guard is None:
            found = await in_thread(partial(_watched, self._bot, self._stories))
            self._teacher.settle()
            self._seen = self._teacher.policy and self._teacher.policy.model_
            self._guard = Guard(found, self._teacher.ensemble, self._bot.domain, self._began)
        lessons: Sequence[Lesson] | None = None
        while True:
            if lessons is not self._lessons and self._timeline is not None:
                lessons = self._lessons
                self._teacher.follow(lessons)
                self._guard.follow(lessons, self._timeline.taught_steps())
            self._take_up_new_model()
            if not self._guard.work(_AT_ONCE) and lessons is self._lessons:
                break
            await asyncio.sleep(0)
        found_before, self.found = self.found, self._guard.consequences()
        if self.found != found_before:
            self._changed()

    def _take_up_new_model(self) -> None:
        self._teacher.settle()
        model = self._teacher.policy and self._teacher.policy.model_
        if model is not self._seen and self._guard is not None:
            self._seen = model
            self._guard.model_changed()


@making_what_stays()
def _watched(bot: Bot, stories: StorySteps) -> Watched:
    return watched(bot.trackers, bot.tests(), bot.domain, stories)
