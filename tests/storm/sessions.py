"""Sessions in processes of their own that are taught until a moment comes, and what they had acknowledged by then."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tests.terminal.terminal import Terminal
from trainer_tui.session.protocol import ActionChosen, Confirmed, IntentChosen, MessageTyped
from trainer_tui.session.records import Answered, Record

LONGEST_WAIT = 90.0
"""Seconds after which a session that was told to end never will: a busy machine takes its time."""
READY = "Say something"
_CTRL_Q = b"\x11"
_MESSAGE = re.compile(r"hello \d+")
_MESSAGES = 50


class Session(Protocol):
    """One session that is ended; `first_question` is the seconds that took, 0 before it."""

    first_question: float

    def teach(self, seconds: float) -> None:
        """Answer its questions until so many seconds after its start."""
        ...

    def signals(self, number: signal.Signals) -> None: ...

    def quits(self) -> None:
        """Told by its own command, as soon as it takes one."""
        ...

    def ends(self) -> int | None:
        """The exit code, or minus the signal that ended it; None where it never ends."""
        ...

    def lost(self, records: Iterable[Record]) -> int:
        """How many of the answers that were acknowledged are not among these."""
        ...

    def close(self) -> None: ...


class PlainSession:
    """Line by line: a message a turn."""

    def __init__(self, bot: Path, name: str) -> None:
        command = [sys.executable, "-m", "trainer_tui", "--plain", "--actions", str(bot), "--conversation-id", name]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=bot)
        self._begun = time.monotonic()
        self._said = b""
        self.first_question = 0.0

    def teach(self, seconds: float) -> None:
        assert self._process.stdout
        until, sent = self._begun + seconds, 0
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._process.stdout], [], [], left)[0]:
                continue
            found = os.read(self._process.stdout.fileno(), 65536)
            if not found:
                break
            self._said += found
            if not self.first_question and b"Your message:" in self._said:
                self.first_question = time.monotonic() - self._begun
            if self._said.count(b"Your message:") > sent < _MESSAGES:
                sent += 1
                # What comes back to the message field was answered, the last of it with a yes.
                self._types(b"/goodbye\n:list\naction_listen\naction_listen\n:fresh\n")

    def _types(self, lines: bytes) -> None:
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.write(lines)
            self._process.stdin.flush()

    def signals(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def quits(self) -> None:
        self._types(b":quit\n")

    def ends(self) -> int | None:
        # Whatever is on its way out of the program was acknowledged, too.
        with suppress(subprocess.TimeoutExpired):
            self._said += self._process.communicate(timeout=LONGEST_WAIT)[0]
        return self._process.returncode

    def lost(self, records: Iterable[Record]) -> int:
        return max(0, self._said.count(b"you say: /goodbye") - len(_given(records, MessageTyped)))

    def close(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()


class ScreenSession:
    """On a full screen so high that nothing scrolls away: each message is another one."""

    def __init__(self, bot: Path, name: str) -> None:
        self._terminal = Terminal([str(bot), "--actions", "--conversation-id", name], bot, (100, 150))
        self._begun = time.monotonic()
        self._messages: set[str] = set()
        self._checks = 0
        self._hung_up = False
        self.first_question = 0.0

    def teach(self, seconds: float) -> None:
        sent = 0
        while time.monotonic() < self._begun + seconds and self._terminal._read():
            self._look()
            if not self.first_question:
                continue
            is_message_wanted = READY in self._terminal.text
            if is_message_wanted and sent < _MESSAGES:
                sent += 1
                self._terminal.presses(f"hello {sent}\r".encode())
            elif not is_message_wanted:
                self._terminal.presses(b"\r")

    def _look(self) -> None:
        """What the conversation shows by now was acknowledged."""
        if not self.first_question and READY in self._terminal.text:
            self.first_question = time.monotonic() - self._begun
        shown = [row.split("│")[1] for row in self._terminal.rows if row.startswith("│")]
        self._messages |= {found for row in shown for found in _MESSAGE.findall(row)}
        self._checks = max(self._checks, sum("✓" in row for row in shown))

    def signals(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._terminal.signals(number)

    def hangs_up(self) -> None:
        os.close(self._terminal.descriptor)
        self._terminal.descriptor = -1
        self._hung_up = True

    def quits(self) -> None:
        # Before the screen is there, the key is one of the terminal's own.
        with suppress(AssertionError):
            self._terminal.waits_for(lambda it: READY in it.text or self.first_question > 0, "its first question")
            self._terminal.presses(_CTRL_Q)

    def ends(self) -> int | None:
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            if self._hung_up:
                time.sleep(0.01)
            elif self._terminal._read():
                self._look()
            pid, status = os.waitpid(self._terminal.pid, os.WNOHANG)
            if pid:
                self._terminal.code = os.waitstatus_to_exitcode(status)
                return self._terminal.code
        return None

    def lost(self, records: Iterable[Record]) -> int:
        kept = list(records)
        # One that is typed while a question is answered goes on with what was typed ahead already.
        said = (given.text for given in _given(kept, MessageTyped) if isinstance(given, MessageTyped))
        messages = {found for text in said for found in _MESSAGE.findall(text)}
        checked = len(_given(kept, Confirmed, ActionChosen, IntentChosen))
        return len(self._messages - messages) + max(0, self._checks - checked)

    def close(self) -> None:
        self._terminal.close()


def _given(records: Iterable[Record], *kinds: type) -> list[object]:
    return [item.given for item in records if isinstance(item, Answered) and isinstance(item.given, kinds)]
