#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: the writer of NLU YAML (`rasa data convert`, `rasa interactive`, the Python API)
#
# Expected: what Rasa writes, Rasa reads: at worst a space at either end of an example is lost.
# Instead: nothing in an example is escaped, and reading goes by the marks alone.
#   value "a}b" of an entity   -> its own file is refused (InvalidEntityFormatException)
#   entity named "a:b"         -> read as entity "a" with the value "b": the old "name:synonym" still counts
#   "[" before an annotation   -> the entity grows: in "go [x Rome" it reaches from "x" on, and the text changes
#   "]" inside an annotation   -> no entity at all, and the marks are now part of the text
#   tab as first character     -> its own file is no YAML to it (ScannerError)
#   U+2028 in the text         -> its own file is no YAML
# Why it matters: a real message holds brackets and braces. One of them spoils a file in silence, or stops
#   the next training of a whole project.
# What to do: read every example back before it goes into a file, compare text and entities, and say so
#   where they differ.
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
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader, RasaYAMLWriter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


def there_and_back(text, word=None, entity="city", value=None):
    data = {"text": text, "intent": "go"}
    if word:
        start = text.index(word)
        data["entities"] = [{"start": start, "end": start + len(word), "value": value or word, "entity": entity}]
    other = Message(data={"text": "hello", "intent": "greet"})
    try:
        written = RasaYAMLWriter().dumps(TrainingData([Message(data=data), other]))
    except Exception as error:
        return "not written", type(error).__name__
    try:
        read = RasaYAMLReader().reads(written).training_examples[0]
    except Exception as error:
        return "not read", type(error).__name__
    return read.get("text"), [(e["entity"], e["value"], e["start"], e["end"]) for e in read.get("entities") or []]


expected = {
    "an ordinary one": (("go to Rome", "Rome"), ("go to Rome", [("city", "Rome", 6, 10)])),
    "quote in a value": (("go Rome", "Rome", "city", 'a"b'), ("go Rome", [("city", 'a"b', 3, 7)])),
    "brace in a value": (("go Rome", "Rome", "city", "a}b"), ("not read", "InvalidEntityFormatException")),
    "colon in a name": (("go Rome", "Rome", "a:b"), ("go Rome", [("a", "b", 3, 7)])),
    "[ before it": (("go [x Rome", "Rome"), ("go x [Rome", [("city", "x [Rome", 3, 10)])),
    "] inside it": (("go R]me", "R]me"), ("go [R]me](city)", [])),
    "tab at the start": (("\tgo",), ("not read", "ScannerError")),
    "line separator": (("go\u2028Rome",), ("not read", "YamlSyntaxException")),
}
changed = 0
for name, (example, answer) in expected.items():
    got = there_and_back(*example)
    print(f"{name:18} {example!r:45} -> {got!r}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY

for version in 3.6.21 2.8.34; do
  install_rasa "$version" "$dir/$version"
  echo "rasa $version"
  "$dir/$version/bin/python" "$dir/ask.py"
done
