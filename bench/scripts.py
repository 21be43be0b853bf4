"""Scripts on one core: what a changed early turn costs until somebody is asked, and replaying with nobody there.

Where BENCH_BASE names the folder of another build, turns are typed there, and the replay is held against them.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measuring import TALKS, Build, builds, concertbot, one_core, spread
from bench.typist import Typist

NAME = "scripts"

_REPLAYED = 1_000
_EDITED = 500
_TIMES = 5


def run() -> None:
    one_core()
    print(
        "CPU seconds: least, median, most. Aims: turn 5 of 500 changed, to the first question that needs somebody: 1;"
    )
    print("a replay of 1,000 turns: 1/20 of what typing them takes in the base build")
    for name, talk in TALKS.items():
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            typed = {build.name: _typed(build, concertbot(Path(folder) / build.name), talk) for build in builds()}
            replays = [_replayed(Path(folder) / "now") for _ in range(_TIMES)]
            for build, seconds in typed.items():
                print(f"{name:<9}{_REPLAYED} turns typed, {build:<17}{seconds:>9.2f}", flush=True)
            ratio = f"   1/{typed['base'] / sorted(replays)[_TIMES // 2]:.0f} of base" if "base" in typed else ""
            print(f"{name:<9}{'replayed':<34}{spread(replays, 2)}{ratio}", flush=True)
            edits = asyncio.run(_edited(concertbot(Path(folder) / "edited"), talk))
            print(f"{name:<9}{f'turn 5 of {_EDITED} changed':<34}{spread(edits, 2)}", flush=True)


def _typed(build: Build, bot: Path, talk: tuple[str, ...]) -> float:
    typist = Typist(build, bot, *(["--actions"] if build.is_this else []))
    for turn in range(_REPLAYED):
        typist.takes_turn(talk[turn % len(talk)])
    cost = typist.cpu
    typist.ends()
    return cost


def _replayed(bot: Path) -> float:
    session = next((bot / ".trainer" / "sessions").glob("*.jsonl"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "trainer_tui", "replay", str(session), "--bot", str(bot)]
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode != 0:
        raise RuntimeError(told.stdout + told.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def _edited(bot: Path, talk: tuple[str, ...]) -> list[float]:
    """Say the same in other words as message 5: nobody is asked before all the rest is played, which takes longer than
    any first question on the way; the seconds of that."""
    from trainer_tui.runtime.opening import SessionRequest, open_session
    from trainer_tui.runtime.project import Sources
    from trainer_tui.session.protocol import AskMessage, Confirmed, MessageChanged, MessageTyped

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
    costs = []
    for _ in range(_TIMES):
        node = [entry for entry in controller.view.history if entry.kind == "message"][4].at or 0
        before = time.process_time()
        controller.edit_turn(node, MessageChanged("hi there"))
        await controller.perform()
        costs.append(time.process_time() - before)
        controller.undo()
        await controller.finish_learning()
    controller.close()
    return costs
