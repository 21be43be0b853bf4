"""Types at a session line by line, of this build or another, and reads what that costs."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measuring import TALKS, Build, builds, concertbot, one_core

ASKS = ("Your message:", "correct", ":export --yes writes this")
"""What a line begins with, or holds, when the session waits."""


class Typist:
    """Of a session that is begun, or gone on with, in a process of its own."""

    def __init__(self, build: Build, bot: Path, *flags: str) -> None:
        self._process = subprocess.Popen(
            build.command("-m", "trainer_tui", "--plain", *flags, str(bot)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            cwd=bot,
            env=build.environ(),
        )
        self.hears()

    def hears(self) -> str:
        """The next question."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(ASKS) or "correct" in line:
                return line
        raise RuntimeError("the session has ended")

    def says(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        return self.hears()

    def takes_turn(self, message: str) -> None:
        asked = self.says(message)
        while not asked.startswith("Your message:"):
            asked = self.says("")

    @property
    def cpu(self) -> float:
        """Seconds of the process with all its threads: Linux's clock of a process."""
        return time.clock_gettime((~self._process.pid << 3) | 2)

    @property
    def peak_mib(self) -> float:
        """The most memory that the process has taken, as Linux tells it."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 2**10

    def ends(self) -> None:
        self._process.communicate()


def typist_at(build: Build, bot: Path, *flags: str) -> Typist:
    """Whatever code of the bot's is run; a build of before this was asked about runs it anyhow."""
    try:
        return Typist(build, bot, "--actions", *flags)
    except RuntimeError:
        return Typist(build, bot, *flags)


def each_talk(aims: str) -> Iterator[tuple[Build, Path, tuple[str, ...], str]]:
    """Each talk at a new concert bot, by turns with each build, on one core: the build, the bot, the talk, and what
    begins its lines, which stand beneath the aims."""
    one_core()
    print(aims)
    print(f"{'build':<6}{'talk':<9}{'':<32}{'least':>9}{'median':>9}{'most':>9}")
    for name, talk in TALKS.items():
        for build in builds():
            with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
                yield build, concertbot(Path(folder) / "concertbot"), talk, f"{build.name:<6}{name:<9}"
