#!/usr/bin/env bash
# sklearn-crfsuite 0.5.0 with scikit-learn 1.9.1, and a model of 0.3.6 with scikit-learn 1.1.3 (what Rasa 3.6 has)
#
# Expected: predict() of several sentences is a list of lists of labels, as in 0.3.6; a model of 0.3.6 loads
#   as a whole or not at all.
# Instead: 0.5.0 hands the lists to numpy. Where all sentences happen to be of one length the answer is a
#   two-dimensional array, and its rows are arrays; where one differs it is an array of plain lists. One
#   sentence alone is always the former. And a model of 0.3.6 loads, predicts the same labels and trains,
#   while printing it or get_params() raises AttributeError ('keep_tempfiles').
# Why it matters: `predicted[0] == gold[0]` is True or False for most batches and an array for some, whose
#   truth is an error; json.dumps likewise. A debugger or a log line breaks on a model that works.
# What to do: use predict_single per sentence, or [list(row) for row in predict(...)]; keep CRF files, not
#   pickled estimators.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > common.py <<'PY'
SENTENCES = [[{"word": "to"}, {"word": "rome"}], [{"word": "from"}, {"word": "oslo"}], [{"word": "rome"}]]
LABELS = [["O", "city"], ["O", "city"], ["city"]]


def shape(answer):
    rows = {type(row).__name__ for row in answer}
    return f"{type(answer).__name__} of {'/'.join(sorted(rows))}, ndim {getattr(answer, 'ndim', '-')}"
PY
cat > old.py <<'PY'
import joblib
from common import LABELS, SENTENCES, shape
from sklearn_crfsuite import CRF

model = CRF(max_iterations=20).fit(SENTENCES, LABELS)
joblib.dump(model, "model.joblib")
print("0.3.6:", shape(model.predict(SENTENCES[:2])), "|", shape(model.predict(SENTENCES)))
PY
cat > new.py <<'PY'
import sys

import joblib
from common import LABELS, SENTENCES, shape
from sklearn_crfsuite import CRF

model = CRF(max_iterations=20).fit(SENTENCES, LABELS)
shapes = [shape(model.predict(some)) for some in (SENTENCES[:2], SENTENCES[:1], SENTENCES)]
print("0.5.0, two of one length:", shapes[0])
print("0.5.0, one sentence:     ", shapes[1])
print("0.5.0, of two lengths:   ", shapes[2])
old = joblib.load("model.joblib")
labels = [list(row) for row in old.predict(SENTENCES)]
try:
    printed = repr(old)
except AttributeError as error:
    printed = f"AttributeError: {error}"
print("the model of 0.3.6 predicts", labels, "and prints", printed)
two, one = "ndarray of ndarray, ndim 2", "ndarray of list, ndim 1"
if shapes != [two, two, one] or labels != LABELS or "keep_tempfiles" not in printed:
    sys.exit("CHANGED")
PY
uv venv -q -p 3.11 old
uv pip install -q -p old/bin/python sklearn-crfsuite==0.3.6 python-crfsuite==0.9.12 scikit-learn==1.1.3 numpy==1.23.5 scipy==1.10.1 joblib==1.6.0
uv venv -q -p 3.11 new
uv pip install -q -p new/bin/python sklearn-crfsuite==0.5.0 python-crfsuite==0.9.12 scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0
old/bin/python old.py
new/bin/python new.py
