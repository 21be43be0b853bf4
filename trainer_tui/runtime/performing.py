"""Performs what a session waits for: with the bot that is taught, what learns it, and what runs its actions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from trainer_tui import numerics
from trainer_tui.core.domain import Domain
from trainer_tui.dataclass import replace
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.collection import making_what_stays
from trainer_tui.runtime.outlining import StoriesOutline
from trainer_tui.runtime.session_parts import ActionRunner, Bot, Teacher
from trainer_tui.session import protocol
from trainer_tui.session.timeline import Timeline

if TYPE_CHECKING:
    from trainer_tui.insight.story_steps import StorySteps
    from trainer_tui.runtime.guarding import Guarding

_KEPT_OPINIONS = 5
_log = logging.getLogger(__name__)


class Performer:
    """`bot` and `teacher` are others once the project's files were changed in the session: `reread` makes them anew."""

    def __init__(
        self,
        bot: Bot,
        teacher: Teacher,
        runner: ActionRunner,
        reread: Callable[[], tuple[Bot, Teacher]] | None = None,
    ) -> None:
        self.bot = bot
        self.teacher = teacher
        self.runner = runner
        self.outline = StoriesOutline()
        self.stories: StorySteps | None = None
        """Who does what in which state; None until that is read."""
        self.guard: Guarding | None = None
        self._reread = reread
        self._must_reread = False
        self._rereading = asyncio.Lock()
        self._began: Sequence[Lesson] = ()
        self._changed: Callable[[], None] = lambda: None
        self._background: list[asyncio.Task[None]] = []
        self._reading: list[asyncio.Task[None]] = []

    def begin(self, timeline: Timeline, changed: Callable[[], None]) -> None:
        """Start in the background what the first question need not wait for; each that is done has `changed` called."""
        self._changed, self._began = changed, timeline.lessons()
        self.teacher.follow(timeline.lessons(), timeline.examples())
        self._reading = [self._start(work, changed) for work in (self._read_stories(), self._look_for_faults())]
        self._start(self._load(), lambda: None)

    async def finish_reading(self) -> None:
        """Wait until the stories are known, so that what is told of them does not depend on how fast that is."""
        if self._reading:
            await asyncio.wait(self._reading)

    def start_actions(self, changed: Callable[[], None]) -> None:
        """Find or start the action server in the background."""
        self._start(self.runner.start(self.bot.domain), changed)

    def _start(self, work: Coroutine[Any, Any, None], changed: Callable[[], None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: changed())
        self._background.append(task)
        return task

    def files_changed(self) -> None:
        """The project's files are others: the next effect reads them first."""
        self._must_reread = self._reread is not None

    def take_up_files(self, timeline: Timeline) -> None:
        """The project's files are others: read them beside the session, unless an effect needs that first. What is
        wrong with them the next effect tells."""
        self.files_changed()

        async def take_up() -> None:
            with suppress(TrainerError):
                await self._take_up(timeline)

        self._reading = [*(task for task in self._reading if not task.done()), self._start(take_up(), self._changed)]

    async def result(self, effect: protocol.Effect, timeline: Timeline) -> protocol.Input:
        """What the world answers; what goes wrong is an answer, too."""
        _log.info("%s", effect)
        tracker, domain = timeline.state.tracker, timeline.state.domain
        self.teacher.hold_fits(timeline.branch.goes_on)
        try:
            await self._take_up(timeline)
            match effect:
                case protocol.ParseMessage(text):
                    return protocol.MessageParsed(await self._parse(text, domain, timeline))
                case protocol.ExtractSlots():
                    return protocol.SlotsExtracted(await self.runner.extract_slots(tracker, domain))
                case protocol.PredictAction():
                    predicted = await self.teacher.predict(tracker, domain, timeline.lessons())
                    return protocol.ActionPredicted(_trimmed(predicted))
                case protocol.RunAction(decision):
                    return await self.runner.run(decision.action, tracker, domain)
        except TrainerError as error:
            _log.warning("%s: %s", type(effect).__name__, error)
            return protocol.EffectFailed(error.title, error.message, error.hint, error.place)

    def take_notes(self) -> tuple[str, ...]:
        """What should be said once beside the results; each is handed out once."""
        return (*self.teacher.take_notes(), *self.runner.take_notes())

    def watch(self, timeline: Timeline) -> None:
        """Something may have been taught, taken back or fitted: look at what follows from it."""
        if self.guard is not None and not isinstance(timeline.state.waiting, protocol.Effect):
            self.guard.follow(timeline)

    async def finish_watching(self) -> None:
        await self.finish_reading()
        if self.guard is not None:
            await self.guard.finished()

    def stop_background(self) -> None:
        if self.guard is not None:
            self.guard.stop()
        for task in self._background:
            task.cancel()

    def close(self) -> None:
        """End what learns and what runs actions."""
        self.teacher.close()
        self.runner.close()

    async def _parse(self, text: str, domain: Domain, timeline: Timeline) -> ParseResult:
        from trainer_tui.nlu.shorthand import parse_shorthand

        shorthand = parse_shorthand(text, domain)
        if shorthand:
            return shorthand
        return await self.teacher.parse(text, domain, timeline.examples())

    async def _take_up(self, timeline: Timeline) -> None:
        async with self._rereading:
            if self._must_reread:
                await self._read_again(timeline)

    async def _read_again(self, timeline: Timeline) -> None:
        """Learn from the project's files as they are now; the session's domain stays as it is."""
        assert self._reread is not None
        bot, teacher = await in_thread(self._reread)
        self._must_reread = False
        if self.guard is not None:
            self.guard.stop()
            self.guard = None
        self.teacher.close()
        self.teacher = teacher
        self.bot = replace(bot, domain=self.bot.domain)
        teacher.follow(timeline.lessons(), timeline.examples())
        await self._read_stories()
        await self._look_for_faults()

    async def _load(self) -> None:
        """What the first message takes, while it is typed."""
        await self.finish_reading()
        await in_thread(numerics.load)

    async def _policies(self) -> None:
        """What the first prediction waits for comes before what is only shown beside it."""
        own = self.teacher.own
        if own is not None:
            await own.dialogue.ready()

    async def _read_stories(self) -> None:
        await self._policies()
        await self.outline.read(self.bot.trackers, self.bot.domain, self.bot.tests)

    async def _look_for_faults(self) -> None:
        await self._policies()
        bot = self.bot
        self.stories = await in_thread(lambda: _steps_of(bot))
        own = self.teacher.own
        if own is not None:
            from trainer_tui.runtime.guarding import Guarding

            # What was corrected in this session is still told of where the stories are others by now.
            self.guard = Guarding(bot, self.stories, own.dialogue, self._began, self._changed)
        from trainer_tui.insight.conflicts import as_problem, conflicts_of

        stories = self.stories
        conflicts = await in_thread(lambda: [as_problem(one) for one in conflicts_of(stories, bot.domain)])
        found = [*await in_thread(bot.look), *conflicts]
        known = set(self.bot.warnings)
        new = tuple(problem for problem in dict.fromkeys(found) if problem not in known)
        self.bot = replace(self.bot, warnings=(*self.bot.warnings, *new))


@making_what_stays()
def _steps_of(bot: Bot) -> StorySteps:
    from trainer_tui.insight.story_steps import StorySteps

    return StorySteps(bot.trackers, bot.domain, bot.max_history)


def _trimmed(prediction: EnsemblePrediction) -> EnsemblePrediction:
    """Without what the journal need not keep: actions that nobody considered, each opinion beyond its best few."""
    ranking = tuple(item for item in prediction.ranking if item[1] > 0.0) or prediction.ranking[:1]
    opinions = tuple(
        replace(opinion, confidences=dict(opinion.ranking[:_KEPT_OPINIONS])) for opinion in prediction.opinions
    )
    return replace(prediction, ranking=ranking, opinions=opinions)
