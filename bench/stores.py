"""A tracker store as large as a busy bot's: made of a bot's own stories and examples, and read whole.

`make_store` writes Rasa's table in SQLite. A conversation is one of the bot's stories or its beginning, with a turn of
its rules behind it now and then, said in examples of the intents with small words around them; a few are talked at a
time, so that their rows lie mixed. Mistakes that are asked for are put into as many conversations, one each.
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
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered, as_dict
from trainer_tui.core.stories import SNIPPET, TrainingTracker
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
_LEAVE_EARLY = 0.7
_RULES = 0.2
_BEGAN = 1_767_225_600.0  # the first of January 2026
_BEFORE = ("", "", "", "", "oh, ", "well, ", "ok, ", "hm, ")
_BEHIND = ("", "", "", "", "", ".", "!", " :)")
_UNHEARD_OF = (
    "can you convert forty furlongs to leagues",
    "my parcel number is missing its checksum",
    "which wallpaper suits a north facing kitchen",
    "the lawnmower will not start since tuesday",
    "translate the second paragraph into finnish",
    "who won the chess olympiad in 1972",
)

Kind = Literal["intent", "action", "fallback"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that a bot got wrong: the message was taken for another intent, another action ran than belongs
    there, or it fell back and the user left."""

    sender_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Turn:
    intent: str
    text: str
    answers: tuple[Event, ...]
    """What the bot did, without listening."""
    confidence: float = 1.0
    policy: str = "MemoizationPolicy"
    certainty: float = 1.0


def make_store(
    path: Path, project: Project, conversations: int, mistakes: int = 0, seed: int = 1
) -> tuple[Mistake, ...]:
    """Write a store of so many conversations; which of them a mistake is in. Equal seeds give equal stores."""
    chance = random.Random(seed)
    maker = _Maker(project, chance)
    wrong = chance.sample(range(conversations), mistakes)
    kinds: tuple[Kind, ...] = ("intent", "action", "fallback")
    made = {number: Mistake(_sender(number), kinds[place % 3]) for place, number in enumerate(wrong)}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(TABLE)
        for first in range(0, conversations, _AT_ONCE):
            together = range(first, min(first + _AT_ONCE, conversations))
            began = _BEGAN + first * 60.0
            rows = [row for number in together for row in maker.rows(_sender(number), began, made.get(number))]
            rows.sort(key=lambda row: row[2])
            connection.executemany(
                "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
    return tuple(made.values())


def _sender(number: int) -> str:
    return f"user-{number:06}"


class _Maker:
    def __init__(self, project: Project, chance: random.Random) -> None:
        self._chance = chance
        self._responses = project.domain.responses
        self._examples: dict[str, list[str]] = {}
        for example in project.data.nlu.examples:
            if example.intent and not example.entities:
                self._examples.setdefault(example.intent, []).append(example.text)
        self._stories: list[list[tuple[str, tuple[Event, ...]]]] = []
        self._rules: list[tuple[str, tuple[Event, ...]]] = []
        for tracker in project.trackers:
            turns = list(_turns(tracker))
            if _is_rule(tracker):
                self._rules += turns
            elif turns:
                self._stories.append(turns)

    def rows(self, sender: str, began: float, mistake: Mistake | None) -> Iterator[tuple[Any, ...]]:
        at = began + self._chance.random() * 60
        for event in self._events(mistake):
            at += self._chance.uniform(2.0, 20.0) if event["event"] == "user" else 0.01
            body = {**event, "timestamp": at, "metadata": {**event.get("metadata", {}), "model_id": "generated"}}
            intent = body["parse_data"]["intent"]["name"] if body["event"] == "user" else None
            yield sender, body["event"], at, intent, body.get("name"), json.dumps(body)

    def _events(self, mistake: Mistake | None) -> Iterator[Mapping[str, Any]]:
        yield _action("action_session_start")
        yield {"event": "session_started"}
        yield _action(ACTION_LISTEN, None)
        for turn in self._conversation(mistake):
            yield self._message(turn)
            yield {"event": "user_featurization", "use_text_for_featurization": False}
            for event in turn.answers:
                if isinstance(event, ActionExecuted):
                    yield _action(str(event.name), turn.certainty, turn.policy)
                    if str(event.name) in self._responses:
                        yield self._saying(str(event.name))
                else:
                    yield as_dict(event)
            yield _action(ACTION_LISTEN, 1.0, turn.policy)

    def _conversation(self, mistake: Mistake | None) -> list[_Turn]:
        chance = self._chance
        told = list(chance.choice(self._stories))
        if chance.random() < _LEAVE_EARLY:
            told = told[: chance.randint(1, len(told))]
        if self._rules and chance.random() < _RULES:
            told.append(chance.choice(self._rules))
        turns = [_Turn(intent, self._text(intent), answers) for intent, answers in told]
        if mistake is None:
            return turns
        place = chance.randrange(len(turns))
        if mistake.kind == "fallback":
            words = chance.choice(_UNHEARD_OF)
            fallen = (ActionExecuted("action_default_fallback"),)
            return [*turns[:place], _Turn("nlu_fallback", words, fallen, 0.3, "RulePolicy")]
        if mistake.kind == "intent":
            others = [intent for intent in self._examples if intent != turns[place].intent]
            text = chance.choice(self._examples[chance.choice(others)])
            turns[place] = replace(turns[place], text=text, confidence=round(chance.uniform(0.4, 0.8), 3))
            return turns
        right = {event.name for event in turns[place].answers if isinstance(event, ActionExecuted)}
        wrong = ActionExecuted(chance.choice([name for name in self._responses if name not in right]))
        turns[place] = replace(turns[place], answers=(wrong,), policy="TEDPolicy", certainty=0.45)
        return turns

    def _text(self, intent: str) -> str:
        if intent not in self._examples:
            return f"/{intent}"
        text = self._chance.choice(self._examples[intent])
        return f"{self._chance.choice(_BEFORE)}{text}{self._chance.choice(_BEHIND)}"

    def _message(self, turn: _Turn) -> Mapping[str, Any]:
        intent = {"name": turn.intent, "confidence": turn.confidence}
        parsed = {"intent": intent, "entities": [], "text": turn.text, "intent_ranking": [intent]}
        return {"event": "user", "text": turn.text, "parse_data": parsed, "input_channel": "rest"}

    def _saying(self, response: str) -> Mapping[str, Any]:
        variation = self._chance.choice(self._responses[response])
        data = dict(variation.data)
        return {"event": "bot", "text": variation.text, "data": data, "metadata": {"utter_action": response}}


def _action(name: str, confidence: float | None = 1.0, policy: str | None = None) -> Mapping[str, Any]:
    return {"event": "action", "name": name, "policy": policy, "confidence": confidence, "action_text": None}


def _is_rule(tracker: TrainingTracker) -> bool:
    return any(isinstance(event, ActionExecuted) and event.name == SNIPPET for event in tracker.events)


def _turns(tracker: TrainingTracker) -> Iterator[tuple[str, tuple[Event, ...]]]:
    intent: str | None = None
    answers: list[Event] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if intent:
                yield intent, tuple(answers)
            intent, answers = event.intent, []
        elif not isinstance(event, ActionExecuted) or event.name not in (ACTION_LISTEN, SNIPPET):
            answers.append(event)
    if intent:
        yield intent, tuple(answers)


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
