"""What ends the program from outside, and SIGINT, which does not."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable
from functools import partial

ENDS_WITHIN = 2.0
"""Seconds from the end of the terminal to that of the program; answers are on disk, and servers end with it."""


def listen_for_signals(interrupted: Callable[[], object], end: Callable[[int], object]) -> None:
    """SIGINT calls `interrupted`; SIGTERM and SIGHUP call `end` with their number, in the running loop.

    That the terminal is gone counts as SIGHUP. The system sends that to the first program in it alone, which may be one
    that waits for ours and tells it nothing, as `make` does.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, end, signal.SIGTERM)
    # Not by the loop: it may hang already, on a screen that nobody takes any more.
    hung_up = partial(_hang_up, threading.Lock(), partial(loop.call_soon_threadsafe, end, signal.SIGHUP))
    signal.signal(signal.SIGHUP, lambda *_: hung_up())
    if os.isatty(0):
        threading.Thread(target=_wait_for_the_end_of_the_terminal, args=(hung_up,), daemon=True).start()


def _wait_for_the_end_of_the_terminal(hung_up: Callable[[], object]) -> None:
    waiting = select.poll()
    waiting.register(0, 0)  # Its end is told unasked, and nothing else.
    waiting.poll()
    hung_up()


def _hang_up(once: threading.Lock, end: Callable[[], object]) -> None:
    """End, whatever becomes of the screen: Textual waits for ever where its writer has met a closed terminal."""
    if not once.acquire(blocking=False):
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        # Where somebody only sent the signal, the terminal is still there, and is set right.
        if not os.isatty(stream):
            os.dup2(nowhere, stream)
    last = threading.Timer(ENDS_WITHIN, os._exit, (128 + signal.SIGHUP,))
    last.daemon = True
    last.start()
    end()
