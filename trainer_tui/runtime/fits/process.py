"""The process that fits: `python -m trainer_tui.runtime.fits.process`. `fitting_process.py` speaks with it.

Standard input: problems, each with a number and its class (`MODULE:CLASS`). Each is solved in a thread of its own, so
that a short one need not wait for another. Standard output: for each number how far it is, then the parts of the
solution and the seconds that it took, or why there is none. It ends with its input, and so with the process that
started it, even if that is killed.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from threading import Lock, Thread
from typing import IO, Any

import scipy.optimize  # noqa: F401 - with the next one what every fit needs, so that none seems to take so long
import sklearn.svm  # noqa: F401

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.fits.messages import as_parts, in_bytes, receive, send


def main() -> None:
    # Nothing that a library prints comes between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = Lock()
    while (asked := receive(sys.stdin.buffer)) is not None:
        Thread(target=_solve, args=(*asked, answers, lock), daemon=True).start()
    os._exit(0)  # what is still solved here nobody waits for any more


def _solve(asked: dict[str, Any], data: bytes, answers: IO[bytes], lock: Lock) -> None:
    def answer(data: bytes = b"", **header: Any) -> None:
        with lock:
            send(answers, {"number": asked["number"], **header}, data)

    def tell(doing: str, share: float) -> None:
        answer(doing=doing, share=share)

    try:
        module, name = asked["kind"].split(":")
        kind = getattr(import_module(module), name)
        begun = time.monotonic()
        solution = kind.from_parts(*as_parts(data)).solve(tell)
        answer(in_bytes(*solution.to_parts()), seconds=time.monotonic() - begun)
    except BrokenPipeError:
        os._exit(1)
    except TrainerError as error:
        answer(fault=[error.title, error.message, error.hint])
    except Exception as error:
        answer(fault=["the model could not be fitted", f"{type(error).__name__}: {error!s:.200}.", ""])


if __name__ == "__main__":
    main()
