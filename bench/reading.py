"""Reading a large bot and making its training examples: CPU seconds and memory, for 1,000 stories and their multiples.

Each size runs in a process of its own, so that its peak of memory is its own. The bot is restaurantbot of the corpus;
its stories are copied with other intents, so that copies are not merely dropped as duplicates.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

NAME = "reading"

BOT = "bots/rasa-1.2.2-suite/examples/restaurantbot"
COPIES = (1, 2, 4, 8)
TO_REACH = 1.0
"""CPU seconds for 1,000 stories, read and featurised."""
RASA = "Rasa 3.6.21 needs more than 10 s of CPU before it has read anything"


def run() -> None:
    corpus = os.environ.get("TRAINER_TUI_CORPUS")
    if not corpus:
        print("left out: TRAINER_TUI_CORPUS is not set")
        return
    print(f"{'stories':>8} {'read s':>8} {'join s':>8} {'states s':>9} {'sum s':>7} {'MiB':>6} {'examples':>9}")
    for copies in COPIES:
        with tempfile.TemporaryDirectory() as folder:
            copy_bot(Path(corpus, BOT), Path(folder), copies)
            found = json.loads(subprocess.check_output([sys.executable, "-m", "bench.reading", folder], text=True))
        parts = found["seconds"]
        row = "".join(f" {part:8.2f}" for part in parts[:2]) + f" {parts[2]:9.2f} {sum(parts):7.2f}"
        print(f"{found['stories']:8}{row} {found['mib']:6.0f} {found['examples']:9}")
    print(f"to reach: under {TO_REACH:g} s for 1,000 stories, growth linear; {RASA}")


def copy_bot(source: Path, target: Path, copies: int) -> None:
    """The bot with its stories several times, each time with a suffix at every intent."""
    (target / "data").mkdir()
    (target / "domain.yml").write_bytes((source / "domain.yml").read_bytes())
    stories = (source / "data/stories.md").read_text(encoding="utf-8").splitlines()
    for copy in range(copies):
        lines = (_with_suffix(line, f"_{copy}") if copy else line for line in stories)
        (target / f"data/stories_{copy}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _with_suffix(line: str, suffix: str) -> str:
    if not line.startswith("* "):
        return line
    intent, brace, rest = line.partition("{")
    return f"{intent.rstrip()}{suffix}{brace}{rest}"


def measure(folder: Path) -> dict[str, object]:
    """Seconds of CPU for reading, joining and featurising, and the peak of memory in MiB."""
    from trainer_tui.core.featurizers import StateMaker, training_examples
    from trainer_tui.core.generator import training_trackers
    from trainer_tui.runtime.reading.project_data import read_project

    marks = [time.process_time()]
    project = read_project(folder)
    marks.append(time.process_time())
    trackers = training_trackers(project.stories, project.domain)
    marks.append(time.process_time())
    states = StateMaker(project.domain)
    examples = {example for tracker in trackers for example in training_examples(tracker, project.domain, 5, states)}
    marks.append(time.process_time())
    return {
        "stories": len(project.stories.steps),
        "seconds": [after - before for before, after in pairwise(marks)],
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "examples": len(examples),
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
