"""Conversations of a tracker store in SQLite: whole, newest first, only what is new, and nothing written."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.runtime.stores.tracker_table import add, add_row, database, everything, texts, turn, user
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import TrainerError
from trainer_tui.review.sessions import sessions
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.sqlite import SqliteDatabase
from trainer_tui.runtime.stores.store import StoredConversation


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Conversations of anna and bob, mixed; what was read leaves every byte where it was."""
    path = database(tmp_path / "tracker.db", ("anna", turn("hi")), ("bob", turn("ho")), ("anna", turn("again")))
    yield path


def test_conversations_are_whole_and_the_latest_comes_first(path: Path, project: Project) -> None:
    before = path.read_bytes()
    store = open_store(str(path), project, {})
    said, unreadable = everything(store)
    assert list(said.items()) == [("anna", ["hi", "again"]), ("bob", ["ho"])]
    assert unreadable == []
    assert texts(store.conversation("anna")) == ["hi", "again"]
    with pytest.raises(TrainerError, match="no conversation 'carl'"):
        store.conversation("carl")
    store.close()
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir() if "tracker" in item.name] == ["tracker.db"]


def test_how_much_is_behind_is_told_by_the_numbers_of_the_rows(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer_tui.runtime.stores.sql._PAGE", len(turn("hi")))
    path = database(tmp_path / "tracker.db", *((f"user {number}", turn("hi")) for number in range(4)))
    store = open_store(str(path), project, {})
    assert [store.share for _ in store.conversations()] == [0.0, 0.25, 0.5, 0.75]
    assert store.share == 1.0
    mark = store.mark()
    add(path, "user 0", turn("more"))
    add(path, "user 1", turn("more"))
    # Of what is new.
    assert [store.share for _ in store.conversations(mark)] == [0.0, 0.5]
    store.close()


def test_after_a_mark_only_what_is_new_is_read_but_that_whole(path: Path, project: Project) -> None:
    store = open_store(str(path), project, {})
    everything(store)
    mark = store.mark()
    assert everything(store, mark) == ({}, [])
    add(path, "bob", turn("more"))
    assert everything(store, mark) == ({"bob": ["ho", "more"]}, [])
    assert everything(store, store.mark()) == ({}, [])
    store.close()


def test_a_row_whose_transaction_ended_late_is_new_though_later_rows_were_read(path: Path, project: Project) -> None:
    add_row(path, "carl", json.dumps(user("first")), number=20)
    store = open_store(str(path), project, {})
    everything(store)
    mark = store.mark()
    add_row(path, "dora", json.dumps(user("late")), number=15)
    assert everything(store, mark) == ({"dora": ["late"]}, [])
    store.close()


@pytest.mark.parametrize("turns", [1, 9])
def test_another_table_in_its_place_is_read_from_its_beginning(path: Path, project: Project, turns: int) -> None:
    store = open_store(str(path), project, {})
    everything(store)
    mark = store.mark()
    store.close()
    path.unlink()
    store = open_store(str(database(path, ("eve", turn("new here") * turns))), project, {})
    assert everything(store, mark) == ({"eve": ["new here"] * turns}, [])
    store.close()


def add_messages(path: Path, count: int) -> None:
    rows = ((f"user {number % 1500}", "user", json.dumps(user(f"message {number}"))) for number in range(count))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO events (sender_id, type_name, data) VALUES (?, ?, ?)", rows)


def test_conversations_that_go_over_many_pages_come_once_each(tmp_path: Path, project: Project) -> None:
    path = database(tmp_path / "tracker.db")
    add_messages(path, 12_000)
    store = open_store(str(path), project, {})
    said, unreadable = everything(store)
    assert list(said) == [f"user {number}" for number in reversed(range(1500))]
    assert said["user 7"] == [f"message {number}" for number in range(7, 12_000, 1500)]
    assert unreadable == []
    store.close()


def test_a_bot_can_write_while_its_conversations_are_read(path: Path, project: Project) -> None:
    store = open_store(str(path), project, {})
    reading = store.conversations()
    next(reading)
    add(path, "anna", turn("meanwhile"))
    list(reading)
    assert everything(store, store.mark())[0] == {"anna": ["hi", "again", "meanwhile"]}
    store.close()


def test_what_cannot_be_read_is_named_by_its_row_and_the_rest_goes_on(path: Path, project: Project) -> None:
    add_row(path, "anna", '{"event": "user", "te')
    add_row(path, "anna", None)
    add_row(path, "anna", "[1, 2]")
    add_row(path, "anna", b"\xff\xfe")
    add_row(path, "anna", json.dumps(user("x" * 10_000_000)))
    add(path, "anna", turn("after"))
    store = open_store(str(path), project, {})
    said, unreadable = everything(store)
    assert said == {"anna": ["hi", "again", "after"], "bob": ["ho"]}
    assert len(unreadable) == 5
    for line, row, words in zip(
        unreadable, range(10, 15), ("no JSON", "no JSON", "no event", "no text", "characters"), strict=True
    ):
        assert line.startswith(f"row {row} of events: ")
        assert words in line
    assert texts(store.conversation("anna")) == ["hi", "again", "after"]
    store.close()


def test_json_that_only_python_writes_is_read(path: Path, project: Project) -> None:
    add_row(path, "carl", '{"event": "user", "text": "half \\ud83d, \\u0000 and \\ud83d\\ude00", "timestamp": NaN}')
    store = open_store(str(path), project, {})
    assert texts(store.conversation("carl")) == ["half ?, \x00 and 😀"]
    store.close()


def test_an_empty_store_says_what_that_can_mean(tmp_path: Path, project: Project) -> None:
    store = open_store(str(database(tmp_path / "empty.db")), project, {})
    said, (told,) = everything(store)
    assert said == {}
    assert "need not mean that nobody spoke" in told
    store.close()


def test_a_table_of_another_shape_is_refused(tmp_path: Path, project: Project) -> None:
    other, none, named = tmp_path / "other.db", tmp_path / "none.db", tmp_path / "named.db"
    for path, statement in ((other, "CREATE TABLE events (id INTEGER, payload TEXT)"), (none, "CREATE TABLE x (y)")):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
    with pytest.raises(TrainerError, match="none of Rasa's") as refused:
        open_store(str(other), project, {})
    assert "lacks sender_id, data" in str(refused.value)
    with pytest.raises(TrainerError, match="cannot be read as a tracker store"):
        open_store(str(none), project, {})
    with closing(sqlite3.connect(named)) as connection, connection:
        connection.execute("CREATE TABLE events (id TEXT, sender_id TEXT, data TEXT)")
        connection.execute("INSERT INTO events VALUES ('first', 'anna', '{}')")
    with pytest.raises(TrainerError, match="no numbers"):
        list(open_store(str(named), project, {}).conversations())


def test_a_store_that_goes_away_in_the_middle_is_told_behind_what_was_read(tmp_path: Path, project: Project) -> None:
    path = database(tmp_path / "tracker.db")
    add_messages(path, 12_000)
    store = open_store(str(path), project, {})
    reading = store.conversations()
    assert isinstance(next(reading), StoredConversation)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE events")
    with pytest.raises(TrainerError, match="cannot be read"):
        list(reading)
    store.close()


def test_without_a_source_it_is_the_tracker_store_of_endpoints(path: Path, project: Project) -> None:
    (path.parent / "endpoints.yml").write_text("tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: ${DATABASE}\n")
    project = load_project(Sources(path.parent), {})
    assert project.warnings == ()
    store = open_store(None, project, {"DATABASE": "tracker.db"})
    assert list(everything(store)[0]) == ["anna", "bob"]
    store.close()
    with pytest.raises(TrainerError, match="DATABASE"):
        open_store(None, project, {})


@pytest.mark.parametrize("rasa", ["rasa36", "rasa28"])
def test_what_real_rasa_wrote_is_given_event_by_event(corpus: Path, project: Project, rasa: str) -> None:
    folder = corpus / "talk" / "trackers" / rasa
    before = (folder / "tracker.db").read_bytes()
    store = open_store(str(folder / "tracker.db"), project, {})
    found = list(store.conversations())
    assert len(found) == 6
    for path in folder.glob("*.ALL.json"):
        tracker = json.loads(path.read_text(encoding="utf-8"))
        events = list(store.conversation(tracker["sender_id"]).events)
        assert events[-len(tracker["events"]) :] == tracker["events"]
        # 2.8 tells of the latest session alone.
        assert events == tracker["events"] or (rasa == "rasa28" and tracker["events"][0]["event"] == "session_started")
    store.close()
    assert (folder / "tracker.db").read_bytes() == before


def test_closing_ends_a_query_that_another_thread_waits_for() -> None:
    begun = threading.Event()

    def connected() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.create_function("begun", 0, begun.set)
        return connection

    database = SqliteDatabase(connected, "tracker.db")
    endless = "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT 1 FROM n) SELECT COUNT(*) FROM n"
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(database.rows, endless, {})
        begun.wait()
        database.close()
        with pytest.raises(TrainerError):
            reading.result()


@pytest.mark.parametrize("name", ["c1_form_interrupted", "c3_restart"])
@pytest.mark.parametrize("version", ["2.8", "3.6"])
def test_where_a_conversation_comes_to_is_where_rasa_s_own_tracker_is(corpus: Path, version: str, name: str) -> None:
    trackers = corpus / "talk" / "trackers"
    folder = trackers / f"rasa{version.replace('.', '')}"
    tracker = json.loads((folder / f"{name}.ALL.json").read_text())
    bot = load_project(Sources(trackers / f"bot_{version}"), {})
    store = open_store(str(folder / "tracker.db"), bot, {})
    found, problems = sessions(store.conversation(name).texts)
    store.close()
    assert problems == []
    last = DialogueStateTracker.start(bot.domain).with_events(found[-1].events)
    assert {slot: last.slots.get(slot) for slot in bot.domain.slots} == {
        slot: tracker["slots"][slot] for slot in bot.domain.slots
    }
    assert (last.active_loop.name if last.active_loop else None) == tracker["active_loop"].get("name")
    assert last.latest_action == tracker["latest_action_name"]
    said = [event["text"] for event in tracker["events"] if event["event"] == "user"]
    assert [message.text for session in found for message in session.messages][-len(said) :] == said
