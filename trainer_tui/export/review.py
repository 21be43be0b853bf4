"""The review of an export as plain data: one row a hunk, for the screen and the plain front end."""

from __future__ import annotations

from dataclasses import dataclass

from trainer_tui.export.additions import StoryForm


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One hunk of the export review. `diff` is the unified diff of this hunk alone, with "@@ path:line @@" heads.

    `name` is that of a story to be written; None: the part has none that could be changed.
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


@dataclass(frozen=True, slots=True)
class ExportReview:
    rows: tuple[ExportRow, ...] = ()
    notice: str = ""


__all__ = ["ExportReview", "ExportRow", "StoryForm"]
