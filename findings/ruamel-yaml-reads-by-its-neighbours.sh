#!/usr/bin/env bash
# ruamel.yaml 0.19.1 (and 0.18.16), ruamel.yaml.clib 0.2.15, ruamel.yaml.clibz 0.3.7
#
# Expected: YAML(typ="safe").load(text) gives the same before and after an upgrade, and the extra `libyaml`
#   makes it fast.
# Instead: up to 0.18 libyaml in C comes along and reads; from 0.19 it does not, and Python reads. The two
#   read different languages: a tab after a colon is fine or an error, "[b:c]" and "{a:1}" an error or fine,
#   U+2028 in a plain text likewise, and under "%YAML 1.1" `yes` is a text or True. The extra `libyaml`
#   installs clibz, and YAML() never asks for it: it stays with Python (five times the CPU). But whichever
#   package brings ruamel.yaml.clib into the environment switches the C reader on again, for everybody in it.
# Why it matters: Rasa (0.16 and 0.17, with the C part) reads a project otherwise than the same library
#   does elsewhere. "Valid YAML" depends on what else is installed.
# What to do: name the reader (pure=True, or a library with one reader), and test with and without clib.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/ask.py" <<'PY'
import sys

from ruamel.yaml import YAML

texts = ["a:\tb\n", "a: [b:c]\n", "{a:1}\n", "a: b\u2028c\n", "%YAML 1.1\n---\na: yes\n"]
readers = {
    "C": [{"a": "b"}, "ScannerError", "ScannerError", "ScannerError", {"a": "yes"}],
    "Python": ["ScannerError", {"a": ["b:c"]}, {"a:1": None}, {"a": "b\u2028c"}, {"a": True}],
}
got = []
for text in texts:
    try:
        got.append(YAML(typ="safe").load(text))
    except Exception as error:
        got.append(type(error).__name__)
reader = next((name for name, answers in readers.items() if answers == got), "neither")
print(f"  read by {reader}:")
for text, answer in zip(texts, got):
    print(f"    {text!r:28} {answer!r}")
if reader != sys.argv[1]:
    sys.exit(f"CHANGED: {sys.argv[1]} used to read")
PY

ask() { # reader packages...
  local reader=$1
  shift
  uv venv -q --clear -p 3.11 "$dir/env"
  uv pip install -q -p "$dir/env/bin/python" "$@"
  echo "$*"
  "$dir/env/bin/python" "$dir/ask.py" "$reader"
}

ask C ruamel.yaml==0.18.16 ruamel.yaml.clib==0.2.15
ask Python ruamel.yaml==0.19.1
ask Python 'ruamel.yaml[libyaml]==0.19.1' ruamel.yaml.clibz==0.3.7
ask C ruamel.yaml==0.19.1 ruamel.yaml.clib==0.2.15
