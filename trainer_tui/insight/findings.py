"""What is doubtful in a project's data, and the edits that would do away with it, each as data."""

from __future__ import annotations

from typing import Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class ExampleOut:
    """The NLU example that stands there is to go."""

    place: Place

    def __str__(self) -> str:
        return f"take the example at {self.place} out"


@dataclass(frozen=True, slots=True)
class ExampleTo:
    """The NLU example that stands there is to be one of another intent."""

    place: Place
    intent: str

    def __str__(self) -> str:
        return f"move it to {self.intent}"


@dataclass(frozen=True, slots=True)
class EntityMarked:
    """In the NLU example that stands there the characters from `start` to `end` are to be marked."""

    place: Place
    entity: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"mark it as {self.entity}"


@dataclass(frozen=True, slots=True)
class StoryOut:
    """The story that begins there is to go."""

    place: Place

    def __str__(self) -> str:
        return "take the story out"


Section = Literal["intents", "slots", "responses", "actions"]


@dataclass(frozen=True, slots=True)
class NameOut:
    """The domain is to define that name no more."""

    place: Place
    section: Section
    name: str

    def __str__(self) -> str:
        return f"take {self.name} out of the domain"


Mend = ExampleOut | ExampleTo | EntityMarked | StoryOut | NameOut


@dataclass(frozen=True, slots=True)
class Finding:
    """`mends` are edits each of which does away with it, the likeliest first; none where it takes words of a person."""

    problem: Problem
    mends: tuple[Mend, ...] = ()

    @property
    def place(self) -> Place | None:
        return self.problem.place


Findings = dict[str, list[Finding]]
"""By what is wrong, in words."""


def finding(message: str, place: Place | None, hint: str, *mends: Mend) -> Finding:
    """One that is doubtful, and no error."""
    return Finding(Problem(message, place, hint, is_error=False), mends)
