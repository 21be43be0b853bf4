"""A short walk of the cat, always the same: `make soak` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.soak import FAILURES, session


@pytest.mark.parametrize("bot", ["concertbot", "odd"])
def test_random_keys_break_no_session_and_ctrl_c_is_answered(bot: str, tmp_path: Path) -> None:
    counts = session(bot, tmp_path, 200, seed=1)
    assert {name: counts[name] for name in FAILURES} == dict.fromkeys(FAILURES, 0)
    assert (counts["checks"], counts["sessions"]) == (1, 1)
