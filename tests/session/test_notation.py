"""Entities marked in the words of a message."""

from __future__ import annotations

import pytest

from trainer_tui.core.events import Entity
from trainer_tui.errors import FormatError
from trainer_tui.session.notation import entities_in


def test_marks_give_entities() -> None:
    assert entities_in("in Rome", "in [Rome](city)") == (Entity("city", "Rome", 3, 7),)
    assert entities_in("in Rome", "in Rome") == ()


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        ("in [Rome](city", "a mark is not closed"),
        ("in [Rome]( )", "a mark names no entity"),
        ("in Rom", "Found 'the end' where the message has 'e'."),
        ("in Rome now", "Found ' now' where the message has 'the end'."),
        ("on Rome", "Found 'on Rome' where the message has 'in Rome'."),
    ],
)
def test_what_is_wrong_is_said(notation: str, said: str) -> None:
    with pytest.raises(FormatError, match=said.replace(".", "[.]")):
        entities_in("in Rome", notation)
