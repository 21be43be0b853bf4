"""What a person types to see some conversations alone: `intent:ask_price since:2026-11-01 refund`."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime, time, timedelta

from trainer_tui.asking.reviewing import EVERYTHING, Decision, Filters, Names
from trainer_tui.errors import IllegalInput
from trainer_tui.words import near

HINT = "text, intent: action: slot: channel: model: tag: since: until:, today, new, right, skip, later"
"""What can be typed, in a line."""
_DECISIONS: dict[str, Decision] = {"right": "right", "skip": "skip", "later": "later"}


def filters_in(typed: str, now: datetime, names: Names) -> Filters:
    """The filters that are meant; IllegalInput where one is none, or names what no conversation has.

    `now` has the person's time zone: a day begins there. What is typed bare is any part of what a user said.
    """
    try:
        words = shlex.split(typed)
    except ValueError as error:
        raise IllegalInput(f"{typed!r} cannot be read: {error}", hint="Close the quotation mark.") from error
    found = EVERYTHING
    said: list[str] = []
    for word in words:
        name, colon, value = word.partition(":")
        match name, value:
            case "today", "" if not colon:
                found = replace(found, since=_midnight(now))
            case "new", "" if not colon:
                found = replace(found, is_unseen=True)
            case (("right" | "skip" | "later"), "") if not colon:
                found = replace(found, decision=_DECISIONS[name])
            case (("intent" | "action" | "slot" | "channel" | "model" | "tag"), _) if colon:
                found = replace(found, **{name: _known(name, value, names)})  # type: ignore[arg-type]
            case "since", _ if colon:
                found = replace(found, since=_day(value, now))
            case "until", _ if colon:
                # The day that is named belongs to it.
                found = replace(found, until=_day(value, now) + timedelta(days=1).total_seconds())
            case "text", _ if colon:
                said.append(value)
            case _:
                said.append(word)
    return replace(found, text=" ".join(said))


def _known(name: str, value: str, names: Names) -> str:
    known: tuple[str, ...] = getattr(names, f"{name}s")
    if value in known:
        return value
    close = near(value, known)[:1] or known[:3]
    raise IllegalInput(
        f"no conversation has the {name} {value!r}",
        hint=f"There is {', '.join(map(shlex.quote, close))}." if close else "There is none to filter by yet.",
    )


def _day(value: str, now: datetime) -> float:
    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise IllegalInput(f"{value!r} is no day", hint="A day is written like 2026-11-30.") from None
    return datetime.combine(day, time(), now.tzinfo).timestamp()


def _midnight(now: datetime) -> float:
    return datetime.combine(now.date(), time(), now.tzinfo).timestamp()
