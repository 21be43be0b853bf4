"""What commands say beside their result."""

from __future__ import annotations

from queue import Queue

import pytest

from trainer_tui.commands import output


def test_what_takes_longer_than_a_moment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: Queue[str] = Queue()
    monkeypatch.setattr(output, "_MOMENT", 0.0)
    monkeypatch.setattr(output, "tell", told.put)
    with output.telling("reading the bot"):
        assert told.get(timeout=60) == "reading the bot ..."
    assert told.empty()


def test_what_is_done_at_once_is_not(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_MOMENT", 3600.0)
    with output.telling("reading the bot"):
        pass
    assert capsys.readouterr().err == ""
