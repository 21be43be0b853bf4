"""From the lines of a story to its steps: checkpoints end one step and begin the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from trainer_tui.core.events import Event
from trainer_tui.core.stories import STORY_START, Checkpoint, Or, StoryFile, StoryStep
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class StoriesRead:
    """What a story reader found in one text, and what was wrong with it."""

    stories: StoryFile = field(default_factory=StoryFile)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class StoryBuilder:
    """The steps of one story, in the order its file gives events and checkpoints.

    As Rasa's: checkpoints before the first event are where the story starts, later ones end the step so far, and
    the next step starts where that one ended. `STORY_START` written out is the same as no checkpoint.
    """

    name: str
    place: Place
    metadata: Mapping[str, Any] = field(default_factory=dict)
    steps: list[StoryStep] = field(default_factory=list)
    _starts: list[Checkpoint] = field(default_factory=list)
    _ends: list[Checkpoint] = field(default_factory=list)
    _events: list[Event | Or] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def add(self, event: Event | Or, line: int) -> None:
        if self._ends:
            self._close()
        self._events.append(event)
        self._lines.append(line)

    def add_all(self, events: Sequence[Event | Or], lines: Sequence[int]) -> None:
        if self._ends:
            self._close()
        self._events += events
        self._lines += lines

    def add_checkpoint(self, name: str, conditions: Mapping[str, Any]) -> bool:
        """False where the checkpoint ends a step and its conditions are therefore without effect, as in Rasa."""
        if not self._events:
            self._starts.append(Checkpoint(name, conditions))
            return True
        self._ends.append(Checkpoint(name))
        return not conditions

    def finish(self) -> list[StoryStep]:
        if self._events:
            self._close()
        return self.steps

    def _close(self) -> None:
        starts = () if all(start.name == STORY_START for start in self._starts) else tuple(self._starts)
        place = self.place if not self.steps else Place(self.place.path, self._lines[0])
        self.steps.append(
            StoryStep(
                self.name, tuple(self._events), starts, tuple(self._ends), place, tuple(self._lines), self.metadata
            )
        )
        self._starts = [Checkpoint(name) for name in dict.fromkeys(end.name for end in self._ends)]
        self._ends, self._events, self._lines = [], [], []
