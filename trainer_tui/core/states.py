"""The one definition of a dialogue state, and of a training example made of states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.dataclass import dataclass

Features = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What policies see before an action. Hashable; parts that are absent are empty.

    `entities` are sorted labels ("city", "city#from"); `slots` are sorted (name, features) with any feature not 0;
    `text`/`action_text` stand for intent/action in end-to-end stories.
    """

    intent: str | None = None
    entities: tuple[str, ...] = ()
    text: str | None = None
    action: str | None = None
    action_text: str | None = None
    slots: tuple[tuple[str, Features], ...] = ()
    loop: str | None = None

    def as_dict(self) -> Mapping[str, Any]:
        """Rasa 3.6's form: {"user": …, "prev_action": …, "slots": …, "active_loop": …}, absent parts left out."""
        state: dict[str, Any] = {}
        user: dict[str, Any] = {}
        if self.text is not None:
            user["text"] = self.text
        if self.intent is not None:
            user["intent"] = self.intent
        if self.entities:
            user["entities"] = list(self.entities)
        if user:
            state["user"] = user
        if self.action is not None:
            state["prev_action"] = {"action_name": self.action}
        elif self.action_text is not None:
            state["prev_action"] = {"action_text": self.action_text}
        if self.slots:
            state["slots"] = {name: list(features) for name, features in self.slots}
        if self.loop is not None:
            state["active_loop"] = {"name": self.loop}
        return state


@dataclass(frozen=True, slots=True)
class DialogueExample:
    """The last states before an action (oldest first, no padding), and the action."""

    states: tuple[State, ...]
    action: str
