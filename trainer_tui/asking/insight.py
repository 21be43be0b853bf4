"""What a front end may ask about the session beside teaching it: who does otherwise, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from trainer_tui.progress import Progress, unheard

if TYPE_CHECKING:
    # Who never asks loads none of it.
    from trainer_tui.export.review import Reviewing
    from trainer_tui.insight.findings import Findings, Mend
    from trainer_tui.insight.guard import Consequences
    from trainer_tui.insight.standing import Standing, Witness
    from trainer_tui.insight.story_map import StoryMap
    from trainer_tui.insight.what_if import Alteration, WhatIf


class Insight(Protocol):
    """What cannot be done raises TrainerError, and then nothing has happened."""

    def standing(self, node: int | None = None) -> Standing:
        """Who does otherwise than the answer that is asked about, else than the latest one; than the one that led to a
        move (`HistoryEntry.at`)."""

    def standings(self) -> tuple[Standing, ...]:
        """The one of `standing`; then that of the answer before the one that is asked about, if somebody does otherwise
        than that."""

    def why(self) -> tuple[str, ...]:
        """Features, nearest steps, and what would change it; of a message the words that count and the examples."""

    def examples_of(self, intent: str, most: int = 3) -> tuple[str, ...]:
        """Some messages that mean it: those taught in this session first."""

    def story_map(self, width: int) -> StoryMap:
        """Where this conversation stands among the stories, for so many cells."""

    async def write_page(self) -> str:
        """Write the graph of all stories as one page, and open it where there is a browser; a line on where."""

    async def health(self, tell: Progress = unheard) -> Findings:
        """What in the project's data is doubtful, each with its line; it takes its time, and tells how far it is."""

    def mend(self, mend: Mend) -> Reviewing:
        """The export review with that edit of what was found."""

    def what_if(self, alterations: Sequence[Alteration] = ()) -> WhatIf:
        """What would be predicted now by our own model if these were so; nothing is recorded."""

    async def what_if_decided(self, found: WhatIf) -> WhatIf:
        """The same by the model that decides, where another than ours does, and answers."""

    def consequences(self) -> Consequences:
        """What the latest correction fixed and broke, as far as that is known by now."""

    def change_story(self, standing: Standing, witness: Witness) -> Reviewing:
        """The export review with an edit that makes this story do as the answer."""

    def make_rule(self, standing: Standing) -> Reviewing:
        """The export review with the answer as a rule."""
