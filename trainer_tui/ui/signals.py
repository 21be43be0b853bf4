"""What ends the program from outside, and SIGINT, which does not."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

ENDS_WITHIN = 2.0
"""Seconds from the end of the terminal to that of the program; answers are on disk, and servers end with it."""


def listen_for_signals(interrupted: Callable[[], object], end: Callable[[int], object]) -> None:
    """SIGINT calls `interrupted`; SIGTERM and SIGHUP call `end` with their number, in the running loop."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, end, signal.SIGTERM)
    # Not by the loop: it may hang already, on a screen that nobody takes any more.
    signal.signal(signal.SIGHUP, lambda *_: _hang_up(partial(loop.call_soon_threadsafe, end, signal.SIGHUP)))


def _hang_up(end: Callable[[], object]) -> None:
    """End, whatever becomes of the screen: Textual waits for ever where its writer has met a closed terminal."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        # Where somebody only sent the signal, the terminal is still there, and is set right.
        if not os.isatty(stream):
            os.dup2(nowhere, stream)
    last = threading.Timer(ENDS_WITHIN, os._exit, (128 + signal.SIGHUP,))
    last.daemon = True
    last.start()
    end()
