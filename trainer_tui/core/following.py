"""What follows lessons: learns them one after the other as they come, and forgets them, last first, as they go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from trainer_tui.core.growing import Growing

Taught = TypeVar("Taught")


class Following(ABC, Generic[Taught]):
    """Costs what came and went, however many lessons there are."""

    def __init__(self) -> None:
        self._lessons: Growing[Taught] = Growing()

    def learn(self, lessons: Sequence[Taught]) -> None:
        """Know exactly these lessons: new ones at the end are added, others that are gone are forgotten."""
        wanted = Growing.of(lessons)
        shared = self._lessons.shared_length(wanted)
        for lesson in reversed(self._lessons[shared:]):
            self._forget(lesson)
        for lesson in wanted[shared:]:
            self._learn(lesson)
        self._lessons = wanted

    @abstractmethod
    def _learn(self, lesson: Taught) -> None: ...

    @abstractmethod
    def _forget(self, lesson: Taught) -> None:
        """The latest lesson that is known."""
