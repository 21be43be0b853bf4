"""Conversations of a real MariaDB, where one is on the PATH: no wheel has one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.runtime.stores.conftest import IN_URL, PASSWORD, MariaDB
from tests.runtime.stores.tracker_table import everything, turn
from trainer_tui.errors import Place, TrainerError
from trainer_tui.formats.yaml.tracker_store import TrackerStore
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.stores.address import address_of
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.server import ServerDatabase
from trainer_tui.runtime.stores.store import StoredConversation


def url(server: MariaDB, name: str, scheme: str = "mysql") -> str:
    return f"{scheme}://rasa:${{PW}}@127.0.0.1:{server.port}/{name}"


def test_only_what_is_new_is_read_and_names_that_the_server_takes_for_the_same_are_not(
    mariadb: MariaDB, project: Project
) -> None:
    senders = ["anna", "Anna", "anna ", "änna"]
    mariadb.database("small", [(sender, event) for sender in senders for event in turn(f"hi, {sender}")])
    store = open_store(url(mariadb, "small", "mysql+pymysql"), project, IN_URL)
    assert store.label == f"mysql+pymysql://127.0.0.1:{mariadb.port}/small"
    assert everything(store) == ({sender: [f"hi, {sender}"] for sender in reversed(senders)}, [])
    mark = store.mark()
    assert everything(store, mark) == ({}, [])
    mariadb.add("small", [("anna", event) for event in turn("more")])
    assert everything(store, mark)[0]["anna"] == ["hi, anna", "more"]
    store.close()


def test_the_connection_itself_refuses_to_write(mariadb: MariaDB) -> None:
    mariadb.database("kept", [("anna", turn("hi")[0])])
    address = address_of(TrackerStore({"url": url(mariadb, "kept")}, Place("--from")), IN_URL)
    database = ServerDatabase(address)
    with pytest.raises(TrainerError, match="READ ONLY"):
        database.rows("DELETE FROM events", {})
    assert database.rows("SELECT COUNT(*) FROM events", {}) == [(1,)]
    database.close()


@pytest.mark.parametrize(
    "source", ["mysql://rasa:wrong-password@127.0.0.1:{port}/mysql", "mysql://rasa:${{PW}}@127.0.0.1:{port}/no"]
)
def test_what_does_not_let_in_is_one_line_without_secrets(mariadb: MariaDB, project: Project, source: str) -> None:
    with pytest.raises(TrainerError, match=f"127.0.0.1:{mariadb.port}") as refused:
        open_store(source.format(port=mariadb.port), project, IN_URL)
    line = str(refused.value)
    assert "\n" not in line
    assert not any(secret in line for secret in ("wrong-password", PASSWORD, IN_URL["PW"], "'rasa'"))


def test_what_real_rasa_wrote_is_given_event_by_event(corpus: Path, mariadb: MariaDB, project: Project) -> None:
    sample = corpus / "talk" / "trackers" / "rasa36" / "tracker.db"
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as connection:
        stored = [
            (sender, json.loads(data))
            for sender, data in connection.execute("SELECT sender_id, data FROM events ORDER BY id")
        ]
    mariadb.database("rasa36", stored)
    store = open_store(url(mariadb, "rasa36", "mariadb"), project, IN_URL)
    found = {
        item.sender_id: list(item.events) for item in store.conversations() if isinstance(item, StoredConversation)
    }
    store.close()
    assert found == {sender: [event for other, event in stored if other == sender] for sender in found}
    assert sum(map(len, found.values())) == len(stored)
