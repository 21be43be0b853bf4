"""A short part of `make storm`, with fixed seeds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.storm.journals import KINDS, weather
from tests.storm.kills import Ending, end_plain, kill, moments, sound_journal, tell, terminate
from tests.walks.walking import copy_of


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "concertbot", tmp_path)


@pytest.mark.parametrize("end", [kill, tell, terminate], ids=["killed", "told to quit", "terminated"])
def test_a_session_that_is_ended_at_any_moment_leaves_its_answers_and_nothing_else(bot: Path, end: Ending) -> None:
    counts: Counter[str] = Counter()
    for number, moment in enumerate(moments(6, 3.0, seed=1)):
        counts += end_plain(bot, f"ended-{number}", moment, end)
    del counts["slow ends"]  # how long it takes is for `make storm`, on a quiet machine
    assert dict(+counts) == {"ended": 6}


def test_no_damage_to_a_journal_passes_unseen_or_costs_what_follows_it(bot: Path, tmp_path: Path) -> None:
    counts = weather(sound_journal(bot), tmp_path, range(20 * len(KINDS)))
    assert set(+counts) == {"damaged"}
