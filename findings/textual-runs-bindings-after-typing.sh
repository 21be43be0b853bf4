#!/usr/bin/env bash
# textual 8.2.8 (rich 15.0.0, Python 3.11), in a pseudo-terminal
#
# Expected: keys act in the order in which they are typed.
# Instead: of the keys that arrive in one read, all letters enter the text field first, then the bindings
#   run in their order. "abc", left, left, "X" gives abcX; Ctrl+U and then "new" leaves nothing.
# Why it matters: a person is slow enough. A slow SSH line, tmux send-keys, a text expander, a keyboard
#   macro and a test that drives the terminal send many keys at once, and lose or reorder text.
# What to do: in tests, wait for the effect of each bound key before the next is sent. Where order matters
#   for users (clear and type), act in the handler of the key rather than by a binding.
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
            "letters alone": (b"abc", ([], "abc")),
            "letters, left twice, a letter": (b"abc\x1b[D\x1b[DX", (["left", "left"], "abcX")),
            "ctrl+u, letters": (b"\x15new", (["ctrl+u"], "")),
            "letters, ctrl+u, letters": (b"old\x15new", (["ctrl+u"], "")),
            "home, a letter": (b"bc\x1b[Ha", (["home"], "bca")),
        },
    )
)
PY
