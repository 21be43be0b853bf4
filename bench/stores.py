"""A tracker store as large as a busy bot's: made of a bot's own stories and examples, and read whole.

`make_store` writes Rasa's table in SQLite. A few conversations are talked at a time, so that their rows lie mixed.
Mistakes that are asked for are put into as many conversations, one each.
"""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.conversations import Conversations, Kind
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    Event,
    SessionStarted,
    UserFeaturization,
    UserUttered,
    as_dict,
)
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import StoredConversation

NAME = "stores"

BOT = "sample_bots/moodbot"
CONVERSATIONS = 100_000
TABLE = """
CREATE TABLE events (
    id INTEGER NOT NULL, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL, timestamp FLOAT,
    intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT, PRIMARY KEY (id)
);
CREATE INDEX ix_events_sender_id ON events (sender_id);
"""
_AT_ONCE = 20
_BEGAN = 1_767_225_600.0  # the first of January 2026


@dataclass(frozen=True, slots=True)
class Mistake:
    sender_id: str
    kind: Kind


def make_store(
    path: Path, project: Project, conversations: int, mistakes: int = 0, seed: int = 1
) -> tuple[Mistake, ...]:
    """Write a store of so many conversations; which of them a mistake is in. Equal seeds give equal stores."""
    chance = random.Random(seed)
    rows_of = _Rows(project, chance).of
    wrong = chance.sample(range(conversations), mistakes)
    kinds: tuple[Kind, ...] = ("intent", "action", "fallback")
    made = {number: Mistake(_sender(number), kinds[place % 3]) for place, number in enumerate(wrong)}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(TABLE)
        for first in range(0, conversations, _AT_ONCE):
            together = range(first, min(first + _AT_ONCE, conversations))
            began = _BEGAN + first * 60.0
            rows = [row for number in together for row in rows_of(_sender(number), began, made.get(number))]
            rows.sort(key=lambda row: row[2])
            connection.executemany(
                "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
    return tuple(made.values())


def _sender(number: int) -> str:
    return f"user-{number:06}"


class _Rows:
    """The rows of conversations, as Rasa writes them."""

    def __init__(self, project: Project, chance: random.Random) -> None:
        self._chance = chance
        self._era = project.domain.era
        self._conversations = Conversations(project, chance)

    def of(self, sender: str, began: float, mistake: Mistake | None) -> Iterator[tuple[Any, ...]]:
        at = began + self._chance.random() * 60
        for event in self._events(mistake):
            body = as_dict(event, self._era)
            at += self._chance.uniform(2.0, 20.0) if body["event"] == "user" else 0.01
            metadata = {**body.get("metadata", {}), "model_id": "generated"}
            body |= {"timestamp": at, "metadata": metadata}
            intent = None
            if isinstance(event, UserUttered):
                number = {"message_id": f"{self._chance.getrandbits(128):032x}"}
                body = {**body, "parse_data": {**body["parse_data"], **number}, "input_channel": "rest", **number}
                intent = event.intent
            yield sender, body["event"], at, intent, body.get("name"), json.dumps(body)

    def _events(self, mistake: Mistake | None) -> Iterator[Event]:
        yield ActionExecuted("action_session_start", confidence=1.0)
        yield SessionStarted()
        yield ActionExecuted(ACTION_LISTEN)
        for turn in self._conversations.conversation(mistake.kind if mistake else None):
            ranking = ((str(turn.message.intent), turn.message.intent_confidence),)
            yield replace(turn.message, intent_ranking=ranking)
            yield from turn.before
            yield UserFeaturization(False)
            for event in (*turn.answers, ActionExecuted(ACTION_LISTEN)):
                is_sure = isinstance(event, ActionExecuted) and event.policy is None
                yield replace(event, policy="MemoizationPolicy", confidence=1.0) if is_sure else event  # type: ignore[call-arg]


# --- the bench --------------------------------------------------------------------------------------------------------


def run() -> None:
    head = f"{'conversations':>13} {'events':>9} {'MB':>6} {'first s':>8} {'whole s':>8}"
    print(f"{head} {'events/s':>9} {'MiB':>5} {'again s':>8}")
    for conversations in (CONVERSATIONS // 10, CONVERSATIONS):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tracker.db")
            make_store(path, load_project(Sources(Path(BOT)), {}), conversations)
            found = json.loads(subprocess.check_output([sys.executable, "-m", "bench.stores", path], text=True))
            size = path.stat().st_size / 1e6
        first, whole, again = found["seconds"]
        print(
            f"{conversations:13,} {found['events']:9,} {size:6.0f} {first:8.2f} {whole:8.1f} "
            f"{found['events'] / whole:9,.0f} {found['mib']:5.0f} {again:8.2f}"
        )
    print("seconds are CPU; to reach: a first page within 2 s, and memory that does not grow with the store")


def measure(path: Path) -> dict[str, Any]:
    """CPU seconds to the first conversation, to the last, and for nothing new; events read; peak of memory in MiB."""
    project = load_project(Sources(Path(BOT)), {})
    start = time.process_time()
    store = open_store(str(path), project, {})
    events, seconds = 0, list[float]()
    for found in store.conversations():
        if not seconds:
            seconds.append(time.process_time() - start)
        events += len(found.events) if isinstance(found, StoredConversation) else 0
    seconds.append(time.process_time() - start)
    again = time.process_time()
    assert not list(store.conversations(store.mark()))
    seconds.append(time.process_time() - again)
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "events": events, "mib": peak}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
