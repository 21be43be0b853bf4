"""The log of a session: a file, never the screen."""

from __future__ import annotations

import logging
from pathlib import Path

from trainer_tui.words import unobeyed

LOG_FILE = "trainer.log"
_TELLING_SECRETS = ("httpx", "httpcore")
"""They log whole URLs, with users, passwords and tokens; what was asked is logged by `runtime/webhook.py`."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Formatter(logging.Formatter):
    """A log is shown with `cat`: what stands in it may steer no terminal either."""

    def format(self, record: logging.LogRecord) -> str:
        return unobeyed(super().format(record))


class _LogFile(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """What a full disk does not take is lost: logging would complain on standard error, which is the screen."""


def log_to(folder: Path, verbosity: int, is_quiet: bool) -> None:
    """Send all logging to `folder`/trainer.log, begun anew: warnings, with -v what is done, with -vv everything, with
    --quiet errors alone. A folder that cannot be written has no log."""
    level = logging.ERROR if is_quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)]
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) is logging.StreamHandler:
            # What writes to the terminal would write into the screen.
            root.removeHandler(handler)
    target: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _LogFile(folder / LOG_FILE, mode="w", encoding="utf-8")
        (folder / LOG_FILE).chmod(0o600)
    except OSError:
        target = logging.NullHandler()
    target.setFormatter(_Formatter(_FORMAT))
    root.addHandler(target)
    root.setLevel(level)
    for name in _TELLING_SECRETS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
