"""Where a person stands in the review of real conversations."""

from __future__ import annotations

from dataclasses import replace

from trainer_tui.asking.reviewing import EVERYTHING, Filters, Order
from trainer_tui.dataclass import dataclass

_NOT_SEEN = replace(EVERYTHING, is_unseen=True)


@dataclass(slots=True)
class Reviewed:
    """How the conversations are listed, what was typed to filter them, and the row that the cursor was on."""

    order: Order = "worth"
    typed: str = "new"
    filters: Filters = _NOT_SEEN
    cursor: int = 0
    shows_messages: bool = False
