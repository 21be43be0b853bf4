"""The review of an export as plain data, one row a hunk, and what came of writing it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.progress import Progress
from trainer_tui.session.machine import Additions
from trainer_tui.session.records import Exported

StoryForm = Literal["story", "rule", "test"]
Only = Literal["", "removals", "proposals"]
"""What alone is on in a review to begin with; "" is everything."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One hunk of the export review. `diff` is the unified diff of this hunk alone, with "@@ path:line @@" heads.

    `name` is that of a story to be written; None: the part has none that could be changed. `is_there`: it is off since
    the files have it already.
    """

    id: str
    target: str
    title: str
    is_on: bool = True
    note: str = ""
    warnings: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    text: str = ""
    name: str | None = None
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class ExportReview:
    """What would be written, row by row; `notice` is to be said of it once."""

    rows: tuple[ExportRow, ...] = ()
    notice: str = ""

    @property
    def can_be_written(self) -> bool:
        """Whether anything is on; or all stands in the files already, and is only to be noted as exported."""
        return any(row.is_on for row in self.rows) or (bool(self.rows) and all(row.is_there for row in self.rows))


Reviewing = Callable[[Progress], Coroutine[Any, Any, ExportReview]]
"""Makes a review, beside the session: of many stories it takes a while, and tells how far it is."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is new is in the project's files, by this or before. `what` counts it ("2 stories, 5 examples"), `record`
    keeps it; `left_out` is what the files could not take, each with the reason. `has_changed_data`: something that was
    learned from is another now, or gone. `made` are the names that the project has since."""

    what: str
    files: tuple[str, ...]
    record: Exported
    left_out: tuple[str, ...] = ()
    has_changed_data: bool = False
    made: Additions = Additions()

    @property
    def notice(self) -> str:
        if not self.files:
            return "Nothing was written: the files have all of it already."
        left_out = f" Left out: {'; '.join(self.left_out)}." if self.left_out else ""
        return f"Wrote {self.what} to {', '.join(self.files)}.{left_out}"


@dataclass(frozen=True, slots=True)
class Replanned:
    """Nothing was written, since these files had changed since the review: it was made anew, and says so."""

    files: tuple[str, ...]
    review: ExportReview
