"""A fit in a process that can be ended at any moment: `python -m trainer_tui.runtime.fits.process MODULE:CLASS PARENT`.

It ends with the process PARENT that started it, even if that is killed.

Standard input: the parts of a problem of that class; standard output: those of the solution. Standard error: one line
of JSON a step of progress, and what cannot be fitted in a line of words.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.fits.fit import as_parts, in_bytes
from trainer_tui.runtime.parent import end_with


def main() -> int:
    end_with(int(sys.argv[2]))
    module, name = sys.argv[1].split(":")
    kind = getattr(import_module(module), name)
    try:
        solution = kind.from_parts(*as_parts(sys.stdin.buffer.read())).solve(_tell)
    except TrainerError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(in_bytes(*solution.to_parts()))
    return 0


def _tell(doing: str, share: float) -> None:
    print(json.dumps([doing, share]), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
