"""What is made of the program for the documents: the manual page is that of today, the picture loads nothing."""

from __future__ import annotations

from docs.manual import PAGE, page
from trainer_tui.cli import COMMANDS


def test_the_page_is_that_of_the_command_line_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python docs/manual.py"


def test_each_command_and_its_options_are_in_it_in_a_notation_that_man_reads() -> None:
    lines = page().splitlines()
    assert [name for name in COMMANDS if f".SS {name}" not in lines] == []
    assert r".B \-\-accept\-above P" in lines
    assert [line for line in lines if line.startswith(".") and line.split()[0] not in REQUESTS] == []


def test_the_picture_of_the_screen_loads_nothing() -> None:
    picture = PAGE.with_name("screen.svg").read_text(encoding="utf-8")
    assert "@font-face" not in picture
    assert "url(http" not in picture.replace('"', "")


REQUESTS = {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".br", ".nf", ".fi"}
