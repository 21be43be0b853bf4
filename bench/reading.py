"""A bot of very many stories: from launch to the first prompt and to the first action, and reading it from nothing.

Each figure is of a process of its own, so that its peak of memory is its own. Where BENCH_BASE names the folder of
another build, both do each thing by turns, each on a copy of the bot of its own.
"""

from __future__ import annotations

import itertools
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.large_bot import FILES, story_file, write_large_bot
from bench.launch import Start, command, start
from bench.measuring import Build, builds, done_by, spread
from bench.typist import Typist

NAME = "reading"

STORIES = 10_000
SIZES = (2_000, 10_000, 50_000)
_STARTS = 3
_AIMS = """\
aims, of the build before: nothing changed 1/8 and 150 MiB, one file of ten changed 1/4, from nothing 1/2; reading is
linear to 50,000 stories, +-15 % a story"""


def run() -> None:
    print(_AIMS)
    with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
        bots = {build: write_large_bot(Path(folder, build.name, "bot"), STORIES) for build in builds()}
        print(f"\n{f'{STORIES:,} stories, {FILES} files':<36}{'build':<6}{'CPU s: least, median, most':>27}{'MiB':>8}")
        _launches("from nothing, to the first prompt", bots, lambda bot: None, is_fresh=True)
        for build, bot in bots.items():
            _learn(build, bot)
        _launches("nothing changed", bots, lambda bot: None)
        turns = itertools.count()
        _launches("one file of ten changed", bots, lambda bot: _change(bot, next(turns)))
        for build, bot in bots.items():
            _learn(build, bot)
        _first_actions(bots)
    _sizes()


def _launches(what: str, bots: dict[Build, Path], prepare: Callable[[Path], None], *, is_fresh: bool = False) -> None:
    found: dict[Build, list[Start]] = {build: [] for build in bots}
    for _ in range(_STARTS):
        for build, bot in bots.items():
            prepare(bot)
            found[build].append(start(build, "plain", bot, is_fresh=is_fresh))
    for build, starts in found.items():
        _tell(what, build, [each.cpu for each in starts], [each.mebibytes for each in starts])


def _tell(what: str, build: Build, seconds: list[float], mebibytes: list[float]) -> None:
    print(f"{what:<36}{build.name:<6}{spread(seconds, 2)}{statistics.median(mebibytes):>8.0f}", flush=True)


def _learn(build: Build, bot: Path) -> None:
    """One message, so that what is read and fitted is kept."""
    arguments = [*command(build, "plain"), str(bot)]
    subprocess.run(arguments, input=b"/greet\n", capture_output=True, check=True, env=build.environ())


def _change(bot: Path, turn: int) -> None:
    path = story_file(bot, turn % FILES)
    path.write_text(path.read_text(encoding="utf-8") + f"# changed {turn}\n", encoding="utf-8")


def _first_actions(bots: dict[Build, Path]) -> None:
    """What a start and its first message take until an action is asked about: all that was put off is done by then."""
    found: dict[Build, list[tuple[float, float]]] = {build: [] for build in bots}
    for _ in range(_STARTS):
        for build, bot in bots.items():
            shutil.rmtree(bot / ".trainer" / "sessions", ignore_errors=True)
            typist = Typist(build, bot)
            typist.says("/greet")
            found[build].append((typist.cpu, typist.peak_mib))
            typist.ends()
    for build, taken in found.items():
        seconds, mebibytes = zip(*taken, strict=True)
        _tell("nothing changed, to the 1st action", build, list(seconds), list(mebibytes))


def _sizes() -> None:
    """Read, joined and featurised, with nothing kept; what it takes a story shows whether it is linear."""
    print(
        f"\n{'stories':>8}  {'build':<6}{'read, joined s':>15}{'states s':>10}{'sum s':>8}{'MiB':>7}{'ms a story':>12}"
    )
    for number in SIZES:
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            bot = write_large_bot(Path(folder, "bot"), number)
            for build in builds():
                if build.is_this or number <= STORIES:
                    _tell_size(number, build, done_by(build, "read", bot))


def _tell_size(number: int, build: Build, found: dict[str, Any]) -> None:
    read, states = found["seconds"]
    parts = f"{read:15.2f}{states:10.2f}{read + states:8.2f}{found['mib']:7.0f}{1000 * (read + states) / number:12.2f}"
    print(f"{number:>8,}  {build.name:<6}{parts}", flush=True)
