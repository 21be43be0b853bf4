"""A Textual application with one text field, run in a pseudo-terminal: what do bytes from the terminal do to it?

`ask(python, packet)` gives the names of the keys that reached bindings and the text that is in the field then.
"""

import ast
import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import tempfile
import termios
import time
from pathlib import Path

APPLICATION = """
import sys

from textual.app import App
from textual.widgets import Input

log = open(sys.argv[1], "w", buffering=1)


class Field(App):
    def compose(self):
        yield Input()

    def on_ready(self):
        print("ready", file=log)

    def on_key(self, event):
        print("key", repr(event.key), file=log)
        if event.key == "f12":
            print("text", repr(self.query_one(Input).value), file=log)


Field().run()
"""
F12 = b"\x1b[24~"


class Terminal:
    def __init__(self, python: str) -> None:
        folder = Path(tempfile.mkdtemp())
        self.log = folder / "log"
        self.log.touch()
        (folder / "application.py").write_text(APPLICATION)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
            os.execv(python, [python, str(folder / "application.py"), str(self.log)])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.output = b""
        self.wait_for("ready")

    def pump(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.output += os.read(self.terminal, 65536)

    def wait_for(self, text: str, after: int = 0) -> str:
        for _ in range(600):
            self.pump(0.1)
            written = self.log.read_text()[after:]
            if re.search(text, written):
                return written
        raise SystemExit(f"the application never wrote {text!r}")

    def ask(self, packet: bytes) -> tuple[list[str], str]:
        """The keys that no text field took, and the text that the field holds after them; it is empty before."""
        start = len(self.log.read_text())
        os.write(self.terminal, packet)
        self.pump(0.6)  # a lone escape is a key only after a while
        os.write(self.terminal, F12)
        written = self.wait_for(r"text .*\n", start)
        keys = [ast.literal_eval(key) for key in re.findall("^key (.*)$", written, re.MULTILINE)][:-1]
        text = ast.literal_eval(re.findall("^text (.*)$", written, re.MULTILINE)[0])
        start = len(self.log.read_text())
        os.write(self.terminal, b"\x05")  # to the end of the field
        self.wait_for(r"ctrl\+e", start)
        os.write(self.terminal, b"\x15")  # and everything before it away
        self.wait_for(r"ctrl\+u", start)
        return keys, text

    def close(self) -> bytes:
        os.write(self.terminal, b"\x11")
        self.pump(2.0)
        os.waitpid(self.process, 0)
        return self.output


def check(python: str, expected: dict[str, tuple[bytes, tuple[list[str], str]]]) -> int:
    terminal = Terminal(python)
    changed = 0
    for name, (packet, answer) in expected.items():
        got = terminal.ask(packet)
        print(f"  {name:38} {packet!r:34} -> keys {got[0]}, field {got[1]!r}")
        if got != answer:
            print("  CHANGED, was", answer)
            changed = 1
    terminal.close()
    return changed
