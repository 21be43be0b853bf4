#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: the features of slots, by which policies tell states apart
#
# Expected: a boolean slot that holds "yes" counts as true, or as false; the number 2 as true; a float slot
#   without a number as unset; a list slot with something else as unset or an error.
# Instead: the first feature says "set", the second "true". "yes", "" and "1.0" are not set at all; 2 is set
#   and false, as is "03", while "true", 1 and "1" are true. A float slot that holds NaN is at its maximum.
#   A list slot makes a list of one out of the number 5 and so counts as filled.
# Why it matters: action code returns such values every day. A story about "set" never matches, and the slot's
#   value, which looks fine in the log, does not tell why.
# What to do: show the feature beside the value, and warn where a value is none of its slot's type.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/ask.py" <<'PY'
import inspect
import sys
import warnings

warnings.filterwarnings("ignore")
from rasa.shared.core.slots import BooleanSlot, FloatSlot, ListSlot


def feature(kind, value):
    slot = kind("s", **({"mappings": []} if "mappings" in inspect.signature(kind).parameters else {}))
    slot.value = value
    return slot.as_feature()


asked = [
    (BooleanSlot, True, [1.0, 1.0]),
    (BooleanSlot, False, [1.0, 0.0]),
    (BooleanSlot, "true", [1.0, 1.0]),
    (BooleanSlot, "1", [1.0, 1.0]),
    (BooleanSlot, "yes", [0.0, 0.0]),
    (BooleanSlot, "1.0", [0.0, 0.0]),
    (BooleanSlot, "", [0.0, 0.0]),
    (BooleanSlot, 2, [1.0, 0.0]),
    (BooleanSlot, "03", [1.0, 0.0]),
    (FloatSlot, 0.25, [1.0, 0.25]),
    (FloatSlot, float("nan"), [1.0, 1.0]),
    (ListSlot, [], [0.0]),
    (ListSlot, [5], [1.0]),
    (ListSlot, 5, [1.0]),
]
changed = 0
for kind, value, answer in asked:
    got = feature(kind, value)
    print(f"{kind.__name__:12} {value!r:8} -> {got}")
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
