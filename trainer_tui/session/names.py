"""Whether a name made up in a session can be one."""

from __future__ import annotations

import re

from trainer_tui.core.domain import Domain

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
