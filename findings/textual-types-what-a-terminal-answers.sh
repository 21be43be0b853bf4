#!/usr/bin/env bash
# textual 8.2.8 (rich 15.0.0, Python 3.11), in a pseudo-terminal
#
# Expected: a sequence from the terminal that the library does not know is dropped.
# Instead: it is taken apart and typed. The answer to a question about the background colour (OSC 11), the
#   device (DA), the name of the terminal (DCS), graphics (APC), the clipboard (OSC 52) or the size of the
#   window puts its letters into the text field that has focus, its ESC as "^". Only an answer to a
#   question about modes (DECRPM) is dropped.
# Why it matters: editors and shells ask such things. Whoever leaves an editor over a slow line, or whose
#   tmux answers late, finds "^]11;rgb:1e1e/1e1e/1e1e" in the message, and Enter sends it.
# What to do: drain the terminal after an editor was open, before the application reads again; ask a
#   terminal nothing that Textual cannot read.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" textual==8.2.8 rich==15.0.0

PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 "$dir/env/bin/python" - "$dir/env/bin/python" <<'PY'
import sys

from textual_in_a_terminal import check

sys.exit(
    check(
        sys.argv[1],
        {
            "a letter": (b"a", ([], "a")),
            "mode (DECRPM)": (b"\x1b[?2026;2$y", ([], "")),
            "background colour (OSC 11)": (b"\x1b]11;rgb:1e/1e/1e\x1b\\", ([], "^]11;rgb:1e/1e/1e\\")),
            "background colour, ended by BEL": (b"\x1b]11;rgb:1e/1e/1e\x07", (["ctrl+g"], "]11;rgb:1e/1e/1e")),
            "clipboard (OSC 52)": (b"\x1b]52;c;aGk=\x1b\\", ([], "^]52;c;aGk=\\")),
            "device (DA)": (b"\x1b[?62;22c", ([], "[?62;22c")),
            "name of the terminal (DCS)": (b"\x1bP>|tmux 3.4\x1b\\", ([], "^P>|tmux 3.4\\")),
            "graphics (APC)": (b"\x1b_Gi=1;OK\x1b\\", ([], "^_Gi=1;OK\\")),
            "size of the window": (b"\x1b[4;600;800t", ([], "[4;600;800t")),
        },
    )
)
PY
