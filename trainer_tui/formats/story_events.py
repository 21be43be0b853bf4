"""Events that a story names beside messages and actions: `slot{…}`, `form{…}`, `restart` and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.core.events import (
    BARE,
    ActiveLoop,
    Event,
    FollowupAction,
    LoopInterrupted,
    ReminderScheduled,
    StoryExported,
)
from trainer_tui.errors import FormatError

_BARE: Mapping[str, type[Event]] = {**BARE, "export": StoryExported}

BARE_EVENTS: Mapping[type[Event], str] = {event: name for name, event in _BARE.items()}
"""Events without a value, which stories of both notations write as if they were actions."""

STORY_EVENTS = frozenset((*_BARE, "followup", "reminder", "form", "active_loop", "form_validation", "loop_interrupted"))
"""Names that are events in a story line; `slot` is one too, but may stand for several."""


def read_story_event(name: str, values: Mapping[str, Any]) -> Event:
    """The event of that name; FormatError where a part of it is missing."""
    if name in _BARE:
        return _BARE[name]()
    match name:
        case "form" | "active_loop":
            found = values.get("name")
            return ActiveLoop(None if found is None else str(found))
        case "form_validation":
            return LoopInterrupted(not values.get("validate", True))
        case "loop_interrupted":
            return LoopInterrupted(bool(values.get("is_interrupted", False)))
        case "reminder":
            return ReminderScheduled(dict(values))
        case "followup" if values.get("name"):
            return FollowupAction(str(values["name"]))
    raise FormatError(f"the event {name!r} lacks its name", hint=f'Expected {name}{{"name": "action"}}.')
