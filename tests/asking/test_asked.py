"""Every prompt has its question, and every question can be answered."""

from __future__ import annotations

from typing import get_args

from tests.asking.situation import EMPTY
from trainer_tui.asking.asked import ASKED, question
from trainer_tui.asking.question import Known
from trainer_tui.session.protocol import Prompt


def test_every_prompt_of_the_session_has_a_question() -> None:
    assert set(ASKED) == set(get_args(Prompt))


def test_while_nothing_is_asked_there_is_no_question() -> None:
    assert question(Known(EMPTY, str, str)) is None
