"""Text as the screen shows it: lines of named spans, measured in terminal cells; no markup is ever read from a text.

A span is (text, style name); the style names are those of theme.py. `cut`, `shorten` and `wrap` measure in cells, so
that CJK, emoji and combining characters stay aligned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len as cell_len
from rich.cells import chop_cells, set_cell_size

from trainer_tui.words import clean as clean

Span = tuple[str, str]
Line = tuple[Span, ...]

PLAIN = ""
_MEASURED_AT_ONCE = 512
"""Characters; so many are measured from a table of what was measured before."""


def width_of(line: Iterable[Span]) -> int:
    return sum(cell_len(text) for text, _ in line)


def _up_to(width: int, text: str) -> tuple[int, str]:
    """The cells of the text, and the text; once it is wider only of its beginning. A cell may hold any number of
    characters, as where letters carry marks, and a long text need not be measured to its end."""
    cells = 0
    for begin in range(0, len(text), _MEASURED_AT_ONCE):
        cells += cell_len(text[begin : begin + _MEASURED_AT_ONCE])
        if cells > width:
            return cells, text[: begin + _MEASURED_AT_ONCE]
    return cells, text


def text_of(line: Iterable[Span]) -> str:
    return "".join(text for text, _ in line)


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, its end replaced by … where it is longer."""
    cells, beginning = _up_to(width, text)
    if cells <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(beginning, width - 1).rstrip() + "…"


def on_one_line(text: str, *, behind: str) -> str:
    """What was pasted behind a text of one line: its lines with a blank between them, and none at a beginning."""
    text = " ".join(text.splitlines())
    return text if behind and not behind.endswith("\n") else text.lstrip()


def fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells."""
    return set_cell_size(cut(text, width), width)


def last_cells(text: str, width: int) -> str:
    """The end of the text in at most `width` cells, what comes before it replaced by …."""
    if cell_len(text) <= width:
        return text
    while cell_len(text) > max(width - 1, 0):
        text = text[1:]
    return "…" + text


def cut_line(line: Line, width: int) -> Line:
    """The line in at most `width` cells."""
    room = width
    kept: list[Span] = []
    for place, (text, style) in enumerate(line):
        taken, _ = _up_to(room, text)
        is_last = place == len(line) - 1
        if taken > room or (taken == room and not is_last and width_of(line[place + 1 :])):
            kept.append((_ended(text, room), style))
            return tuple(kept)
        kept.append((text, style))
        room -= taken
    return line


def _ended(text: str, width: int) -> str:
    shown = cut(text, width)
    return shown if shown.endswith("…") or width <= 0 else cut(text + "…" * 2, width)


def shorten(name: str, width: int) -> str:
    """A name in at most `width` cells, its middle replaced by …, so that names with one beginning stay different."""
    if cell_len(name) <= width:
        return name
    if width <= 1:
        return "…"[:width]
    head = (width - 1) // 2
    tail = width - 1 - head
    return set_cell_size(name, head) + "…" + name[-tail:]


def shorten_all(names: Sequence[str], width: int) -> list[str]:
    """Names in at most `width` cells each; those with one beginning keep the part that tells them apart."""
    short = [shorten(name, width) for name in names]
    alike: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if short[place] != name:
            alike.setdefault(name[: width // 2], []).append(place)
    for places in alike.values():
        if len(places) > 1:
            begin = common_beginning([names[place] for place in places]).rfind("_") + 1
            for place in places:
                short[place] = _from(names[place], begin, width)
    return short


def common_beginning(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]


def _from(name: str, begin: int, width: int) -> str:
    """The name with what comes before `begin` left out as far as needed."""
    tail = name[begin:]
    if cell_len(tail) < width:
        return set_cell_size(name, width - 1 - cell_len(tail)) + "…" + tail
    return "…" + cut(tail, width - 1)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Where each row of the wrapped text begins and ends (offsets); words longer than a row are broken."""
    width = max(width, 2)
    if len(text) <= width and cell_len(text) <= width:
        return [(0, len(text))]
    rows: list[tuple[int, int]] = []
    begin = end = used = 0
    for word_begin, word_end in _words(text):
        taken = cell_len(text[word_begin:word_end])
        gap = word_begin - end
        if end > begin and used + gap + taken <= width:
            end, used = word_end, used + gap + taken
            continue
        if end > begin:
            rows.append((begin, end))
        begin, end, used = word_begin, word_end, taken
        if taken > width:
            pieces = chop_cells(text[word_begin:word_end], width)
            for piece in pieces[:-1]:
                rows.append((begin, begin + len(piece)))
                begin += len(piece)
            used = cell_len(pieces[-1])
    rows.append((begin, end))
    return rows


def _words(text: str) -> Iterable[tuple[int, int]]:
    """(begin, end) of each word; leading blanks belong to the first, so that an indented text stays so."""
    begin = 0
    place = 0
    while place < len(text):
        while place < len(text) and text[place] == " ":
            place += 1
        if begin or place == len(text):
            begin = place
        while place < len(text) and text[place] != " ":
            place += 1
        if begin < place:
            yield begin, place
        begin = place


def wrap_line(line: Line, width: int) -> list[Line]:
    """The line as rows of at most `width` cells, styles kept."""
    text = text_of(line)
    rows = wrap(text, width)
    if rows == [(0, len(text))]:
        return [line]
    return [sliced(line, begin, end) for begin, end in rows]


def wrap_hanging(line: Line, width: int, hanging: int) -> list[Line]:
    """The same, with all rows but the first indented by so many cells.

    >>> [text_of(row) for row in wrap_hanging((("a  yes, that", ""), (" is right", "dim")), 10, 3)]
    ['a  yes,', '   that is', '   right']
    """
    rows = wrap_line(line, width)
    if len(rows) == 1 or not hanging:
        return rows
    rest = wrap_line(_after(line, text_of(rows[0])), width - hanging)
    return [rows[0], *(((" " * hanging, ""), *row) for row in rest)]


def _after(line: Line, begin: str) -> Line:
    """What of the line comes after its first row, the blank between them dropped."""
    skip = len(begin)
    rest: list[Span] = []
    for text, style in line:
        rest.append((text[skip:], style))
        skip = max(0, skip - len(text))
    while rest and not rest[0][0].lstrip():
        rest.pop(0)
    if rest:
        rest[0] = (rest[0][0].lstrip(), rest[0][1])
    return tuple(rest)


def packed(pieces: Iterable[Line], width: int, before: Line = ()) -> list[Line]:
    """The pieces on as few rows of `width` cells as they take, none of them broken; each row begins with `before`.

    >>> [text_of(row) for row in packed([(("a city ", ""),), (("b time ", ""),), (("c day ", ""),)], 13)]
    ['a city b time', 'c day ']
    """
    rows: list[Line] = []
    for piece in pieces:
        # The blanks that end a piece may run out of a row.
        needed = width_of(piece) - (len(text_of(piece)) - len(text_of(piece).rstrip()))
        if not rows or width_of(rows[-1]) + needed > width:
            rows.append(before)
        rows[-1] = (*rows[-1], *piece)
    return [sliced(row, 0, len(text_of(row).rstrip())) if width_of(row) > width else row for row in rows]


def sliced(line: Sequence[Span], begin: int, end: int) -> Line:
    """The characters from `begin` to `end`, styles kept."""
    taken: list[Span] = []
    offset = 0
    for text, style in line:
        low, high = max(begin - offset, 0), min(end - offset, len(text))
        if low < high:
            taken.append((text[low:high], style))
        offset += len(text)
        if offset >= end:
            break
    return tuple(taken)


def with_matches(line: Line, wanted: str) -> Line:
    """The line with the text, which is in lower case, drawn as a match wherever it stands."""
    text = text_of(line).casefold()
    if len(text) != len(text_of(line)) or wanted not in text:
        return line
    shown: list[Span] = []
    end = 0
    while (begin := text.find(wanted, end)) >= 0:
        shown += sliced(line, end, begin)
        end = begin + len(wanted)
        shown.append((text_of(sliced(line, begin, end)), "match"))
    return (*shown, *sliced(line, end, len(text)))


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` at the left edge and `right` at the right one; `left` is cut where they would meet."""
    between = width - width_of(left) - width_of(right)
    if between < 1:
        right = cut_line(right, width)
        room = width - width_of(right)
        left = cut_line(left, max(room - 1, 0))
        between = room - width_of(left)
    return (*left, (" " * between, PLAIN), *right)
