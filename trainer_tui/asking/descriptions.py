"""What an action does that is no response, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trainer_tui.core.domain import (
    ACTION_BACK,
    ACTION_DEFAULT_FALLBACK,
    ACTION_RESTART,
    ACTION_SESSION_START,
    DEACTIVATIONS,
    Domain,
)
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.words import listed

_EVERY_BOTS = {
    ACTION_LISTEN: "waits for the user",
    ACTION_RESTART: "forgets the conversation, and begins anew",
    ACTION_SESSION_START: "begins a session",
    ACTION_DEFAULT_FALLBACK: "says that it did not understand, and forgets the message",
    ACTION_BACK: "goes back by two messages",
    **dict.fromkeys(DEACTIVATIONS, "leaves the form"),
    "action_default_ask_affirmation": "asks whether the likeliest intent is meant",
    "action_default_ask_rephrase": "asks for other words",
    "action_two_stage_fallback": "asks what is meant, then for other words",
    "action_revert_fallback_events": "forgets what a fallback asked",
    "action_unlikely_intent": "notes that no story expects the message",
    "action_extract_slots": "fills slots from the message",
}
_MOST = 4


def about_action(action: str, domain: Domain, in_code: Callable[[], Mapping[str, str]]) -> str:
    """Nothing for a response, which speaks for itself; `in_code` has what their code says of the bot's own actions."""
    form = domain.forms.get(action)
    if form is not None:
        return f"a form: asks for {listed(form.required_slots, _MOST)}" if form.required_slots else "a form"
    if action in domain.responses:
        return ""
    if action in domain.default_actions and action not in domain.actions:
        return _EVERY_BOTS.get(action, "")
    return in_code().get(action) or "an action of this bot's own"
