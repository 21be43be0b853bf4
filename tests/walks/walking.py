"""Plays a recorded session (a script for `--plain`) and holds what is said against the remarks in it.

A script is what a person types, a line each; it can be piped into `trainer-tui --plain` as it is. Of its remarks

    :# > words      a line with these words is said here, after those that were found before
    :# ! words      a complaint with these words is made here
    :# ~ name       here the test does something to the project, as another program would
    :# anything     is for the reader
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from trainer_tui.commands import interactive
from trainer_tui.plain.session import PlainSession
from trainer_tui.runtime.controller import Controller
from trainer_tui.runtime.opening import open_session

NOBODY_LISTENS = "http://127.0.0.1:9/webhook"


def copy_of(bot: Path, to: Path) -> Path:
    """A bot to teach, whose endpoints name no server that may run on this machine: the trainer starts its own."""
    copied = shutil.copytree(bot, to / bot.name, ignore=shutil.ignore_patterns("__pycache__", ".trainer", "walks"))
    endpoints = copied / "endpoints.yml"
    if endpoints.exists():
        text = re.sub(r"http://localhost:\d+/webhook", NOBODY_LISTENS, endpoints.read_text(encoding="utf-8"))
        endpoints.write_text(text, encoding="utf-8")
    return copied


def opened(*arguments: str | Path) -> Controller:
    """A session, as the command line makes it."""
    parser = argparse.ArgumentParser()
    interactive.add_arguments(parser)
    given = parser.parse_args(["--actions", *(str(argument) for argument in arguments)])
    return open_session(interactive.request_of(given), os.environ)


class Script(io.StringIO):
    """Standard input that knows what has been said when each line is read."""

    def __init__(self, text: str, name: str, meanwhile: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._meanwhile = meanwhile
        self.out = io.StringIO()
        self.err = Complaints(self.out)
        self._lines = list(enumerate(text.splitlines(), 1))
        self._name = name
        self._from = 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # of the bytes that typeshed names
        while self._lines:
            number, line = self._lines.pop(0)
            if line.startswith((":# > ", ":# ! ")):
                self._expect(number, line)
            elif line.startswith(":# ~ "):
                self._meanwhile[line.removeprefix(":# ~ ")]()
            elif not line.startswith(":#"):
                self._from = self.out.tell()
                return line + "\n"
        return ""

    def _expect(self, number: int, line: str) -> None:
        wanted = line.removeprefix(":# ").removeprefix("> ")
        said = self.out.getvalue()
        place = said.find(wanted, self._from)
        if place < 0:
            raise AssertionError(f"{self._name}:{number}: {wanted!r} was not said, but:\n{said[self._from :]}")
        self._from = place + len(wanted)


class Complaints(io.StringIO):
    """Standard error, in one stream with what is said."""

    def __init__(self, out: io.StringIO) -> None:
        super().__init__()
        self._out = out

    def write(self, text: str, /) -> int:
        return self._out.write("\n" if text == "\n" else f"! {text}")


def played(
    text: str, controller: Controller, name: str = "script", meanwhile: Mapping[str, Callable[[], object]] = {}
) -> str:
    """Everything that was said; AssertionError where a remark does not hold. The controller is left open."""
    script = Script(text, name, meanwhile)
    assert PlainSession(controller, script, script.out, script.err).run() == 0
    return script.out.getvalue()


def walked(script: Path, bot: Path, *arguments: str | Path, meanwhile: Mapping[str, Callable[[], object]] = {}) -> str:
    """Play a recorded session with a bot."""
    controller = opened(bot, *arguments)
    try:
        return played(script.read_text(encoding="utf-8"), controller, script.name, meanwhile)
    finally:
        controller.close()
