"""What the model that did not decide says, where two are asked."""

from __future__ import annotations

from typing import Literal

from trainer_tui.asking.words import Confidence, Name, Words
from trainer_tui.core.second_opinion import SecondOpinion


def disagreeing(second: SecondOpinion | None, kind: Literal["action", "intent"]) -> tuple[Words, ...]:
    """One line, where it says something else; none where both say the same."""
    if second is None or second.agrees:
        return ()
    said: Words = (Name(second.name, kind), " ", Confidence(second.confidence)) if second.name else ("nothing",)
    return ((f"but {second.by} says ", *said),)
