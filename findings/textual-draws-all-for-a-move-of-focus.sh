#!/usr/bin/env bash
# textual 8.2.8 (rich 15.0.0, Python 3.11), in a pseudo-terminal of 120x40
#
# Expected: a key that moves the focus from one field to the next draws these two fields; Textual keeps
#   track of the regions that changed, and a typed letter does draw its field alone.
# Instead: each move of the focus draws the whole screen, the 30 lines of text above that never change
#   included. The screen's `focused` is a reactive that repaints its widget, and its widget is the screen.
# Why it matters: a program that hands the focus on with every answer sends all of the screen each time,
#   some 14 kB at 120x40, which over a slow line is what its users wait for.
# What to do: give the screen a `focused = Reactive(None, repaint=False)` of its own. What gains and loses
#   the focus draws itself.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" textual==8.2.8 rich==15.0.0

cat > "$dir/fields.py" <<'PY'
import sys

from textual.app import App
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widgets import Input, Static


class Fields(Screen):
    CSS = "#text { height: 1fr; }"
    if sys.argv[1] == "own":
        focused = Reactive(None, repaint=False)

    def compose(self):
        yield Static("\n".join(["This line never changes."] * 30), id="text")
        for name in ("one", "two"):
            field = Input(id=name)
            field.cursor_blink = False
            yield field


class Form(App):
    def get_default_screen(self):
        return Fields()


Form().run()
PY

PYTHONDONTWRITEBYTECODE=1 "$dir/env/bin/python" - "$dir/fields.py" <<'PY'
import fcntl
import os
import pty
import select
import struct
import sys
import termios


def lines_drawn(screen: str) -> dict[str, int]:
    """How often the text that never changes is drawn for each key."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, sys.argv[1], screen])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def written(seconds: float) -> bytes:
        found = b""
        while select.select([terminal], [], [], seconds)[0]:
            found += os.read(terminal, 65536)
        return found

    written(4.0)
    drawn = {}
    for name, key in (("a letter", b"x"), ("tab", b"\t")):
        os.write(terminal, key)
        drawn[name] = written(2.0).count(b"This line never changes.")
    os.write(terminal, b"\x11")
    os.waitpid(process, 0)
    return drawn


seen = {"textual's screen": lines_drawn("textual"), "focused without repaint": lines_drawn("own")}
for screen, drawn in seen.items():
    print(f"{screen:24} lines of the text drawn for {drawn}")
expected = {
    "textual's screen": {"a letter": 0, "tab": 30},
    "focused without repaint": {"a letter": 0, "tab": 0},
}
sys.exit(0 if seen == expected else 1)
PY
