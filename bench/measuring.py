"""What several benches measure by: builds, work in a process of its own, and the memory that a process has taken."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

TALKS = {
    "intents": ("/hello", "/search_venues", "/thankyou", "/goodbye"),
    "words": ("hello", "find me a venue", "thank you", "bye"),
}
"""What is typed at the concert bot, again and again."""


@dataclass(frozen=True, slots=True)
class Build:
    """A build to measure: `command("-m", "trainer_tui")` in `environ()` runs that one, wherever it is started."""

    name: str
    folder: Path

    @property
    def is_this(self) -> bool:
        return self.folder == ROOT

    def command(self, *arguments: str) -> list[str]:
        """Its own Python, where it has one, else this one."""
        own = self.folder / ".venv" / "bin" / "python"
        return [str(own) if own.exists() else sys.executable, "-P", *arguments]

    def environ(self) -> dict[str, str]:
        # Where Python keeps what it compiled, as it does for users.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        # Nobody's own settings change what is measured.
        return {**kept, "PYTHONPATH": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "nobody")}


def builds() -> tuple[Build, ...]:
    """This build, and beside it, to be measured by turns, the one in the folder that BENCH_BASE names."""
    base = os.environ.get("BENCH_BASE")
    return Build("now", ROOT), *((Build("base", Path(base).resolve()),) if base else ())


def done_by(build: Build, what: str, bot: Path) -> dict[str, Any]:
    """What `bench.in_build` says that this build took for it."""
    script = str(ROOT / "bench" / "in_build.py")
    said = subprocess.check_output(build.command(script, what, str(bot)), text=True, env=build.environ(), cwd=bot)
    found: dict[str, Any] = json.loads(said)
    return found


def concertbot(folder: Path) -> Path:
    return sample_bot("concertbot", folder)


def sample_bot(name: str, folder: Path) -> Path:
    """A copy of it, as that folder."""
    return shutil.copytree(ROOT / "sample_bots" / name, folder)


def one_core() -> None:
    """Where the system can be told so."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def spread(values: Sequence[float], digits: int = 1) -> str:
    """ "12.1  13.0  19.4": the least, the median, the most."""
    return "".join(f"{value:>9.{digits}f}" for value in (min(values), statistics.median(values), max(values)))


def apart(module: str, call: str) -> None:
    """Do it in a process of its own, which prints what it finds; so that its peak of memory is its own."""
    subprocess.run([sys.executable, "-c", f"from bench import {module}; {module}.{call}"], check=True)


def peak_mib() -> float:
    """The most memory that this process has taken."""
    if sys.platform == "linux":
        # What getrusage says here is no less than what the parent had taken when it started this process.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
