"""What is read in the Python of a bot's actions, which is never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.runtime.action_code import described_actions

ROOMS = '''
raise SystemExit("nobody runs this")

class Find(Action):
    """Looks for rooms
    that are free.

    Asks the hotel's own system."""

    def name(self):
        return "action_find"

class Book(Action):
    def name(self):
        return "action_book"

    def run(self, dispatcher, tracker, domain):
        "Books the room."

class Quiet(Action):
    def name(self):
        return "action_quiet"
'''


def test_an_action_is_described_by_its_class_or_else_by_what_runs(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "rooms.py").write_text(ROOMS)
    assert described_actions(tmp_path) == {
        "action_find": "Looks for rooms that are free.",
        "action_book": "Books the room.",
    }


@pytest.mark.parametrize("source", [b'print "Python 2"\n', b"\x00", b"class", b"\xff\xfe", b"(" * 100_000])
def test_what_is_no_python_of_today_describes_nothing(source: bytes, tmp_path: Path) -> None:
    (tmp_path / "actions.py").write_bytes(source)
    assert described_actions(tmp_path) == {}
