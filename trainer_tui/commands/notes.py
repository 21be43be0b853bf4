"""What a command says beside its result, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trainer_tui.errors import Problem

_WARNINGS_SHOWN = 5


def tell(line: str) -> None:
    print(line, file=sys.stderr)


def tell_notes(notes: Sequence[str], warnings: Sequence[Problem]) -> None:
    """What stands in for what, and the first few warnings."""
    for note in notes:
        tell(note)
    for warning in warnings[:_WARNINGS_SHOWN]:
        tell(f"warning: {warning}")
    if len(warnings) > _WARNINGS_SHOWN:
        tell(f"… and {len(warnings) - _WARNINGS_SHOWN} warnings more: trainer-tui data validate")
