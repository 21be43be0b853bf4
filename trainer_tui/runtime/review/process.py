"""Scoring in a process of its own, so that keys are answered meanwhile: `python -m … "" PARENT`.

Standard input: what to review, as JSON. Standard error: one line of JSON for each portion that is written into the
database, `[told, share]`, in `told` as JSON `[conversations read, what could not be read, line by line]`.
"""

from __future__ import annotations

import json
import os
import sys

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.parent import end_with
from trainer_tui.runtime.review.opening import Reviewed
from trainer_tui.runtime.review.scoring import Told
from trainer_tui.runtime.workers import Workers


def main() -> int:
    end_with(int(sys.argv[2]))
    try:
        Reviewed.from_json(json.load(sys.stdin)).open(os.environ).score(_tell, Workers())
    except TrainerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _tell(told: Told) -> None:
    print(json.dumps([json.dumps([told.read, *told.problems]), told.share]), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
