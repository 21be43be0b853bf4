"""What the model that did not decide would have said."""

from __future__ import annotations

from trainer_tui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """`by` says `name`, an intent or action (None: nothing fits); `agrees`: that is what was decided."""

    by: str
    name: str | None
    confidence: float
    agrees: bool = True
