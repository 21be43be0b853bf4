#!/usr/bin/env bash
# textual 8.2.8 drawn by pyte 0.8.2 (Python 3.11)
#
# Expected: pyte, a terminal in memory, shows what a terminal shows: the field while the application runs,
#   its title untouched, and a blank screen when it has left the alternate screen.
# Instead: a "u" appears in the middle of the field at the end: pyte does not know "CSI < u", with which
#   Textual gives back the kitty keyboard, and prints its last letter. The window title becomes ";default":
#   OSC 22 (the shape of the mouse pointer) is read as OSC 2 (the title). And the application stays on the
#   screen after its end, since there is no alternate screen.
# Why it matters: tests that read a Textual application through pyte find letters nobody wrote, cannot see
#   whether the screen was given back, and may blame the application for its title.
# What to do: strip CSI < u and OSC 22 before feeding pyte; look at the bytes for ?1049l; use tmux where the
#   screen after the end matters.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" textual==8.2.8 rich==15.0.0 pyte==0.8.2 wcwidth==0.9.4

PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 "$dir/env/bin/python" - "$dir/env/bin/python" <<'PY'
import os
import sys

import pyte
from textual_in_a_terminal import Terminal


def shown(output):
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(output)
    return screen.display[1].strip("▊▎ "), screen.title


terminal = Terminal(sys.argv[1])
os.write(terminal.terminal, b"hello")
for _ in range(40):
    terminal.pump(0.25)
    if "hello" in shown(terminal.output)[0]:
        break
running = shown(terminal.output)
output = terminal.close()
ended = shown(output)
print("while it runs: field %r, title %r" % running)
print("when it ended: field %r, title %r" % ended)
print("the alternate screen was left:", b"\x1b[?1049l" in output)
if (running, ended) != (("hello", ";default"), ("hello u", ";default")) or b"\x1b[?1049l" not in output:
    sys.exit("CHANGED")
PY
