"""The stories pane: the project's stories, indexed in the background, and the outline after the conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from trainer_tui.core.domain import Domain
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.insight.outline import LEVELS, USUAL_LEVEL, outline
from trainer_tui.insight.similar import SimilarStories, Steps, WalkedSteps
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.collection import making_what_stays
from trainer_tui.session.machine import SessionState
from trainer_tui.session.protocol import ConfirmAction, Effect
from trainer_tui.session.show import actions_view
from trainer_tui.session.timeline import Timeline
from trainer_tui.session.view import StoriesView

if TYPE_CHECKING:
    from trainer_tui.insight.story_map import StoryMap


class StoriesOutline:
    """The outline of a conversation and of what other stories did from there, made once for each of its states."""

    def __init__(self) -> None:
        self._index: SimilarStories | None = None
        self._tests: SimilarStories | None = None
        self._session: SimilarStories | None = None
        self._taught_at = -1
        self._walked = WalkedSteps()
        self._level = USUAL_LEVEL
        self._made_for: SessionState | None = None
        self._made = StoriesView()

    async def read(
        self,
        trackers: Sequence[TrainingTracker],
        domain: Domain,
        tests: Callable[[], Sequence[TrainingTracker]] = tuple,
    ) -> None:
        """Index the stories and tests in a thread; until that is done there is nothing to show."""
        self._index = await in_thread(partial(_indexed, trackers, domain))
        self._tests = await in_thread(lambda: _indexed(tests(), domain))
        self.forget()

    def forget(self) -> None:
        """What was shown is of no use any more: the stories, or the session, are others."""
        self._made_for, self._made = None, StoriesView()

    def show_detail(self, more: int) -> None:
        """So many levels more (or less); at either end it stays as it is."""
        self._level = max(0, min(self._level + more, len(LEVELS) - 1))
        self._made_for = None

    def map(self, timeline: Timeline, width: int) -> StoryMap:
        """The same as a map of so many cells' width; empty until the stories are known."""
        from trainer_tui.insight.story_map import Stories, StoryMap, story_map

        if self._index is None:
            return StoryMap()
        steps, shares, is_asking = self._now(timeline)
        stories = Stories(self._index, self._taught(timeline), self._tests)
        return story_map(stories, steps, shares, is_asking=is_asking, detail=LEVELS[self._level], width=width)

    def _now(self, timeline: Timeline) -> tuple[Steps, dict[str, float], bool]:
        """The steps up to here, what the bot thinks of each action, and whether one is asked about."""
        state = timeline.state
        is_asking = isinstance(state.waiting, ConfirmAction)
        prediction = actions_view(timeline.head).prediction
        shares = dict(prediction.ranking) if prediction and is_asking else {}
        # As policies see it, and as stories are written: what a form handled by itself stands in none.
        return self._walked.after(state.tracker.applied, state.domain), shares, is_asking

    def _taught(self, timeline: Timeline) -> SimilarStories:
        """The conversations of this session, known anew with each message."""
        from trainer_tui.export.conversations import conversations

        said = sum(tip.messages for tip in timeline.tips())
        if self._session is None or self._taught_at != said:
            told = [TrainingTracker(conversation.key, conversation.events) for conversation in conversations(timeline)]
            self._session, self._taught_at = SimilarStories(told, timeline.state.domain), said
        return self._session

    def after(self, timeline: Timeline) -> StoriesView:
        """While an effect is under way the outline stays as it is."""
        state = timeline.state
        if self._index is None or isinstance(state.waiting, Effect):
            return self._made
        if self._made_for is not state:
            steps, shares, is_asking = self._now(timeline)
            self._made = outline(self._index, steps, shares, is_asking=is_asking, detail=LEVELS[self._level])
            self._made_for = state
        return self._made


@making_what_stays()
def _indexed(trackers: Sequence[TrainingTracker], domain: Domain) -> SimilarStories:
    return SimilarStories(trackers, domain)
