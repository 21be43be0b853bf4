#!/usr/bin/env bash
# tomlkit 0.15.2, Python 3.11
#
# Expected: a key that is added to a document leaves the rest as it stands, and its line ends as the others do:
#   keeping the style of a file is what the library is for.
# Instead: a key without a table goes directly before the first table's header, that is below the comment which
#   stands above that header, and an empty line follows: the comment now tells of the new key, and the table has
#   none. Where all lines end in CR LF, the new ones end in LF. Replacing a value does neither.
# Why it matters: a program that keeps one of its own settings in a file that a person wrote moves that
#   person's comments, and git shows a file of two kinds of line ends.
# What to do: where a key is new, put its line at the top of the text yourself, with the line end of the file.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" tomlkit==0.15.2
"$dir/env/bin/python" - <<'PY'
import sys

import tomlkit

changed = 0
for line_end in ("\n", "\r\n"):
    document = tomlkit.parse(line_end.join(("# mine", "", "# which keys I press", "[keys]", "undo = 'u'", "")))
    document["theme"] = "dark"
    written = tomlkit.dumps(document)
    expected = line_end.join(("# mine", "", "# which keys I press", 'theme = "dark"\n\n[keys]', "undo = 'u'", ""))
    print(repr(written))
    if written != expected:
        print("CHANGED, was", repr(expected))
        changed = 1
sys.exit(changed)
PY
