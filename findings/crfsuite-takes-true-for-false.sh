#!/usr/bin/env bash
# python-crfsuite 0.9.12 (Python 3.11)
#
# Expected: Trainer.set("feature.possible_states", "true") switches it on, and nonsense is refused.
# Instead: a text goes through C's atoi and atof, which stop at the first letter and never complain. "true",
#   "True" and "yes" are 0 and so False ("1" is True); max_iterations "1e3" is 1 and "0x10" is 0; a c2 of
#   "0,5" or "abc" is 0.0, which is no regularization at all. Python's own True and 1e3 are right or an error.
# Why it matters: settings that come as texts (a YAML file in quotes, a command line, an environment variable)
#   train another model than the one asked for, and nothing says so.
# What to do: turn texts into numbers and booleans before they reach it, and read each back with get().
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" python-crfsuite==0.9.12
"$dir/env/bin/python" - <<'PY'
import sys

import pycrfsuite

trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
asked = [
    ("feature.possible_states", "1", True),
    ("feature.possible_states", "true", False),
    ("feature.possible_states", "True", False),
    ("feature.possible_states", "yes", False),
    ("feature.possible_states", True, True),
    ("max_iterations", "100", 100),
    ("max_iterations", "1e3", 1),
    ("max_iterations", "0x10", 0),
    ("c2", "0.5", 0.5),
    ("c2", "0,5", 0.0),
    ("c2", "abc", 0.0),
]
changed = 0
for name, value, answer in asked:
    trainer.set(name, value)
    got = trainer.get(name)
    print(f"{name} = {value!r:7} -> {got!r}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY
