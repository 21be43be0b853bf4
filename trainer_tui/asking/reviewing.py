"""What a front end may ask of a review of real conversations: the protocol of the reviewer, and what it shows.

Nothing here moves the session. What teaches (a conversation that is right, a message that is confirmed) is taught by
the session first (`ConversationKept`, `ExamplesConfirmed`), and then kept here by `decide` and `confirm`.

A row of the list stands for all conversations of the same turns; what is decided about it holds for each of them, those
that are still to come as well. What cannot be done raises TrainerError, and then nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from trainer_tui.core.events import Entity
from trainer_tui.dataclass import dataclass

if TYPE_CHECKING:
    from trainer_tui.session.told import Told

Order = Literal["worth", "newest", "count"]
Decision = Literal["right", "skip", "later"]
StepKind = Literal["message", "action", "said", "slot", "note"]
Marks = Mapping[int, Sequence[Entity]]
"""The entities that were marked, by `MessageRow.id`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is empty asks for nothing; names are whole names, `text` is any part of what a user said.

    `since` and `until` ask when a conversation was last active, not when it began. `is_unseen`: nothing was decided.
    """

    text: str = ""
    intent: str = ""
    action: str = ""
    slot: str = ""
    channel: str = ""
    model: str = ""
    tag: str = ""
    since: float | None = None
    until: float | None = None
    is_unseen: bool = False
    decision: Decision | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """Conversations of the same turns, told by the latest of them: session `session` (from 1) of `sender`.

    `worth` is between 0 and 1, `reasons` say why, the weightiest first. `flags` are the events (`StepView.index`) that
    were flagged. `by` and `outcome`: who decided, and what came of it.
    """

    id: int
    sender: str
    session: int
    channel: str
    first_at: float | None
    last_at: float | None
    turns: int
    count: int
    opening: str
    worth: float
    reasons: tuple[str, ...]
    decision: Decision | None = None
    by: str = ""
    outcome: str = ""
    flags: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Rows from `first` on, of `total` that pass the filters, or of more than were counted."""

    rows: tuple[ConversationRow, ...]
    first: int
    total: int
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened. `did` is a message's meaning as it was understood, or the action's name; `today` is what
    today's model says in its place ("" where nobody was asked), `differs` whether that is something else."""

    index: int
    kind: StepKind
    at: float | None
    text: str
    did: str = ""
    today: str = ""
    confidence: float | None = None
    differs: bool = False
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class ConversationView:
    """The last steps of a conversation, or those before them: `has_more` tells whether there are any above.

    `earlier` and `later` are the rows of the same sender's session before and behind this one.
    """

    row: ConversationRow
    steps: tuple[StepView, ...]
    has_more: bool = False
    earlier: int | None = None
    later: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to filter by, each in the order of the alphabet."""

    intents: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What was said in so many words, `count` times, with the entities that today's model finds in it."""

    id: int
    text: str
    count: int
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageGroup:
    """Messages that are nearly the same, the one that says it best first, with what today's model makes of that."""

    messages: tuple[MessageRow, ...]
    guess: str | None
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()

    @property
    def count(self) -> int:
        return sum(message.count for message in self.messages)


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Groups from `first` on, the ones that are worth most first; `total` groups hold `messages` in all."""

    groups: tuple[MessageGroup, ...]
    first: int
    total: int
    messages: int


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """`read` conversations were scored in this run; `is_done`: all that the stores hold. `problems` are lines on what
    could not be read, each said once; `how_far` says, once it is known, how much of it was read and how long the rest
    takes."""

    read: int
    is_done: bool
    problems: tuple[str, ...] = ()
    how_far: str = ""

    @property
    def told(self) -> str:
        """Nothing once all was read."""
        return "" if self.is_done else self.how_far or f"{self.read} so far"


class Reviewing(Protocol):
    """One review of a bot's conversations."""

    @property
    def progress(self) -> ReviewProgress: ...

    def observe(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there is more to show."""

    async def begin(self) -> None:
        """Read and score, in the background, what is new in the stores, the newest first."""

    # --- conversations ----------------------------------------------------------------------------------------------

    def conversations(
        self, order: Order = "worth", filters: Filters = EVERYTHING, first: int = 0, most: int = 50
    ) -> ConversationPage: ...

    def names(self) -> Names: ...

    async def open(self, row: int, before: int | None = None, most: int = 200) -> ConversationView:
        """The last `most` steps of the row's latest conversation, or of what is before the event `before`."""

    async def judged(self, view: ConversationView) -> ConversationView:
        """The same steps with what today's model says of each."""

    async def told(self, row: int) -> Told:
        """The row's latest conversation, to be played; a line is the number of an event (`StepView.index` + 1)."""

    def decide(self, rows: Sequence[int], decision: Decision, outcome: str = "") -> None:
        """Right as it is, skipped, or for later; `outcome` says what came of it, such as a story's name."""

    def flag(self, row: int, index: int) -> None:
        """Flag an event of a conversation; one that is flagged already, no longer."""

    def tag(self, rows: Sequence[int], tag: str) -> None:
        """Give the rows a tag; where all have it already, take it away."""

    def undo(self) -> str:
        """Take back what was decided, confirmed, flagged or tagged last in this run; what that was, in words."""

    def redo(self) -> str: ...

    # --- messages ---------------------------------------------------------------------------------------------------

    def inbox(self, first: int = 0, most: int = 50) -> InboxPage:
        """What users said that no example covers, nothing twice, nothing that was settled."""

    def intents(self) -> tuple[str, ...]: ...

    def confirm(self, messages: Sequence[int], intent: str, entities: Marks | None = None) -> None:
        """The messages (`MessageRow.id`) mean this, and `rerank` knows it at once. `entities`, by message, are as
        marked; where none are given, what today's model found."""

    def corrected(self, text: str, intent: str, entities: Sequence[Entity] = ()) -> bool:
        """A conversation has settled what a message means; False where that was known, and nothing was done."""

    def set_aside(self, messages: Sequence[int]) -> None:
        """The messages are no training data."""

    async def rerank(self) -> None:
        """Rank the rest of the inbox by what was taught meanwhile."""

    def close(self) -> None:
        """End what is under way; all that was scored and decided is kept."""
