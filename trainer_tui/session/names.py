"""Whether a name made up in a session can be one, and whether those that a person types for an action are known."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActiveLoop, Event, FollowupAction, SlotSet

# Letters of any script, digits, and the marks that real bots use; a blank or a brace would break a story file.
_INTENT = re.compile(r"[^\W\d][\w.\-+#]*(/[\w.\-+#]+)?")
_ACTION = re.compile(r"[^\W\d][\w.\-]*")


def intent_name_fault(name: str, domain: Domain) -> str | None:
    """Why `name` cannot be an intent; None where it can (a known intent is simply that intent)."""
    if not name.strip():
        return "Please enter an intent name."
    if not _INTENT.fullmatch(name):
        return f"{name!r} cannot be an intent: letters, digits and _ . - + # only, one / for a response key at most."
    if name in domain.action_set:
        return f"{name!r} is an action of this bot already; intents and actions need different names."
    if name in domain.entities:
        return f"{name!r} is an entity of this bot already; intents and entities need different names."
    return None


def action_name_fault(name: str, domain: Domain) -> str | None:
    """Why `name` cannot be a new action; None where it can."""
    if not name.strip():
        return "Please enter an action name."
    if not _ACTION.fullmatch(name):
        return f"{name!r} cannot be an action: letters, digits and _ . - only."
    if name in domain.action_set:
        return f"{name!r} exists already: choose it from the list."
    if name in domain.intents:
        return f"{name!r} is an intent of this bot already; intents and actions need different names."
    return None


def unknown_name(events: Iterable[Event], domain: Domain) -> str | None:
    """Which slot, form or action of a result typed by hand the bot lacks, in words; None where it has them all."""
    for event in events:
        match event:
            case SlotSet(name=name) if name not in domain.initial_slots:
                return f"the domain has no slot {name!r}"
            case ActiveLoop(name=str(name)) if name not in domain.action_set:
                return f"the bot has no form {name!r}"
            case FollowupAction(name=name) if name not in domain.action_set:
                return f"the bot has no action {name!r}"
            case _:
                pass
    return None
