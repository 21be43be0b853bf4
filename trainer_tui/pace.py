"""How fast work goes that takes a while, by the clock; what is said of that is in `progress`, which needs none."""

from __future__ import annotations

from time import monotonic

from trainer_tui.progress import how_far


class Pace:
    """How fast work goes that tells how far it is, from the moment that this is made; `take` is what it is told."""

    def __init__(self, doing: str = "") -> None:
        self.doing = doing
        self.share = 0.0
        self._began = self._counted_from = self._told_at = monotonic()

    def take(self, doing: str, share: float) -> None:
        self._told_at = monotonic()
        if share < self.share or not share:
            # Another part of the work begins.
            self._counted_from = self._told_at
        self.doing, self.share = doing, share

    @property
    def seconds(self) -> float:
        """Since all of the work began."""
        return monotonic() - self._began

    def how_far(self) -> str:
        """By now, in words."""
        seconds = self._told_at - (self._counted_from if self.share else self._began)
        return how_far(self.share, seconds, monotonic() - self._told_at)
