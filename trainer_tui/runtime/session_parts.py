"""What a session is made of, as the controller takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Event
from trainer_tui.core.featurizers import MAX_HISTORY
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Problem
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction, Lesson
from trainer_tui.progress import Progress
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import Kept
from trainer_tui.session.protocol import ActionRan, ActionRejected

if TYPE_CHECKING:
    from trainer_tui.insight.findings import Findings
    from trainer_tui.runtime.training import SessionTeacher


class Teacher(Protocol):
    """What learns: the policies and the interpreter, fitted in the background."""

    @property
    def own(self) -> SessionTeacher | None:
        """Our own models of it, which can be asked anything at once; None where there are none."""
        ...

    async def parse(self, text: str, domain: Domain, taught: Sequence[Example]) -> ParseResult: ...

    async def predict(
        self, tracker: DialogueStateTracker, domain: Domain, taught: Sequence[Lesson]
    ) -> EnsemblePrediction: ...

    async def what_if(
        self, tracker: DialogueStateTracker, domain: Domain, own: EnsemblePrediction
    ) -> EnsemblePrediction | None:
        """What would be decided after this conversation, which may never have been, where our own models say `own`;
        None where nobody but these decides."""
        ...

    def follow(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None: ...

    def hold_fits(self, is_held: bool) -> None: ...

    def train_now(self, lessons: Sequence[Lesson]) -> None: ...

    async def finished(self) -> None: ...

    def status(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> tuple[str, ...]: ...

    def take_notes(self) -> tuple[str, ...]: ...

    def close(self) -> None: ...


class ActionRunner(Protocol):
    """What runs actions: responses, forms, the action server."""

    async def run(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionRan | ActionRejected: ...

    async def extract_slots(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Event, ...]: ...

    def needs_server(self, action: str, domain: Domain) -> bool: ...

    async def start(self, domain: Domain) -> None: ...

    def status(self) -> tuple[str, bool]: ...

    def take_notes(self) -> tuple[str, ...]: ...

    def log_lines(self) -> tuple[str, ...]: ...

    async def restart(self) -> str: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Options:
    """`accept_above`: predictions at least this sure are accepted without asking; None = every one is asked."""

    accept_above: float | None = None


ASK_EVERYTHING = Options()


@dataclass(frozen=True, slots=True)
class Bot:
    """What is taught: the project's name, domain and stories, what to warn of and what to say once about it.

    `max_history` is what memory takes for the same state. `tests` makes conversations of the test stories,
    `page` one of the story graph, with what the session of that journal taught; `health` tells what in the data is
    doubtful as the files are by now, with what was taught at hand, which takes its time. `look` finds more to warn of,
    in its own time: it is called once, in a thread.
    """

    name: str
    folder: Path
    domain: Domain
    trackers: Sequence[TrainingTracker] = ()
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    look: Callable[[], Sequence[Problem]] = tuple
    max_history: int | None = MAX_HISTORY
    tests: Callable[[], Sequence[TrainingTracker]] = tuple
    page: Callable[[Path | None], str] | None = None
    health: Callable[[Sequence[Example], Progress], Findings] = lambda taught, tell: {}


@dataclass(frozen=True, slots=True)
class Code:
    """Programs of the project that would run: which, and what the answer leads to; it returns what is to be said."""

    description: str
    answered: Callable[[bool], str]


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier session to go on with: how it is described, and how it is opened (journal, and what it holds)."""

    description: str
    open: Callable[[], tuple[Journal, Kept]]
