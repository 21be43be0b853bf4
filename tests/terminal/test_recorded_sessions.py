"""The sessions in the sample bots' folders, typed into the full screen in a real terminal, with the real servers."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal
from trainer_tui.runtime.reading.project_data import read_project

BOTS = Path(__file__).resolve().parents[2] / "sample_bots"

CTRL_U = b"\x15"
CTRL_S = b"\x13"
CTRL_Q = b"\x11"
ENTER = b"\r"
TAB = b"\t"
END = b"\x1b[F"

MESSAGE = re.compile(r"Your message|Say something to the bot")
WARNING = re.compile("restaurant_form shall not validate here")
MARKING = re.compile(r"Which words are entities\?")

EDITOR = """
import pathlib, sys
line, path = int(sys.argv[1].removeprefix("+")), pathlib.Path(sys.argv[2])
lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
begin = max(i for i in range(line) if lines[i].startswith("## "))
end = min((i for i in range(line, len(lines)) if lines[i].startswith("## ")), default=len(lines))
path.write_text("".join(lines[:begin] + lines[end:]), encoding="utf-8")
input(f"{path.name}:{line} was edited")
"""


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
    rows = terminal.rows
    below = max((place for place, row in enumerate(rows) if row.startswith("╰")), default=-1) + 1
    return "\n".join(rows[below:])


def is_asked(terminal: Terminal, wanted: re.Pattern[str]) -> None:
    # What is predicted does not depend on how fast the models are fitted.
    terminal.waits_for(
        lambda at: "learning" not in at.rows[0] and wanted.search(question(at)) is not None, wanted.pattern
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


def gives(terminal: Terminal, step: Step) -> None:
    is_asked(terminal, step.asked)
    if step.asked is MARKING:
        empties_the_notation(terminal)
    if step.is_typed:
        types(terminal, step.answer)
    else:
        terminal.presses(step.answer.encode())


def exports(terminal: Terminal) -> None:
    """From the open review."""
    terminal.sees("enter write")
    terminal.presses(ENTER)
    terminal.sees("Wrote ")


def leaves(terminal: Terminal) -> None:
    terminal.presses(CTRL_Q)
    assert terminal.ends() == 0
    assert terminal.is_as_before


Open = Callable[..., tuple[Terminal, Path]]


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[Open]:
    """`at, bot = taught("formbot")`: a copy of the bot with its actions, in a terminal of 120x40."""
    opened: list[Terminal] = []

    def open_terminal(name: str, **env: str) -> tuple[Terminal, Path]:
        bot = tmp_path / name
        shutil.copytree(BOTS / name, bot, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
        opened.append(Terminal([".", "--actions"], bot, (120, 40), env))
        return opened[-1], bot

    yield open_terminal
    for one in opened:
        one.close()


# One of each bot: between them, every kind of question. On the screen without a terminal, tests/ui walks them all.
WALKS = [
    BOTS / bot / "walks" / name
    for bot, name in (
        ("concertbot", "reviews.txt"),
        ("formbot", "interruption.txt"),
        ("formbot_core", "correction.txt"),
    )
]


@pytest.mark.parametrize("walk", WALKS, indirect=True, ids=lambda walk: f"{walk.parent.parent.name}-{walk.stem}")
def test_a_recorded_session_is_typed_into_a_terminal(walk: Path, taught: Open) -> None:
    at, bot = taught(walk.parent.parent.name)
    for step in steps_of(walk):
        gives(at, step)
    is_asked(at, MESSAGE)
    at.presses(CTRL_S)
    exports(at)
    leaves(at)
    before, after = (read_project(folder).stories.steps for folder in (walk.parent.parent, bot))
    assert len(after) == len(before) + 1


def is_warned(terminal: Terminal, bot: str) -> None:
    """The stop walk as far as the form's question, which is answered against what the stories say."""
    for step in steps_of(BOTS / bot / "walks" / "stop.txt"):
        if step.asked.pattern.startswith("Should"):
            break
        gives(terminal, step)
    is_asked(terminal, re.compile("Should restaurant_form validate"))
    terminal.presses(b"y")
    is_asked(terminal, WARNING)


@pytest.mark.parametrize(("name", "file"), [("formbot", "data/stories.yml"), ("formbot_core", "data/stories.md")])
def test_the_stories_of_the_warning_are_removed_by_an_export(
    name: str, file: str, taught: Open, rasa_core_sdk_python: Path
) -> None:
    at, bot = taught(name)
    is_warned(at, name)
    at.presses(b"d")
    exports(at)
    written, left = ((folder / file).read_text(encoding="utf-8") for folder in (BOTS / name, bot))
    assert "stop, but then go on\n" in written
    assert "stop, but then go on\n" not in left
    assert set(left.splitlines()) < set(written.splitlines())
    goes_on(at, name)
    leaves(at)


def test_the_story_of_the_warning_is_opened_at_its_line_in_the_editor(
    taught: Open, rasa_core_sdk_python: Path, tmp_path: Path
) -> None:
    """An editor that takes out the story it was opened at; then the session has read the file again."""
    editor = tmp_path / "editor"
    editor.write_text(EDITOR, encoding="utf-8")
    at, bot = taught("formbot_core", EDITOR=f"{sys.executable} {editor}")
    is_warned(at, "formbot_core")
    place = re.compile(r"data/(stories\.md:\d+)")
    is_asked(at, place)
    named = place.search(question(at))
    assert named is not None
    at.presses(b"o")
    at.sees(f"{named[1]} was edited")
    at.presses(ENTER)
    at.no_longer_sees("was edited")
    assert "## stop, but then go on\n" not in (bot / "data" / "stories.md").read_text(encoding="utf-8")
    is_asked(at, WARNING)
    goes_on(at, "formbot_core")
    leaves(at)


def goes_on(terminal: Terminal, bot: str) -> None:
    """Enter, and the form has looked at the message: that of Core takes "yes" for the slot it asked for last. In Rasa 3
    what follows a rejection fills nothing, so that the form refuses, as in the walk `removed_story`."""
    is_asked(terminal, WARNING)
    terminal.presses(ENTER)
    if bot == "formbot_core":
        is_asked(terminal, re.compile("The bot wants to run action_listen"))
        terminal.sees("outdoor_seating  true")
    else:
        refused = re.compile(r"the form fills slots again[^\n]*\n[^\n]*restaurant_form steps aside")
        terminal.waits_for(lambda at: refused.search(at.text) is not None, "the refusal of the form")
        is_asked(terminal, re.compile("The bot wants to run "))
