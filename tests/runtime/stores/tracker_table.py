"""Rasa's table of events in SQLite, and conversations to put in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.stores import TABLE
from trainer_tui.runtime.stores.store import Store, StoredConversation, Unreadable


def user(text: str, intent: str = "greet", at: float = 0.0) -> dict[str, Any]:
    return {"event": "user", "timestamp": at, "text": text, "parse_data": {"intent": {"name": intent}}}


def action(name: str, at: float = 0.0) -> dict[str, Any]:
    return {"event": "action", "timestamp": at, "name": name, "policy": None, "confidence": 1.0}


def turn(text: str, at: float = 0.0) -> list[dict[str, Any]]:
    return [user(text, at=at), action("utter_greet", at), action("action_listen", at)]


def database(path: Path, *conversations: tuple[str, Iterable[Mapping[str, Any]]]) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(TABLE)
    for sender, events in conversations:
        add(path, sender, events)
    return path


def add(path: Path, sender: str, events: Iterable[Mapping[str, Any]]) -> None:
    for event in events:
        add_row(path, sender, json.dumps(event))


def add_row(path: Path, sender: str, data: str | bytes | None, number: int | None = None) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO events (id, sender_id, type_name, data) VALUES (?, ?, 'user', ?)", (number, sender, data)
        )


def texts(conversation: StoredConversation) -> list[str]:
    return [event["text"] for event in conversation.events if event["event"] == "user"]


def everything(store: Store, since: str = "") -> tuple[dict[str, list[str]], list[str]]:
    """What users said, by sender in the order given, and what cannot be read."""
    said: dict[str, list[str]] = {}
    unreadable = []
    for found in store.conversations(since):
        if isinstance(found, Unreadable):
            unreadable.append(str(found))
        else:
            assert found.sender_id not in said, "a conversation is given once"
            said[found.sender_id] = texts(found)
    return said, unreadable
