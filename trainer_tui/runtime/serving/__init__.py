"""The full screen in a browser: a page, and a session of its own for each visitor."""

from __future__ import annotations

import os
from collections.abc import Mapping

DRIVER = "textual.drivers.web_driver:WebDriver"
"""What Textual is told to show its screen by, in a process that a page shows."""


def is_served(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this very process is what a page shows."""
    return environ.get("TEXTUAL_DRIVER") == DRIVER
