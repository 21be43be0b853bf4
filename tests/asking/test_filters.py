"""What is typed to see some conversations alone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from trainer_tui.asking.filters import filters_in
from trainer_tui.asking.reviewing import EVERYTHING, Filters, Names
from trainer_tui.errors import IllegalInput

NOW = datetime(2026, 11, 30, 0, 30, tzinfo=timezone(timedelta(hours=5)))
"""Just past midnight of a person whose day is another one than Greenwich's."""
NAMES = Names(intents=("goodbye", "greet"), tags=("refunds",))


def at(day: str) -> float:
    return datetime.fromisoformat(f"{day}T00:00+05:00").timestamp()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", EVERYTHING),
        ("today", Filters(since=at("2026-11-30"))),
        ("since:2026-11-01 until:2026-11-29", Filters(since=at("2026-11-01"), until=at("2026-11-30"))),
        ("intent:greet tag:refunds new", Filters(intent="greet", tag="refunds", is_unseen=True)),
        ("later 'a table' text:today", Filters(decision="later", text="a table today")),
    ],
)
def test_what_is_typed_is_what_is_meant(typed: str, meant: Filters) -> None:
    assert filters_in(typed, NOW, NAMES) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("until:soon", "'soon' is no day. A day is written like 2026-11-30."),
        ("intent:gret", "no conversation has the intent 'gret'. There is greet."),
        ("slot:city", "no conversation has the slot 'city'. There is none to filter by yet."),
        ("'a table", "Close the quotation mark."),
    ],
)
def test_what_is_none_is_refused(typed: str, told: str) -> None:
    with pytest.raises(IllegalInput) as refused:
        filters_in(typed, NOW, NAMES)
    assert told in str(refused.value)
