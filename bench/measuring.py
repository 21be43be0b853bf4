"""What several benches measure by: work in a process of its own, and the memory that a process has taken."""

from __future__ import annotations

import resource
import subprocess
import sys


def apart(module: str, call: str) -> None:
    """Do it in a process of its own, which prints what it finds; so that its peak of memory is its own."""
    subprocess.run([sys.executable, "-c", f"from bench import {module}; {module}.{call}"], check=True)


def peak_mib() -> float:
    """The most memory that this process has taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
