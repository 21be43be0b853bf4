"""A short walk of the cat, always the same: `make soak` is the long one."""

from __future__ import annotations

from itertools import chain, repeat
from pathlib import Path

import pytest

from tests.soak import soak
from tests.soak.keyboard import Stroke
from tests.soak.soak import FAILURES, session


@pytest.mark.parametrize("bot", ["concertbot", "odd"])
def test_random_keys_break_no_session_and_ctrl_c_is_answered(bot: str, tmp_path: Path) -> None:
    counts = session(bot, tmp_path, 100, seed=1)
    assert {name: counts[name] for name in FAILURES} == dict.fromkeys(FAILURES, 0)
    assert (counts["checks"], counts["sessions"]) == (1, 1)


def test_a_program_that_is_quit_by_a_key_has_not_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keys = (Stroke("key", key) for key in chain("\x11", repeat("y")))
    monkeypatch.setattr(soak, "strokes", lambda chance, size: keys)
    counts = session("empty", tmp_path, 400, seed=1)
    assert counts["quits"] == 1
    assert {name: counts[name] for name in FAILURES} == dict.fromkeys(FAILURES, 0)
