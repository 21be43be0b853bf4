#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: `rasa data split nlu` (TrainingData.train_test_split)
#
# Expected: an intent with a single example stays in the training part: a test of it could only fail.
# Instead: it goes to the TEST part, at every training fraction, so the model has never heard of the
#   intent that it is asked about. Only an intent's second example brings it into training; of two
#   examples one is tested even at a fraction of 0.9.
# Why it matters: an intent that was just invented has one example. A split score falls for each such
#   intent, by errors that no model could avoid; and a comparison of two models on that split measures
#   how many intents are new.
# What to do: leave intents with one example out of the test part, or count them apart and say how many.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/ask.py" <<'PY'
import sys
import warnings
from collections import Counter

warnings.filterwarnings("ignore")
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

counts = {"greet": 10, "bye": 2, "new": 1}
data = TrainingData([Message(data={"text": f"{i} {n}", "intent": i}) for i, c in counts.items() for n in range(c)])
changed = 0
for fraction in 0.5, 0.8, 0.9:
    parts = [Counter(m.get("intent") for m in part.training_examples) for part in data.train_test_split(fraction)]
    print(f"fraction {fraction}: train {dict(parts[0])}, test {dict(parts[1])}")
    if [(part["bye"], part["new"]) for part in parts] != [(1, 0), (1, 1)]:
        print("CHANGED")
        changed = 1
sys.exit(changed)
PY

for version in 3.6.21 2.8.34; do
  install_rasa "$version" "$dir/$version"
  echo "rasa $version, examples: greet 10, bye 2, new 1"
  "$dir/$version/bin/python" "$dir/ask.py"
done
