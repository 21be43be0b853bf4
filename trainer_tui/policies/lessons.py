"""Lessons: what a confirmed action teaches the policies, and how a policy follows the lessons as they come and go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.core.featurizers import prediction_states
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.policy import Lesson

LESSON_LENGTH = 20
"""How many states a lesson holds at most; a policy with a longer history takes them for the whole of it."""


def lesson_of(tracker: DialogueStateTracker, action: str, was_corrected: bool, domain: Domain) -> Lesson | None:
    """What it teaches that `action` was confirmed after `tracker`.

    None where an active loop went its own way undisturbed: stories leave these turns out too, as the loop decides them.
    """
    loop = tracker.active_loop
    is_interrupted = loop is not None and loop.is_interrupted
    if loop and not (was_corrected or loop.is_rejected or is_interrupted):
        own_turns = ((ACTION_LISTEN, loop.name), (loop.name, ACTION_LISTEN))
        if (tracker.latest_action, action) in own_turns:
            return None
    states = tuple(prediction_states(tracker, domain, LESSON_LENGTH))
    return Lesson(states, action, was_corrected, is_interrupted)


def lesson_length(max_history: int | None) -> int:
    """How many of a lesson's states a policy with this history looks at."""
    return min(max_history or LESSON_LENGTH, LESSON_LENGTH)


def shared_length(known: Sequence[Lesson], wanted: Sequence[Lesson]) -> int:
    """How many lessons both begin with: those beyond are to be forgotten, last first, or to be learned."""
    # Of two tuples, items that are the same object are not compared any further.
    return sum(1 for _ in takewhile(lambda pair: pair[:1] == pair[1:], zip(known, wanted, strict=False)))
