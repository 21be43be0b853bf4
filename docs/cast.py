"""Draws docs/cast.svg, a session that moves: the concert bot is corrected, and what it learned goes into its files.

`python -m docs.cast` runs the program itself on a copy of the bot, presses the keys of `SESSION`, and takes each screen
that they lead to. In the picture a row that several screens share stands once. Which of them is seen when is said by
CSS alone, so that a browser plays it without a script, and whoever wants no motion sees the correction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment

from docs.screenshot import at_rest, concertbot
from trainer_tui.dataclass import dataclass
from trainer_tui.session.protocol import AskMessage, ConfirmAction, ConfirmIntent
from trainer_tui.ui.app import TrainerApp

CAST = Path(__file__).resolve().parent / "cast.svg"
SIZE = (80, 24)
_CELL, _ROW, _BASELINE, _TEXT = 8.4, 18, 13.5, 14
_EDGE = 10
_FRONT, _BACK, _KEY = "#d6deeb", "#11151c", "#e5b673"
_TYPING, _READING = 0.12, 2.4
"""Seconds that a screen is seen: while a text is typed, and where there is something to read."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Keys, what is said of them beneath the screen, and what they lead to."""

    keys: tuple[str, ...]
    told: str
    until: type[object] | None = None
    seconds: float = _READING


SESSION = (
    Doing(tuple("find me a concert"), "A message, as a user would type it", None, _TYPING),
    Doing(("enter",), "Enter sends it. The bot says what it takes it for, and how surely", ConfirmIntent),
    Doing(("enter",), "Enter: right. What would it do next?", ConfirmAction),
    Doing(("enter",), "Enter: the action runs on the bot's own server", ConfirmAction),
    Doing(("enter",), "Enter: now it waits for the user", AskMessage, 1.2),
    Doing(tuple("compare the reviews"), "The next message", None, _TYPING),
    Doing(("enter",), "Enter", ConfirmIntent, 1.2),
    Doing(
        ("enter",),
        "Two stories disagree: the bot is torn, and names the one that says otherwise",
        ConfirmAction,
        4.0,
    ),
    Doing(("2",), "2 takes the other one. That is learned, and counts at once", ConfirmAction, 3.6),
    Doing(("enter",), "Enter: it waits for the user", AskMessage, 1.2),
    Doing(("ctrl+s",), "Ctrl+S: what would be written into your files, as a diff", None, 4.0),
    Doing(("enter",), "Enter writes it", None, 3.0),
)
_SEEN_STILL = 8
"""The step whose screen stands for all where nothing shall move."""

Row = tuple[tuple[str, str, str, bool], ...]
"""Runs of one look: text, its colour, the colour behind it, whether it is bold."""


@dataclass(frozen=True, slots=True)
class Frame:
    rows: tuple[Row, ...]
    told: str
    seconds: float
    step: int


def look_of(segment: Segment) -> tuple[str, str, bool]:
    style = segment.style
    front = style.color.get_truecolor().hex if style and style.color else _FRONT
    back = style.bgcolor.get_truecolor().hex if style and style.bgcolor else _BACK
    front, back = (back, front) if style and style.reverse else (front, back)
    return front, back, bool(style and style.bold)


def rows_of(app: TrainerApp) -> tuple[Row, ...]:
    """What stands on the screen, sheets over it included."""
    strips = app.screen._compositor.render_strips()
    return tuple(
        tuple(("".join(one.text for one in run), *look) for look, run in groupby(strip, key=look_of))
        for strip in strips
    )


async def recorded(app: TrainerApp) -> list[Frame]:
    frames: list[Frame] = []
    async with app.run_test(size=SIZE) as pilot:
        await at_rest(pilot, app, AskMessage)
        # How long what is said first still stands depends on how long the first fit took.
        while app.desk.notices.now is not None:
            app.desk.notices.dismiss()
        await at_rest(pilot, app, AskMessage)
        frames.append(Frame(rows_of(app), "trainer-tui sample_bots/concertbot", _READING, -1))
        for number, doing in enumerate(SESSION):
            for at, key in enumerate(doing.keys):
                await pilot.press("space" if key == " " else key)
                is_typing = doing.until is None and len(doing.keys) > 1
                if is_typing and at % 3 == 2:
                    frames.append(Frame(rows_of(app), doing.told, doing.seconds, number))
            await at_rest(pilot, app, doing.until)
            frames.append(Frame(rows_of(app), doing.told, max(doing.seconds, 0.8), number))
    return frames


# --- the picture ------------------------------------------------------------------------------------------------------


def picture(frames: Sequence[Frame]) -> str:
    columns, rows = SIZE
    width, height = columns * _CELL + 2 * _EDGE, (rows + 2) * _ROW + 2 * _EDGE
    known: dict[Row, int] = {}
    drawn = "\n".join(_frame(number, frame, known) for number, frame in enumerate(frames))
    definitions = "\n".join(f'<g id="r{number}">{_row(row)}</g>' for row, number in known.items())
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
            "<title>A session with the concert bot: it is corrected, and what it learned is exported</title>",
            f"<style>\n{''.join(_style(frames))}</style>",
            f"<defs>\n{definitions}\n</defs>",
            f'<rect width="100%" height="100%" rx="6" fill="{_BACK}"/>',
            f'<g transform="translate({_EDGE} {_EDGE})">\n{drawn}\n</g>\n</svg>\n',
        )
    )


def _style(frames: Sequence[Frame]) -> Iterator[str]:
    """Each screen is seen from when the one before it is gone until its seconds are over."""
    whole = sum(frame.seconds for frame in frames)
    yield f"text{{font:{_TEXT}px ui-monospace,Menlo,Consolas,monospace;white-space:pre}} .b{{font-weight:bold}}\n"
    yield f".f{{visibility:hidden;animation:{whole:.2f}s step-end infinite}}\n"
    begin = 0.0
    for number, frame in enumerate(frames):
        first, last = 100 * begin / whole, 100 * (begin + frame.seconds) / whole
        before = f"0%{{visibility:hidden}}{first:.3f}%" if number else "0%"
        after = f"{last:.3f}%{{visibility:hidden}}" if number < len(frames) - 1 else ""
        yield f"@keyframes f{number}{{{before}{{visibility:visible}}{after}}}#f{number}{{animation-name:f{number}}}\n"
        begin += frame.seconds
    still = max(number for number, frame in enumerate(frames) if frame.step == _SEEN_STILL)
    yield "@media (prefers-reduced-motion:reduce){.f{animation:none}"
    yield f"#f{still}{{animation:none;visibility:visible}}}}\n"


def _frame(number: int, frame: Frame, known: dict[Row, int]) -> str:
    used = [
        (y, known.setdefault(row, len(known)))
        for y, row in enumerate(frame.rows)
        if "".join(run[0] for run in row).strip()
    ]
    rows = "".join(f'<use href="#r{name}" y="{y * _ROW}"/>' for y, name in used)
    told = f'<text x="0" y="{(SIZE[1] + 1) * _ROW + _BASELINE:g}" fill="{_KEY}" class="b">{escape(frame.told)}</text>'
    return f'<g class="f" id="f{number}">{rows}{told}</g>'


def _row(row: Row) -> str:
    parts, column = [], 0
    for text, front, back, is_bold in row:
        cells = cell_len(text)
        if back != _BACK:
            parts.append(f'<rect x="{column * _CELL:.1f}" width="{cells * _CELL:.1f}" height="{_ROW}" fill="{back}"/>')
        word = text.strip()
        if word:
            lead = cell_len(text) - cell_len(text.lstrip())
            x, length = (column + lead) * _CELL, cell_len(word) * _CELL
            bold = ' class="b"' if is_bold else ""
            place = f'x="{x:.1f}" y="{_BASELINE}" textLength="{length:.1f}"'
            parts.append(f'<text {place} fill="{front}"{bold}>{escape(word)}</text>')
        column += cells
    return "".join(parts)


def main() -> None:
    with concertbot() as app:
        CAST.write_text(picture(asyncio.run(recorded(app))), encoding="utf-8")


if __name__ == "__main__":
    main()
