"""Long sessions and scripts on one core: what a turn, an undo, an edit and a replay cost after thousands of turns.

With TRAINER_TUI_EARLIER, the Python of another build, turns are typed there as well, and the replay is held against
them.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

NAME = "scripts"

_BOT = Path(__file__).resolve().parent.parent / "sample_bots" / "concertbot"
_TALKS = {
    "intents": ("/hello", "/search_venues", "/thankyou", "/goodbye"),
    "words": ("hello", "find me a venue", "thank you", "bye"),
}
_SAMPLE = 40
"""So many turns are measured together."""
_REPLAYED, _LONGEST = 1_000, 2_000
_EDITED = 500
_UNDONE = 50


def run() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    earlier = os.environ.get("TRAINER_TUI_EARLIER")
    print(
        "CPU of one core. Aims: a turn at 2,000 as at 20, ±15 %; undo of 50 turns 0.3 s; turn 5 of 500 changed in 1 s;"
    )
    print("a replay of 1,000 turns in 1/20 of what typing them took in the earlier build")
    for name, talk in _TALKS.items():
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            then = _typed(earlier, Path(folder) / "earlier", talk, _REPLAYED) if earlier else None
            bot = Path(folder) / "now"
            _typed(sys.executable, bot, talk, _LONGEST, name)
            _typed(sys.executable, Path(folder) / "again", talk, _REPLAYED)
            replayed = _replayed(Path(folder) / "again")
            ratio = f", 1/{then / replayed:.0f} of typing them then" if then else ""
            print(f"{name:8} replay of {_REPLAYED} turns {replayed:.2f} s{ratio}", flush=True)
            print(
                f"{name:8} turn 5 of {_EDITED} changed: {asyncio.run(_edited(Path(folder) / 'edited', talk)):.2f} s",
                flush=True,
            )


class _Typist:
    """Types at a session line by line, and reads what it costs."""

    def __init__(self, python: str, bot: Path) -> None:
        shutil.copytree(_BOT, bot)
        flags = ["--actions"] if python == sys.executable else []
        command = [python, "-m", "trainer_tui", "--plain", *flags, str(bot)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            cwd=bot,
        )
        self.hears()

    def hears(self) -> str:
        """The next question."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Your message:") or "correct" in line:
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

    def ends(self) -> None:
        self._process.communicate()


def _typed(python: str, bot: Path, talk: tuple[str, ...], turns: int, name: str = "earlier") -> float:
    """Type so many turns and tell what they cost; the seconds of all."""
    typist = _Typist(python, bot)
    costs = []
    for turn in range(turns):
        if turn % _SAMPLE == 0:
            costs.append(typist.cpu)
        typist.takes_turn(talk[turn % len(talk)])
    total = typist.cpu
    costs.append(total)
    shown = [1000 * (later - before) / _SAMPLE for before, later in pairwise(costs)]
    picked = {place * _SAMPLE: shown[place] for place in (0, 1, 2, len(shown) // 2, len(shown) - 1)}
    told = ", ".join(f"{cost:.1f} from {turn}" for turn, cost in picked.items())
    print(f"{name:8} ms a turn: {told}; {total:.1f} s for {turns}", flush=True)
    before = typist.cpu
    undone = 0
    while undone < _UNDONE:
        undone += typist.says(":undo").startswith("Your message:")
    print(f"{name:8} undo of {_UNDONE} turns after {turns}: {typist.cpu - before:.2f} s", flush=True)
    typist.ends()
    return total


def _replayed(bot: Path) -> float:
    session = next((bot / ".trainer" / "sessions").glob("*.jsonl"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "trainer_tui", "replay", str(session), "--bot", str(bot)]
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode != 0:
        raise RuntimeError(told.stdout + told.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def _edited(bot: Path, talk: tuple[str, ...]) -> float:
    """Say something else as message 5, so that the bot differs at once; the seconds until somebody is asked."""
    from trainer_tui.runtime.opening import SessionRequest, open_session
    from trainer_tui.runtime.project import Sources
    from trainer_tui.session.protocol import AskMessage, Confirmed, MessageChanged, MessageTyped

    shutil.copytree(_BOT, bot)
    controller = open_session(SessionRequest(Sources(bot), runs_actions=True))
    await controller.begin()
    await controller.finish_learning()
    while True:
        waits_for_message = isinstance(controller.view.prompt, AskMessage)
        said = len(controller.view.fork_points)
        if waits_for_message and said == _EDITED:
            break
        controller.answer(MessageTyped(talk[said % len(talk)]) if waits_for_message else Confirmed())
        await controller.perform()
    await controller.finish_learning()
    node = [entry for entry in controller.view.history if entry.kind == "message"][4].at or 0
    before = time.process_time()
    controller.edit_turn(node, MessageChanged("hi there"))
    await controller.perform()
    cost = time.process_time() - before
    controller.close()
    return cost


if __name__ == "__main__":
    run()
