"""Whether a name made up in a session can be one, and whether those that a person types for an action are known."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActiveLoop, Event, FollowupAction, SlotSet

# Letters of any script, digits, and the marks that real bots use; a blank or a brace would break a story file.
_INTENT = re.compile(r"[^\W\d][\w.\-+#]*(/[\w.\-+#]+)?")
_ACTION = re.compile(r"[^\W\d][\w.\-]*")


def intent_name_fault(name: str, domain: Domain) -> str | None:
    """Why `name` cannot be an intent; None where it can (a known intent is simply that intent)."""
    taken = {
        "is an action of this bot already; intents and actions need different names": domain.action_set,
        "is an entity of this bot already; intents and entities need different names": domain.entities,
    }
    signs = "letters, digits and _ . - + # only, one / for a response key at most"
    return _fault(name, "intent", _INTENT, signs, taken)


def action_name_fault(name: str, domain: Domain) -> str | None:
    """Why `name` cannot be a new action; None where it can."""
    taken = {
        "exists already: choose it from the list": domain.action_set,
        "is an intent of this bot already; intents and actions need different names": domain.intents,
    }
    return _fault(name, "action", _ACTION, "letters, digits and _ . - only", taken)


def _fault(
    name: str, kind: str, pattern: re.Pattern[str], signs: str, taken: Mapping[str, Container[str]]
) -> str | None:
    if not name.strip():
        return f"Please enter an {kind} name."
    if not pattern.fullmatch(name):
        return f"{name!r} cannot be an {kind}: {signs}."
    return next((f"{name!r} {why}." for why, names in taken.items() if name in names), None)


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
