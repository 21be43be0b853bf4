"""What is doubtful in a project's data, and the edits that would do away with it, each as data."""

from __future__ import annotations

from typing import Literal

from trainer_tui.core.events import Event
from trainer_tui.core.nlu_data import Example
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.words import counted


@dataclass(frozen=True, slots=True)
class ExampleOut:
    """The NLU example is to go."""

    example: Example

    def __str__(self) -> str:
        return f"take it out of {self.example.intent} ({self.example.place})"


@dataclass(frozen=True, slots=True)
class ExampleTo:
    """The NLU example is to be one of another intent."""

    example: Example
    intent: str

    def __str__(self) -> str:
        return f"move it to {self.intent}"


@dataclass(frozen=True, slots=True)
class EntityMarked:
    """In the NLU example the characters from `start` to `end` are to be marked."""

    example: Example
    entity: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"mark {self.example.text[self.start : self.end]!r} as {self.entity}"


@dataclass(frozen=True, slots=True)
class EntityUnmarked:
    """In the NLU example the characters from `start` to `end` are to be marked no more."""

    example: Example
    entity: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"take the mark {self.entity} off {self.example.text[self.start : self.end]!r} ({self.example.place})"


@dataclass(frozen=True, slots=True)
class ExamplesTaught:
    """Messages that were confirmed in this session are to be examples of their intent."""

    intent: str
    texts: tuple[str, ...]
    place: Place | None = None

    def __str__(self) -> str:
        return f"add {counted(len(self.texts), 'message')} that this session confirmed as {self.intent}"


@dataclass(frozen=True, slots=True)
class RuleTested:
    """A test story is to go through the rule: what is said in it, and what the bot does about it."""

    place: Place
    name: str
    events: tuple[Event, ...]

    def __str__(self) -> str:
        return "write a test story that goes through it"


@dataclass(frozen=True, slots=True)
class StoryOut:
    """The story that begins there is to go."""

    place: Place
    name: str

    def __str__(self) -> str:
        return f"take the story {self.name!r} out"


Section = Literal["intents", "slots", "responses", "actions"]


@dataclass(frozen=True, slots=True)
class NameOut:
    """The domain is to define that name no more."""

    place: Place
    section: Section
    name: str

    def __str__(self) -> str:
        return f"take {self.name} out of the domain"


@dataclass(frozen=True, slots=True)
class IntentOut:
    """The domain is to define the intent no more, and no NLU data is to hold examples of it."""

    place: Place
    name: str
    examples: int

    def __str__(self) -> str:
        with_it = f", with its {counted(self.examples, 'example')}" if self.examples else ""
        return f"take {self.name} out of the domain{with_it}"


OfExample = ExampleOut | ExampleTo | EntityMarked | EntityUnmarked
Mend = OfExample | ExamplesTaught | StoryOut | RuleTested | NameOut | IntentOut
"""What each is about is known by more than its line: lines move as others are mended."""


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
