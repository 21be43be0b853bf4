#!/usr/bin/env bash
# PyYAML 6.0.4 (its own libyaml; Python 3.11)
#
# Expected: CSafeLoader and CSafeDumper are SafeLoader and SafeDumper, faster; and JSON is YAML.
# Instead: a tab after a colon, in or behind a plain text, after a comma or before a comment is white space
#   to C and a ScannerError to Python. A character that json.dumps writes as two escapes ("\ud834\udd1e") is
#   an error to C; Python makes two lone surrogates of it, a text that no file can hold. With allow_unicode
#   Python writes U+0085 as it is, and both read a space in its place; C escapes it.
# Why it matters: "use C where it is there" makes a file valid on one machine and broken on the next. A bot's
#   answers exported as JSON come in as texts that fail only when they are saved.
# What to do: read with one of the two everywhere and test on the other; json.dumps(ensure_ascii=False) before
#   YAML; compare what was dumped with what it reads as.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" PyYAML==6.0.4
"$dir/env/bin/python" - <<'PY'
import json
import sys

import yaml


def load(text, loader):
    try:
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        return type(error).__name__


wrong = "ScannerError"
asked = {
    "a:\tb\n": ({"a": "b"}, wrong),
    "a: b\t\n": ({"a": "b"}, wrong),
    'a: "b"\t# note\n': ({"a": "b"}, wrong),
    "a: [b,\tc]\n": ({"a": ["b", "c"]}, wrong),
    "a: b\tc\n": ({"a": "b\tc"}, wrong),
    json.dumps({"a": "\U0001d11e"}): (wrong, {"a": "\ud834\udd1e"}),
}
changed = 0
for text, answer in asked.items():
    got = load(text, yaml.CSafeLoader), load(text, yaml.SafeLoader)
    print(f"{text!r:24} C {got[0]!r}, Python {got[1]!r}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
for dumper, back in (yaml.CSafeDumper, "a\x85b"), (yaml.SafeDumper, "a b"):
    text = yaml.dump("a\x85b", Dumper=dumper, allow_unicode=True)
    got = load(text, yaml.CSafeLoader), load(text, yaml.SafeLoader)
    print(f"{dumper.__name__} writes {text!r}: C reads {got[0]!r}, Python {got[1]!r}")
    if got != (back, back):
        print("CHANGED, was", back)
        changed = 1
sys.exit(changed)
PY
