#!/usr/bin/env bash
# textual 8.2.8 (rich 15.0.0, Python 3.11), in a pseudo-terminal
#
# Expected: Ctrl or Alt with a letter is a key for bindings. It never types the letter.
# Instead: in the form that xterm calls modifyOtherKeys (CSI 27;5;97~) Ctrl+A types "a" and Ctrl+comma ",".
#   Ctrl+Enter is a key by the name of "ctrl+" and a raw carriage return, so a binding of ctrl+enter is
#   never met. Alt with a letter, in the usual form (ESC and the letter), types the letter as well. The same
#   keys in the kitty form (CSI 97;5u) are right.
# Why it matters: whoever uses Emacs keys by reflex (Alt+F, Alt+D) writes stray letters into a message, and
#   a binding that works in one terminal does nothing in the next.
# What to do: swallow keys named alt+... before the field sees them; offer every ctrl+enter or ctrl+comma
#   under a plain key too.
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
            "ctrl+a, one byte": (b"\x01", (["ctrl+a"], "")),
            "ctrl+a, kitty": (b"\x1b[97;5u", (["ctrl+a"], "")),
            "ctrl+a, modifyOtherKeys": (b"\x1b[27;5;97~", ([], "a")),
            "ctrl+comma, kitty": (b"\x1b[44;5u", (["ctrl+comma"], "")),
            "ctrl+comma, modifyOtherKeys": (b"\x1b[27;5;44~", ([], ",")),
            "ctrl+enter, kitty": (b"\x1b[13;5u", (["ctrl+enter"], "")),
            "ctrl+enter, modifyOtherKeys": (b"\x1b[27;5;13~", (["ctrl+\r"], "")),
            "ctrl+tab, modifyOtherKeys": (b"\x1b[27;5;9~", (["ctrl+tab"], "")),
            "alt+x": (b"\x1bx", ([], "x")),
            "alt+x, modifyOtherKeys": (b"\x1b[27;3;120~", ([], "x")),
            "alt+x, kitty": (b"\x1b[120;3u", (["alt+x"], "")),
        },
    )
)
PY
