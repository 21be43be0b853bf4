"""Edits to an existing text as ranges of it: what an edit does not touch stays byte for byte.

Every `append_…` and `add_…` of this wing takes a file's text and returns the edits that add one thing to it in the
file's own style: its indentation, its quotes, its line ends, with or without a newline at the end. Apply them before
asking for the next ones. A file that cannot take the addition raises FormatError; nothing is ever half added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` takes the place of the characters from `start` to `end`; equal ends insert."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits, whose places are those of the text before any of them; they must not overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ValueError("edits overlap")
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join((*pieces, text[position:]))


def in_one(first: Edit, second: Edit) -> tuple[Edit, ...]:
    """Both edits as edits of one text, where `second` was made for the text that `first` leaves."""
    end = first.start + len(first.text)
    if first.start <= second.start and second.end <= end:
        text = apply_edits(first.text, [Edit(second.start - first.start, second.end - first.start, second.text)])
        return (Edit(first.start, first.end, text),)
    if second.start >= end:
        shift = first.end - end
        return (first, Edit(second.start + shift, second.end + shift, second.text))
    if second.end <= first.start:
        return (first, second)
    raise ValueError("edits overlap")


def line_end_of(text: str) -> str:
    """What ends the lines of this text: the more frequent one of CRLF and LF."""
    windows = text.count("\r\n")
    return "\r\n" if windows * 2 > text.count("\n") else "\n"


def end_of_line(text: str, position: int) -> int:
    """Where the line of `position` ends, before its line end."""
    end = text.find("\n", position)
    if end < 0:
        return len(text)
    return end - 1 if end > position and text[end - 1] == "\r" else end


def start_of_line(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def end_of_content(text: str, position: int | None = None) -> int:
    """The end of the last line that is not blank before `position` (default: the end of the text); 0 for none."""
    before = text[: len(text) if position is None else position].rstrip("\ufeff \t\r\n")
    return end_of_line(text, len(before)) if before else int(text.startswith("\ufeff"))


def insert_lines(text: str, position: int, lines: Sequence[str], is_separate: bool = False) -> Edit:
    """Lines added below the line that ends at `position`; `is_separate` puts a blank line between.

    Where nothing stands before `position` they become the first lines. A newline missing at the end of the file stays
    missing; a text without content gets one.
    """
    line_end = line_end_of(text)
    blank = [""] if is_separate else []
    if text[:position].strip("\ufeff"):
        return Edit(position, position, "".join(line_end + line for line in (*blank, *lines)))
    has_content = bool(text[position:].strip())
    below = blank if has_content else []
    at = position if has_content else len(text)
    above = [] if not text[position:at] or text[:at].endswith("\n") else [""]
    return Edit(at, at, "".join(line + line_end for line in (*above, *lines, *below)))


def replace_lines(text: str, written: str, lines: Sequence[str]) -> Edit | None:
    """`lines` in the place of the lines `written`, which stand in the text just once; None where they do not.

    Lines that both begin with are not part of the edit.
    """
    line_end = line_end_of(text)
    old = written.split("\n")
    bounded = line_end + text + line_end
    wanted = line_end + line_end.join(old) + line_end
    if not written.strip() or bounded.count(wanted) != 1:
        return None
    start = bounded.index(wanted)
    same = 0
    while same < min(len(old), len(lines)) and old[same] == lines[same]:
        same += 1
    kept = line_end.join(old[:same])
    rest = "".join(line_end + line for line in lines[same:]) if same else line_end.join(lines)
    return Edit(start + len(kept), start + len(line_end.join(old)), rest)


def refused(title: str, message: str = "", hint: str = "Choose another file, or add it by hand.") -> FormatError:
    """Why a file cannot take an addition."""
    return FormatError(title, message, hint)
