"""Lessons: what a confirmed action teaches the policies."""

from __future__ import annotations

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.featurizers import RecentStates
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.policies.policy import Lesson

LESSON_LENGTH = 20
"""How many states a lesson holds at most; a policy with a longer history takes them for the whole of it."""


@dataclass(frozen=True, slots=True, eq=False)
class ConfirmedStep:
    """A step that a person confirmed: `action` after `tracker`. What it teaches depends on the domain, too.

    `was_known`: the action was one of the domain's.
    """

    tracker: DialogueStateTracker
    action: str
    was_corrected: bool
    was_known: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class TaughtStep:
    """A confirmed step, the move that it came with, and its lesson, if it has one."""

    move: int
    step: ConfirmedStep
    lesson: Lesson | None


class LessonMaker:
    """Makes lessons of steps, of those that follow one another with little effort."""

    def __init__(self) -> None:
        self._recent = RecentStates(LESSON_LENGTH)

    def lesson_of(self, step: ConfirmedStep, domain: Domain) -> Lesson | None:
        """What the step teaches on that domain.

        None where an active loop went its own way undisturbed: stories leave these turns out too, as the loop decides
        them; and where the action is gone from the domain since.
        """
        tracker = step.tracker
        loop = tracker.active_loop
        is_interrupted = loop is not None and loop.is_interrupted
        if loop and not (step.was_corrected or loop.is_rejected or is_interrupted):
            own_turns = ((ACTION_LISTEN, loop.name), (loop.name, ACTION_LISTEN))
            if (tracker.latest_action, step.action) in own_turns:
                return None
        if step.was_known and step.action not in domain.action_set:
            return None
        return Lesson(self._recent.after(tracker, domain), step.action, step.was_corrected, is_interrupted)


def lesson_of(tracker: DialogueStateTracker, action: str, was_corrected: bool, domain: Domain) -> Lesson | None:
    """What it teaches that `action` was confirmed after `tracker`, if anything."""
    return LessonMaker().lesson_of(ConfirmedStep(tracker, action, was_corrected, action in domain.action_set), domain)


def lesson_length(max_history: int | None) -> int:
    """How many of a lesson's states a policy with this history looks at."""
    return min(max_history or LESSON_LENGTH, LESSON_LENGTH)
