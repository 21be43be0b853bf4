"""A page that was written, shown in the person's browser: only in one that does not draw into this very terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from pathlib import Path


def show_page(path: Path) -> bool:
    """Whether a browser took it. `$BROWSER` decides where it is set; else there has to be a desktop."""
    own = os.environ.get("BROWSER")
    if own:
        try:
            subprocess.Popen(
                [own, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            return False
        return True
    has_desktop = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return has_desktop and webbrowser.open(path.as_uri())
