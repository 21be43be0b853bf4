#!/usr/bin/env bash
# wordllama 0.4.0.post1 (Python 3.11)
#
# Expected: WordLlama.load() works without a network, for the package carries its weights and its tokenizer;
#   and a greeting in capitals is much like the same greeting.
# Instead: weights are found, the tokenizer is not: the package holds it in "tokenizers/" and asks for it in
#   "tokenizer/". Every first load() goes to a hub, and without a network it fails. Told to use its own
#   folder as the cache, where the plural counts, it loads at once. And "hello" and "HELLO" are nearly
#   strangers: their cosine is .15, where "hello" and "hello!" have .92.
# Why it matters: tests pass for ever on a machine that has loaded it once; the first user behind a firewall
#   gets a traceback. A user who shouts gets another intent.
# What to do: load(cache_dir=the package's own folder, disable_download=True); fold the case of short messages
#   before they are embedded.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" wordllama==0.4.0.post1 numpy==2.4.6
HOME=$dir "$dir/env/bin/python" - <<'PY'
import sys
from pathlib import Path

import wordllama
from wordllama import WordLlama

package = Path(wordllama.__file__).parent
print("carried:", *sorted(str(f.relative_to(package)) for f in package.glob("*/l2_supercat*")))
try:
    WordLlama.load(disable_download=True)
    sys.exit("CHANGED: it loads what it carries")
except FileNotFoundError as error:
    print("load(disable_download=True):", error)
model = WordLlama.load(cache_dir=package, disable_download=True)
print("with its own folder as the cache: loaded")
near = {pair: round(float(model.similarity(*pair)), 2) for pair in [("hello", "hello!"), ("hello", "HELLO")]}
print("cosines:", near)
if near != {("hello", "hello!"): 0.92, ("hello", "HELLO"): 0.15}:
    sys.exit("CHANGED")
PY
