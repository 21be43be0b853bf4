"""A short part of `make storm`, with fixed seeds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.storm.big_bot import grow
from tests.storm.journals import KINDS, weather
from tests.storm.kills import KILLS, LEAVES, Ending, moments, sound_journal
from tests.walks.walking import copy_of


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "concertbot", tmp_path)


def ended(bot: Path, end: Ending, count: int, seed: int = 1) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for number, moment in enumerate(moments(count, 2.5, seed)):
        counts += end(bot, f"ended-{number}", moment)
    del counts["slow ends"]  # how long it takes is for `make storm`, on a quiet machine
    return dict(+counts)


@pytest.mark.parametrize("kill", KILLS)
def test_a_session_that_is_killed_at_any_moment_leaves_its_answers_and_nothing_else(bot: Path, kill: Ending) -> None:
    assert ended(bot, kill, 4) == {"ended": 4}


@pytest.mark.parametrize("end", LEAVES)
def test_a_session_ends_at_any_moment_also_while_the_process_of_a_fit_is_created(bot: Path, end: Ending) -> None:
    """Each way to leave at a moment of its own."""
    assert ended(grow(bot), end, 2, seed=LEAVES.index(end)) == {"ended": 2}


def test_no_damage_to_a_journal_passes_unseen_or_costs_what_follows_it(bot: Path, tmp_path: Path) -> None:
    counts = weather(sound_journal(bot), tmp_path, range(20 * len(KINDS)))
    assert set(+counts) == {"damaged"}
