"""`make soak`: random keys by the hundred thousand; what stands under "sound:" should be 0.

python -m tests.soak [KEYS] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.soak.soak import BETWEEN_CHECKS, BOTS, CHECKS, FAILURES, session

KINDS = ("key", "mouse", "paste", "resize")


def main() -> int:
    wanted, seed = (int(value) for value in [*sys.argv[1:], *("200000", "1")[len(sys.argv) - 1 :]])
    counts: Counter[str] = Counter()
    with suppress(KeyboardInterrupt):
        soak(counts, wanted, seed)
    for name in (
        *KINDS,
        "checks",
        "sessions",
        "quits",
        "faults outlived",
        *sorted(n for n in counts if n.startswith("  ")),
    ):
        print(f"{name:24} {counts[name]}")
    print("sound:")
    for name in FAILURES:
        print(f"{name:24} {counts[name]}")
    return int(any(counts[name] for name in FAILURES))


def soak(counts: Counter[str], wanted: int, seed: int) -> None:
    """Session after session, into `counts`, which Ctrl-C leaves as they are by then."""
    begun = time.monotonic()
    while (done := sum(counts[kind] for kind in KINDS)) < wanted:
        bot = BOTS[seed % len(BOTS)]
        with tempfile.TemporaryDirectory() as folder:
            counts.update(session(bot, Path(folder), min(BETWEEN_CHECKS * CHECKS, wanted - done), seed))
        seed += 1
        failed = sum(counts[name] for name in FAILURES)
        done = sum(counts[kind] for kind in KINDS)
        print(f"{done} of {wanted}, {time.monotonic() - begun:.0f} s, {failed} failures", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
