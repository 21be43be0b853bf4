"""Everything the panes show, as plain data; made anew after every input, for the screen and the plain front end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import Enum
from typing import Any, Literal

from trainer_tui.core.events import Entity
from trainer_tui.core.forms import FormState
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Problem
from trainer_tui.insight.outline import StoriesView as StoriesView
from trainer_tui.insight.outline import StoryRow as StoryRow
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.protocol import ActionChosen, Effect, HumanInput, Input, IntentChosen, Prompt

FormView = FormState

UNSURE_BELOW = 0.7
"""A prediction of less confidence is marked as unsure. Asking of these alone catches 19 of 20 wrong ones (measured on
an assistant)."""


class Mark(Enum):
    """What became of a prediction; the screen draws each as a sign, never as colour alone."""

    NONE = ""
    PREDICTED = "predicted"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    """Sure enough that nobody was asked."""
    CORRECTED = "corrected"
    UNSURE = "unsure"
    CHANGED = "changed"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line (or wrapped paragraph) of the conversation.

    `number` is the turn's, on its message only. `side`: who it belongs to. `node` is where the session can be
    forked, on messages only. `wanted` is what the bot had wanted, where corrected. `entities` mark spans of `text`.
    `at` is the move that it came with: by it a turn or an action is changed, looked at, gone to. `script` says of a
    message's meaning or an action whether the bot did what the script that is played says; None where none is.
    `is_guess`: that a message means this nobody has confirmed.
    """

    side: Literal["bot", "you"]
    kind: Literal["action", "text", "buttons", "slot", "form", "message", "intent", "event"]
    text: str
    number: int | None = None
    mark: Mark = Mark.NONE
    confidence: float | None = None
    wanted: str | None = None
    entities: tuple[Entity, ...] = ()
    node: int | None = None
    at: int | None = field(default=None, compare=False)
    script: Literal["agrees", "differs"] | None = None
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class SlotRow:
    name: str
    value: Any
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class ActionsView:
    """The next-action pane: `is_current` is False when it shows the last decision, dimmed, while a message is asked."""

    prediction: EnsemblePrediction | None = None
    chosen: str | None = None
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class BranchView:
    """One line of the conversation tree: its tip can be returned to and is exported unless it is off.

    `messages` are its latest. `origin` is the branch that it left, with which it shares `shared` messages.
    `is_dropped`: it can be restored, and is exported no more. `is_replaced`: an edit of it took its place, and is
    exported instead.
    """

    id: int
    name: str
    messages: tuple[str, ...]
    is_current: bool = False
    origin: int | None = None
    shared: int = 0
    is_dropped: bool = False
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class ScriptView:
    """The script that is played: `turn` of `turns` is next. `likely` is its answer to what is asked now, which one key
    gives (`Teaching.keep_likely`), `likely_text` that in words; both are empty where it has none.

    `rest` is the beginning of what was not reached. `is_playing`: what agrees is given by itself.
    """

    name: str
    turn: int
    turns: int
    is_playing: bool
    likely: tuple[HumanInput, ...] = ()
    likely_text: str = ""
    rest: Sequence[HistoryEntry] = ()

    @property
    def likely_name(self) -> str | None:
        """The intent or action that its answer chooses."""
        for given in self.likely:
            if isinstance(given, ActionChosen):
                return given.action
            if isinstance(given, IntentChosen):
                return given.intent
        return None


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a session can start from: a story, rule, test story or session. `id` names it to `Teaching.start_from`,
    which takes a file's path as well; `detail` is where it stands."""

    id: str
    kind: Literal["story", "rule", "test story", "session"]
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move of the session, in the order of arrival: `node` can be looked at and gone to.

    `turn` is the message that it belongs to, from 1 (0: before the first). `by`: who gave it. `is_live`: it is on a
    branch that is exported; others were undone, or their branch was dropped.
    """

    node: int
    turn: int
    words: str
    by: Literal["you", "script", "rule"]
    branch: str
    at: float = 0.0
    is_live: bool = True
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line of two branches side by side; one side is None where the other has more."""

    left: HistoryEntry | None
    right: HistoryEntry | None

    @property
    def is_same(self) -> bool:
        left, right = self.left, self.right
        return left is not None and right is not None and (left.kind, left.text) == (right.kind, right.text)


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """An earlier user message that the session can be forked from."""

    node: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """How things are, in words: `model` ("0.4 s", "4 learned", "learning ..."), `actions` ("starting", "up", "local",
    "down", "not run"), `journal` ("saved"). `accept_above`: what is that sure is accepted by itself; None:
    everything is asked. `consequences` are those of the latest correction ("+2 right -1 wrong")."""

    bot: str
    session: str
    branch: str
    model: tuple[str, ...] = ()
    actions: str = ""
    actions_ok: bool = True
    journal: str = ""
    journal_ok: bool = True
    notes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    accept_above: float | None = None
    consequences: str = ""


@dataclass(frozen=True, slots=True)
class SessionView:
    """What to show now. `prompt` is None while an `effect` is under way.

    `undo`/`redo` say in words what the next undo or redo changes; None where there is nothing. `undone` is the answer
    to this question that was taken back, which can be changed and given again. `code` names programs of the project
    that the person has not allowed to run yet, which is asked before all else; `offer` describes an earlier session
    that the person may go on with, before anything else. `sure_above`: what is that sure and not contradicted a whole
    turn can be accepted with (`Teaching.accept_turn`). `fork_points` are oldest first. `notice` is said once;
    so is `otherwise`: who does otherwise than the correction that was just taken in.
    """

    status: StatusView
    prompt: Prompt | None
    effect: Effect | None
    history: Sequence[HistoryEntry]
    slots: tuple[SlotRow, ...]
    actions: ActionsView
    stories: StoriesView
    form: FormView | None = None
    undo: str | None = None
    redo: str | None = None
    undone: Input | None = None
    can_step_back: bool = False
    branches: tuple[BranchView, ...] = ()
    fork_points: Sequence[ForkPoint] = ()
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    action_names: tuple[str, ...] = ()
    offer: str | None = None
    code: str | None = None
    script: ScriptView | None = None
    sure_above: float = UNSURE_BELOW
    notice: str = field(default="", compare=False)
    otherwise: str = field(default="", compare=False)
