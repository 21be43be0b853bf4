"""What a correction fixed and broke, in lines: a step each, with what was wanted and what is predicted now."""

from __future__ import annotations

from trainer_tui.insight.guard import Consequence as Consequence
from trainer_tui.insight.guard import Consequences as Consequences


def told(one: Consequence) -> str:
    """On one line."""
    where = f" ({one.place})" if one.place else ""
    whose = f'{one.kind} "{one.name}"{where}' if one.name else "confirmed in this session"
    if one.is_right:
        return f"right now: {whose}: {one.wanted}, was {one.before}"
    return f"wrong now: {whose}: wanted {one.wanted}, got {one.now}"


def summary(found: Consequences) -> str:
    """All of it in a sentence."""
    rest = "" if found.is_complete else " so far; the rest is still predicted"
    head = "The latest correction" + (", by our own model beside Rasa's" if found.is_beside else "")
    if not found.found:
        return f"{head} changes nothing that stories, rules, tests or this session say{rest}."
    return f"{head}: {found}{rest}. Undo takes it back."
