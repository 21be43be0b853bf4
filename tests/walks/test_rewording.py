"""A response that is there says something else: at once, until that is undone, and in the file once it is exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.walks.walking import copy_of, opened, played

WALK = """\
/greet
y
:# > bot says: Hi there! How is your day going?
:says utter_greet
:# > Hi there! How is your day going? ; buttons: very well (/mood_great) | not so well (/mood_unhappy)
:says utter_greet Hello! ; Hello! ; buttons: fine (/mood_great)
:# > utter_greet says that from now on
:says utter_greet
:# > Hello! ; Hello! ; buttons: fine (/mood_great)
:undo
:# > Undone: what utter_greet says.
:says utter_greet
:# > Hi there!
:redo
:says utter_greet Hello! ; Hello! ; buttons: fine (/mood_great)
:# ! that is what it says already
:says action_listen
:# ! 'action_listen' is no response
:fresh
/greet
y
:# > bot says: Hello!
:# > 1 fine (/mood_great)
y
:export
:# > change response utter_greet
:export --yes
:# > 1 response
"""


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path, kept_models: Callable[[Path], None]) -> Path:
    bot = copy_of(sample_bots / "moodbot", tmp_path)
    kept_models(bot)
    return bot


def test_it_is_said_undone_and_exported(bot: Path) -> None:
    before = (bot / "domain.yml").read_bytes()
    session = opened(bot)
    played(WALK, session)
    assert session.unexported() is None
    session.close()
    old = before[before.index(b"  utter_greet:") : before.index(b"  utter_cheer_up:")]
    new = b'  utter_greet:\n  - text: "Hello!"\n    buttons:\n    - title: "fine"\n      payload: "/mood_great"\n'
    new += new.partition(b":\n")[2]
    assert (bot / "domain.yml").read_bytes() == before.replace(old.rstrip() + b"\n", new)


def test_a_resumed_session_knows_it(bot: Path) -> None:
    session = opened(bot)
    played(":says utter_happy Great!\n", session)
    assert session.unexported() == "1 response"
    session.close()
    again = opened(bot, "--resume")
    played(":says utter_happy\n:# > Great!\n", again)
    again.close()
