"""What a front end may ask about the session beside teaching it: who does otherwise, and what follows."""

from __future__ import annotations

from typing import Protocol

from trainer_tui.export.review import ExportReview
from trainer_tui.insight.guard import Consequences
from trainer_tui.insight.standing import Standing, Witness


class Insight(Protocol):
    """What cannot be done raises TrainerError, and then nothing has happened."""

    def standing(self, node: int | None = None) -> Standing:
        """Who does otherwise than the answer that is asked about, else than the latest one; than the one that led to a
        move (`HistoryEntry.at`)."""

    def consequences(self) -> Consequences:
        """What the latest correction fixed and broke, as far as that is known by now."""

    def change_story(self, standing: Standing, witness: Witness) -> ExportReview:
        """The export review with an edit that makes this story do as the answer."""

    def make_rule(self, standing: Standing) -> ExportReview:
        """The export review with the answer as a rule."""
