"""A conversation as the JSON that action servers are sent: Rasa's `current_state`, in the names of each era."""

from __future__ import annotations

from typing import Any

from trainer_tui.core.events import ActiveLoop, Era, UserUttered, as_dict
from trainer_tui.core.tracker import DialogueStateTracker


def current_state(tracker: DialogueStateTracker, era: Era, events: Any = None) -> dict[str, Any]:
    """The tracker with all its events, or with what stands for them. Up to 1.x the form is `active_form`, from 2.0 on
    the loop is `active_loop`."""
    state: dict[str, Any] = {
        "sender_id": tracker.sender_id,
        "slots": dict(tracker.slots),
        "latest_message": _parsed(tracker.latest_message),
        "latest_event_time": tracker.event.timestamp if tracker.event else None,
        "followup_action": tracker.followup_action,
        "paused": tracker.is_paused,
        "events": [as_dict(event, era) for event in tracker.events] if events is None else events,
        "latest_input_channel": None,
        "latest_action_name": tracker.latest_action,
    }
    if era is Era.CORE:
        state["active_form"] = _active_form(tracker)
    else:
        state["active_loop"] = _active_loop(tracker)
        state["latest_action"] = {"action_name": tracker.latest_action} if tracker.latest_action else {}
    return state


def _parsed(message: UserUttered | None) -> dict[str, Any]:
    parsed: dict[str, Any] = as_dict(message)["parse_data"] if message else {"intent": {}, "entities": [], "text": None}
    return parsed


def _active_form(tracker: DialogueStateTracker) -> dict[str, Any]:
    loop = tracker.active_loop
    return {"name": loop.name, "validate": not loop.is_interrupted, "rejected": loop.is_rejected} if loop else {}


def _active_loop(tracker: DialogueStateTracker) -> dict[str, Any]:
    loop = tracker.active_loop
    if not loop:
        return {}
    return {
        "name": loop.name,
        "is_interrupted": loop.is_interrupted,
        "rejected": loop.is_rejected,
        "trigger_message": _parsed(_trigger(tracker, loop.name)),
    }


def _trigger(tracker: DialogueStateTracker, loop: str) -> UserUttered | None:
    """The message that the loop was activated by."""
    at: DialogueStateTracker | None = tracker
    while at is not None:
        if isinstance(at.event, ActiveLoop) and at.event.name == loop:
            return at.latest_message
        at = at.parent
    return None
