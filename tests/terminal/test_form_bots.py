"""The sessions in the form bots' folders, typed into the full screen in a real terminal, with the real servers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal
from trainer_tui.formats.project_files import read_project

BOTS = Path(__file__).resolve().parents[2] / "sample_bots"
WALKS = sorted(BOTS.glob("formbot*/walks/*.txt"))

CTRL_U = b"\x15"
CTRL_S = b"\x13"
CTRL_Q = b"\x11"
ENTER = b"\r"
TAB = b"\t"
END = b"\x1b[F"

MESSAGE = re.compile(r"Your message|Say something to the bot")
MARKING = re.compile(r"Which words are entities\?")


@dataclass(frozen=True)
class Step:
    """What is asked on the screen, and what a plain session answers."""

    asked: re.Pattern[str]
    answer: str

    @property
    def is_typed(self) -> bool:
        """In a field, and sent with Enter; other answers are one key."""
        return len(self.answer) > 1


def steps_of(walk: Path) -> Iterator[Step]:
    """The remark before an answer tells the question; where there is none, the next message is wanted."""
    asked = ""
    for line in walk.read_text(encoding="utf-8").splitlines():
        if line.startswith(":# > "):
            asked = line.removeprefix(":# > ")
        elif line and not line.startswith(":"):
            yield Step(on_the_screen(asked), line)
            asked = ""


def on_the_screen(asked: str) -> re.Pattern[str]:
    """The question as the full screen asks it."""
    if wanted := re.match(r"The bot wants to run '(\w*)", asked):
        return re.compile(rf"The bot wants to run {wanted[1]}")
    if intent := re.match(r"Is the intent '(\w+)'", asked):
        return re.compile(rf"Is this right\?.* intent {intent[1]}\b")
    if asked.startswith("Mark the entities"):
        return MARKING
    for begin in ("What intent is it?", "What is the next action", "Should "):
        if asked.startswith(begin):
            return re.compile(re.escape(begin))
    return MESSAGE


def question(terminal: Terminal) -> str:
    """What stands beneath the panes."""
    rows = terminal.screen.display
    below = max((place for place, row in enumerate(rows) if row.startswith("╰")), default=-1) + 1
    return "\n".join(rows[below:])


def is_asked(terminal: Terminal, wanted: re.Pattern[str]) -> None:
    # What is predicted does not depend on how fast the models are fitted.
    terminal.waits_for(
        lambda at: "learning" not in at.screen.display[0] and wanted.search(question(at)) is not None, wanted.pattern
    )


def types(terminal: Terminal, text: str) -> None:
    terminal.presses(text.encode())
    terminal.waits_for(lambda at: text[-30:] in question(at), f"{text!r} in the field")
    terminal.presses(ENTER)


def empties_the_notation(terminal: Terminal) -> None:
    terminal.presses(TAB)
    terminal.waits_for(lambda at: "tab words" in question(at), "the keys of the notation")
    terminal.presses(END + CTRL_U)
    terminal.waits_for(lambda at: "](" not in question(at), "an empty field")


@pytest.fixture(params=WALKS, ids=lambda walk: f"{walk.parent.parent.name}-{walk.stem}")
def walk(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    if path.parent.parent.name == "formbot_core":
        request.getfixturevalue("rasa_core_sdk_python")
    return path


def test_a_recorded_session_is_typed_into_a_terminal(walk: Path, tmp_path: Path) -> None:
    sample, bot = walk.parent.parent, tmp_path / walk.parent.parent.name
    shutil.copytree(sample, bot, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    at = Terminal(["."], bot, (120, 40))
    try:
        for step in steps_of(walk):
            is_asked(at, step.asked)
            if step.asked is MARKING:
                empties_the_notation(at)
            if step.is_typed:
                types(at, step.answer)
            else:
                at.presses(step.answer.encode())
        is_asked(at, MESSAGE)
        at.presses(CTRL_S)
        at.sees("enter write")
        at.presses(ENTER)
        at.sees("Wrote ")
        at.presses(CTRL_Q)
        assert at.ends() == 0
        assert at.is_as_before
    finally:
        at.close()
    before, after = (read_project(folder).stories.steps for folder in (sample, bot))
    assert len(after) == len(before) + 1
