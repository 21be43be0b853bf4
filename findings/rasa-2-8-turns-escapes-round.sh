#!/usr/bin/env bash
# rasa 2.8.34: Markdown training data, also through `rasa data convert nlu`
#
# Expected: a tab in an example is white space, and the "\n" that Rasa itself writes for a line break is
#   read as one.
# Instead: the table for reading is turned round. A real tab in a line stops the reading of the file with
#   KeyError: '\t' and names neither file nor line (1.10.26 took it), while the written "\n" and "\t" stay a
#   backslash and a letter, so a message of two lines comes back otherwise. And a form feed or U+2028 ends
#   the line: what follows is dropped in silence.
# Why it matters: projects of 2018 to 2020 are Markdown, pasted out of sheets and editors. A conversion to
#   YAML dies of one tab, without a hint where.
# What to do: read tabs as spaces; name file and line where a character ends an example; look for
#   backslash-n in data that Rasa 2 has written.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/ask.py" <<'PY'
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
from rasa.shared.nlu.training_data.formats.markdown import MarkdownReader, MarkdownWriter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


def read(text):
    try:
        return [m.get("text") for m in MarkdownReader().reads(text).training_examples]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def written(text):
    return MarkdownWriter().dumps(TrainingData([Message(data={"text": text, "intent": "go"})]))


asked = [
    ("a space", "## intent:go\n- to Rome\n", ["to Rome"]),
    ("a tab", "## intent:go\n- to\tRome\n", r"KeyError: '\t'"),
    ("a form feed", "## intent:go\n- to\fRome\n", ["to"]),
    ("U+2028", "## intent:go\n- to\u2028Rome\n", ["to"]),
    ("two lines, as written", written("to\nRome"), [r"to\nRome"]),
    ("a tab, as written", written("to\tRome"), [r"to\tRome"]),
]
changed = 0
for name, text, answer in asked:
    got = read(text)
    print(f"{name:22} {text!r:34} -> {got!r}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY

install_rasa 2.8.34 "$dir/2.8.34"
"$dir/2.8.34/bin/python" "$dir/ask.py"
