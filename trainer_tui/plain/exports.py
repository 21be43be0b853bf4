"""The export as lines: what would be written, each change on, off, renamed or elsewhere, then writing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trainer_tui.errors import IllegalInput
from trainer_tui.export.review import ExportReview, ExportRow, Replanned, Reviewing
from trainer_tui.plain.waiting import Wait
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.machine import SessionState

Say = Callable[..., None]
HELP = """\
:export               show what would be written, each change with its number
:export N              show one of them whole
:export N on (or off)  write that change, or leave it
:export N name TEXT    another name for that story
:export N to PATH      another file
:export N as rule      (or story, or test) another form for that story
:export --yes          write what is on, and go on teaching"""


class Exports:
    """One review at a time; a new answer makes it stale."""

    def __init__(self, controller: Controller, say: Say, wait: Wait) -> None:
        self._controller = controller
        self._say = say
        self._wait = wait
        self._seen: tuple[SessionState, ExportReview] | None = None

    @property
    def _review(self) -> ExportReview | None:
        """What was looked at; None where the session has gone on since: that is no longer all there is."""
        if self._seen is None or self._seen[0] is not self._controller.timeline.state:
            return None
        return self._seen[1]

    def _look_at(self, review: ExportReview) -> ExportReview:
        self._seen = (self._controller.timeline.state, review)
        return review

    async def run(self, arguments: Sequence[str]) -> None:
        match arguments:
            case []:
                await self.show(self._controller.export_review())
            case ["--yes"]:
                await self.write()
            case [number, *change] if number.isdecimal():
                await self._change(int(number), change)
            case _:
                raise IllegalInput(f"there is no :export {' '.join(arguments)}", hint=HELP)

    async def show(self, reviewing: Reviewing) -> None:
        """The review that this makes."""
        self._show(self._look_at(await self._wait(reviewing)))

    async def remove(self) -> None:
        """The review with nothing on but the removal of the stories that the warning names."""
        await self.show(self._controller.export_review(is_removing=True))

    async def write(self) -> bool:
        """Write what is on; False where nothing was written (and it was said why)."""
        review = self._review or await self._new_review()
        if not review.rows:
            self._say(review.notice or "Nothing is new since the last export.")
            return False
        if not review.can_be_written:
            self._say(
                *(line for number, row in enumerate(review.rows, 1) for line in _lines(number, row, is_whole=False)),
                "Nothing was on, so nothing was written.",
            )
            return False
        result = self._controller.export_write()
        self._controller.take_notice()
        if isinstance(result, Replanned):
            self._say(self._look_at(result.review).notice)
            return False
        self._seen = None
        self._say(result.notice)
        return True

    async def _new_review(self) -> ExportReview:
        return self._look_at(await self._wait(self._controller.export_review()))

    async def _change(self, number: int, change: Sequence[str]) -> None:
        review = self._review or await self._new_review()
        if not 1 <= number <= len(review.rows):
            raise IllegalInput(
                f"there is no change {number}", hint=f"Numbers go from 1 to {len(review.rows)}; see :export."
            )
        row = review.rows[number - 1]
        controller = self._controller
        match change:
            case []:
                pass
            case ["on" | "off" as wanted]:
                if row.is_on != (wanted == "on"):
                    review = controller.exporter.toggle(row.id)
            case ["name", *words] if words:
                review = controller.exporter.rename(row.id, " ".join(words))
            case ["to", *words] if words:
                review = controller.exporter.retarget(row.id, " ".join(words))
            case ["as", "story" | "rule" | "test" as form]:
                review = controller.exporter.write_as(row.id, form)
            case _:
                raise IllegalInput(f"there is no :export {number} {' '.join(change)}", hint=HELP)
        self._look_at(review)
        self._say(*_lines(number, review.rows[number - 1]))

    def _show(self, review: ExportReview) -> None:
        for number, row in enumerate(review.rows, 1):
            self._say(*_lines(number, row, is_whole=False))
        if not review.rows:
            self._say(review.notice)
        else:
            self._say(":export --yes writes this; :export N off leaves a change out; :help export tells more.")


def _lines(number: int, row: ExportRow, is_whole: bool = True) -> list[str]:
    """What is not written is only named, unless it was asked for."""
    note = f" ({row.note})" if row.note else ""
    head = f"{number} {'on' if row.is_on else 'off'}, in {row.target}: {_in_words(row.title, _TITLES)}{note}"
    if not row.is_on:
        return [head, *(_diff_line(line) for line in row.diff if is_whole)]
    return [head, *(f"  warning: {text}" for text in row.warnings), *map(_diff_line, row.diff)]


_TITLES = {"+ ": "add ", "- ": "remove ", "~ ": "change "}
_LINES = {"+": "add     ", "-": "remove  ", " ": "stays   "}
"""A voice says little or nothing of a sign at the beginning of a line."""


def _in_words(line: str, words: Mapping[str, str]) -> str:
    sign = next((sign for sign in words if line.startswith(sign)), "")
    return words[sign] + line.removeprefix(sign) if sign else line


def _diff_line(line: str) -> str:
    return f"  {line.replace('@@', '').strip() if line.startswith('@@') else _in_words(line, _LINES)}"
