"""The session line by line on standard input and output: for screen readers, pipes and scripts.

Each question is one line that stays; an answer is one line. Commands begin with a colon (`::` for a text that does).
"""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from trainer_tui.errors import IllegalInput, TrainerError
from trainer_tui.plain_prompts import answer, question
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import NewNameRequested
from trainer_tui.session.view import HistoryEntry, Mark

COMMANDS = """\
:undo [n]  take back the last answer (or n)      :redo     give it again
:fork [n]  go on from before message n           :fresh    start a new conversation
:branches  list them; :switch N goes to one      :slots    show the slots; :slot NAME JSON sets one
:why       why the bot wants this                :train    learn in the background now
:export    show what would be written; with --yes write it
:menu      this list                             :quit     leave (nothing is lost)"""
_MARKS = {Mark.CONFIRMED: "+", Mark.CORRECTED: "x>+", Mark.UNSURE: "?", Mark.CHANGED: "~", Mark.CONTRADICTION: "!"}


class PlainSession:
    """Runs one controller on two streams; `run` returns the exit code."""

    def __init__(
        self, controller: Controller, source: TextIO = sys.stdin, out: TextIO = sys.stdout, err: TextIO = sys.stderr
    ) -> None:
        self._controller = controller
        self._source = source
        self._out = out
        self._err = err
        self._shown: list[HistoryEntry] = []

    def run(self) -> int:
        """Ask until the input ends or the person quits; the journal holds everything either way."""
        with asyncio.Runner() as runner:
            self._perform = runner.run
            self._perform(self._controller.begin())
            self._greet()
            while True:
                try:
                    line = self._ask()
                    if line is None or not self._take(line):
                        return 0
                except KeyboardInterrupt:
                    self._say("", COMMANDS)
                except TrainerError as error:
                    print(error, file=self._err, flush=True)

    def _greet(self) -> None:
        """What is said once: how this works, what of the project to know, an earlier session."""
        self._say("Type a message and press Enter; /intent names an intent; :menu lists the commands.")
        status = self._controller.view.status
        for note in status.notes:
            self._say(f"note: {note}")
        for problem in status.warnings:
            print(f"warning: {problem}", file=self._err, flush=True)
        offer = self._controller.view.offer
        if offer:
            self._say(f"An earlier session is here: {offer}. Go on with it? [Y]es, n:")
            if (self._source.readline().strip().lower() or "y") in ("y", "yes"):
                self._controller.accept_offer()
            else:
                self._controller.decline_offer()

    def _ask(self) -> str | None:
        """Perform what is to be performed, show what is new, ask; None at the end of the input."""
        self._perform(self._controller.perform())
        self._show_new()
        view = self._controller.view
        if view.notice:
            self._say(view.notice)
        if not view.status.journal_ok:
            print(f"warning: {view.status.journal}", file=self._err, flush=True)
        if view.prompt is not None:
            self._say(*question(view.prompt, self._controller))
        line = self._source.readline()
        return line.rstrip("\n") if line else None

    def _show_new(self) -> None:
        entries = list(self._controller.view.history)
        same = 0
        while same < min(len(entries), len(self._shown)) and entries[same] == self._shown[same]:
            same += 1
        if same < len(self._shown):
            self._say(f"(back to after {len(entries)} lines)" if entries else "(back to the start)")
        for entry in entries[same:]:
            self._say(spoken(entry))
        self._shown = entries

    def _take(self, line: str) -> bool:
        """Do what the line says; False = leave."""
        if line.startswith("::"):
            line = line[1:]
        elif line.startswith(":") and line.strip() != ":new":
            return self._command(*line[1:].split())
        prompt = self._controller.view.prompt
        if prompt is not None:
            given = NewNameRequested() if line.strip() == ":new" else answer(prompt, line, self._controller)
            self._controller.answer(given)
        return True

    def _command(self, name: str = "", *arguments: str) -> bool:
        controller = self._controller
        match name, arguments:
            case "quit", ():
                return False
            case "undo", ():
                controller.undo()
            case "undo", (count,):
                for _ in range(_number(count)):
                    controller.undo()
            case "redo", ():
                controller.redo()
            case "fresh", ():
                controller.start_fresh()
            case "fork", ():
                self._say(*(f"  {point.number} {point.text}" for point in controller.view.fork_points))
            case "fork", (number,):
                controller.fork(self._message(_number(number)))
            case "branches", ():
                for branch in controller.view.branches:
                    here = "*" if branch.is_current else " "
                    self._say(f" {here}{branch.id} {branch.name}: {' / '.join(branch.messages)}")
            case "switch", (number,):
                controller.switch(_number(number))
            case "slots", ():
                self._say(*(f"  {row.name} = {row.value!r}" for row in controller.view.slots))
            case "slot", (slot, *value):
                controller.edit_slot(slot, " ".join(value))
            case "why", ():
                self._say(*controller.explain())
            case "train", ():
                controller.train_now()
            case "export", _:
                self._export(is_wanted="--yes" in arguments)
            case "menu" | "help", ():
                self._say(COMMANDS)
            case _:
                raise IllegalInput(f"there is no command :{name} {' '.join(arguments)}".rstrip(), hint="See :menu.")
        return True

    def _message(self, number: int) -> int:
        for point in self._controller.view.fork_points:
            if point.number == number:
                return point.node
        raise IllegalInput(f"there is no message {number}", hint="See :fork for the list.")

    def _export(self, is_wanted: bool) -> None:
        review = self._controller.export_review()
        for row in review.rows:
            state = "write" if row.is_on else "leave"
            self._say(f"{state} {row.target}: {row.title} {row.note}".rstrip(), *row.warnings, *row.diff)
        if not review.rows:
            self._say(review.notice or "Nothing new to export.")
        elif is_wanted:
            self._say(self._controller.export_write())
        else:
            self._say("Type :export --yes to write this.")

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self._out, flush=True)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise IllegalInput(f"{text!r} is no number")
    return int(text)


def spoken(entry: HistoryEntry) -> str:
    """One entry of the history as a line to read or hear."""
    number = f"{entry.number:>3} " if entry.number is not None else "    "
    mark = _MARKS.get(entry.mark, "")
    parts = [f"{number}{entry.side}:", mark, entry.text]
    if entry.confidence is not None:
        parts.append(f"{entry.confidence:.2f}")
    if entry.wanted:
        parts.append(f"(wanted {entry.wanted})")
    return " ".join(part for part in parts if part)
