"""Everything the panes show, as plain data; made anew after every input, for the screen and the plain front end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from trainer_tui.core.events import Entity
from trainer_tui.core.forms import FormState as FormView
from trainer_tui.errors import Problem
from trainer_tui.insight.outline import StoriesView, StoryRow
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session.protocol import Effect, Prompt

UNSURE_BELOW = 0.7
"""A prediction of less confidence is marked as unsure. Asking of these alone catches 19 of 20 wrong ones (measured on
an assistant)."""


class Mark(Enum):
    """What became of a prediction; the screen draws each as a sign, never as colour alone."""

    NONE = ""
    PREDICTED = "predicted"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    UNSURE = "unsure"
    CHANGED = "changed"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line (or wrapped paragraph) of the conversation.

    `number` is the turn's, on its first entry only. `side`: who it belongs to. `node` is where the session can be
    forked, on messages only. `wanted` is what the bot had wanted, where corrected. `entities` mark spans of `text`.
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
    """One line of the conversation tree: its tip can be returned to and is exported unless it is off."""

    id: int
    name: str
    messages: tuple[str, ...]
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """An earlier user message that the session can be forked from."""

    node: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """How things are, in words: `model` ("0.4 s", "4 learned", "learning ..."), `actions` ("starting", "up", "local",
    "down"), `journal` ("saved")."""

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


@dataclass(frozen=True, slots=True)
class SessionView:
    """What to show now. `prompt` is None while an `effect` is under way.

    `undo`/`redo` say in words what the next undo or redo changes; None where there is nothing. `offer` describes an
    earlier session that the person may go on with, before anything else. `notice` is said once.
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
    can_step_back: bool = False
    branches: tuple[BranchView, ...] = ()
    fork_points: tuple[ForkPoint, ...] = ()
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    sent_messages: tuple[str, ...] = ()
    offer: str | None = None
    notice: str = field(default="", compare=False)


__all__ = [
    "ActionsView",
    "BranchView",
    "ForkPoint",
    "FormView",
    "HistoryEntry",
    "Mark",
    "SessionView",
    "SlotRow",
    "StatusView",
    "StoriesView",
    "StoryRow",
]
