"""What a correction fixed and broke, in lines: a step each, with what was wanted and what is predicted now."""

from __future__ import annotations

from typing import NamedTuple

from trainer_tui.insight.guard import Consequence as Consequence
from trainer_tui.insight.guard import Consequences as Consequences


def who(one: Consequence) -> str:
    """ "story "hello" (data/stories.md:6)"."""
    where = f" ({one.place})" if one.place else ""
    return f'{one.kind} "{one.name}"{where}' if one.name else "confirmed in this session"


def told(one: Consequence) -> str:
    """On one line."""
    return f"{_what(one)}: {who(one)}"


def _what(one: Consequence) -> str:
    if one.is_right:
        return f"right now: {one.wanted}, was {one.before}"
    return f"wrong now: wanted {one.wanted}, got {one.now}"


class Told(NamedTuple):
    """A line: what became of steps, or one of them."""

    text: str
    is_right: bool
    about: Consequence | None = None


def listed(found: Consequences) -> tuple[Told, ...]:
    """What became of which steps, those of which the same became below one line."""
    groups: dict[str, list[Consequence]] = {}
    for one in found.found:
        groups.setdefault(_what(one), []).append(one)
    lines: list[Told] = []
    for what, some in groups.items():
        lines.append(Told(f"{what}: {len(some)}" if len(some) > 1 else what, some[0].is_right))
        lines += [Told(f"  {who(one)}", one.is_right, one) for one in some]
    return tuple(lines)


def summary(found: Consequences) -> str:
    """All of it in a sentence."""
    rest = "" if found.is_complete else " so far; the rest is still predicted"
    head = "The latest correction" + (", by our own model beside Rasa's" if found.is_beside else "")
    if not found.is_of_any and found.is_complete:
        return "This session holds no correction."
    if not found.found:
        return f"{head} changes nothing that stories, rules, tests or this session say{rest}."
    return f"{head}: {found}{rest}. Undo takes it back."
