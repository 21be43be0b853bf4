"""Each step of a store's first conversations read and predicted one by one: `python one_by_one.py STORE BOT`.

Older builds run it, too (`bench/review.py`), so it uses only what they have as well.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from trainer_tui.core.events import ActionExecuted, UserUttered, from_dict
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.runtime.project import Sources, as_entries, load_project

CONVERSATIONS = 300
"""All of them would take an hour."""


def main(path: Path, bot: Path) -> dict[str, float]:
    project = load_project(Sources(bot), {})
    ensemble = Ensemble(project.policies, project.domain.era).train(project.trackers, project.domain)
    config = project.data.config
    interpreter, _ = build_interpreter(as_entries(config.pipeline), config.language, project.domain)
    interpreter.train(project.data.nlu)
    steps, cpu = 0, time.process_time()
    with closing(sqlite3.connect(path)) as store:
        senders = [row[0] for row in store.execute("SELECT DISTINCT sender_id FROM events LIMIT ?", (CONVERSATIONS,))]
        for sender in senders:
            tracker = DialogueStateTracker.start(project.domain)
            for (data,) in store.execute("SELECT data FROM events WHERE sender_id = ? ORDER BY id", (sender,)):
                event = from_dict(json.loads(data))
                if isinstance(event, ActionExecuted):
                    ensemble.predict(tracker, project.domain)
                elif isinstance(event, UserUttered) and event.text:
                    interpreter.parse(event.text)
                steps += isinstance(event, (ActionExecuted, UserUttered))
                tracker = tracker.with_event(event)
    return {"steps": steps, "cpu": time.process_time() - cpu}


if __name__ == "__main__":
    print(json.dumps(main(*map(Path, sys.argv[1:]))))
