"""The diagram of questions in ARCHITECTURE.md is what the machine does."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.conftest import REPOSITORY
from tests.session.diagram import inputs, mermaid, transitions
from trainer_tui.session.protocol import (
    Effect,
    ExamplesConfirmed,
    Input,
    Prompt,
    ResponseReworded,
    SessionRestarted,
    SlotEdited,
)

BEGIN, END = "```mermaid\n", "```\n"


def test_the_architecture_shows_the_machine_as_it_is(request: pytest.FixtureRequest) -> None:
    file = REPOSITORY / "ARCHITECTURE.md"
    text = file.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if request.config.getoption("--update-golden"):
        file.write_text(before + BEGIN + mermaid() + END + after, encoding="utf-8")
        return
    assert shown == mermaid(), "make golden draws it anew"


def test_no_question_effect_or_answer_is_missing_from_it() -> None:
    found = transitions()
    assert set(found) == {kind.__name__ for kind in (*get_args(Prompt), *get_args(Effect))}
    given = {type(one) for one in inputs()}
    assert given == set(get_args(Input)) - {SessionRestarted, SlotEdited, ExamplesConfirmed, ResponseReworded}
    used = {
        answer.split("(")[0] for following in found.values() for answers in following.values() for answer in answers
    }
    assert used == {kind.__name__ for kind in given}
