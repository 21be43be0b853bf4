"""Conversations of a real PostgreSQL: let in as Rasa is, read as what it wrote, and never written to."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.runtime.stores.conftest import IN_URL, PASSWORD, Postgres, free_port
from tests.runtime.stores.tracker_table import everything, turn
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import Store, StoredConversation

TABLE = """
CREATE SEQUENCE events_id_seq START 1;
CREATE TABLE events (
    id integer DEFAULT nextval('events_id_seq') NOT NULL PRIMARY KEY, sender_id varchar(255) NOT NULL,
    type_name varchar(255) NOT NULL, "timestamp" double precision, intent_name varchar(255),
    action_name varchar(255), data text
);
CREATE INDEX ix_events_sender_id ON events (sender_id);
"""


def row(sender: str, data: str) -> str:
    escaped = data.replace("'", "''")
    return f"INSERT INTO events (sender_id, type_name, data) VALUES ('{sender}', 'user', '{escaped}');\n"


def rows(sender: str, text: str) -> str:
    return "".join(row(sender, json.dumps(event)) for event in turn(text))


@pytest.fixture(scope="module")
def small(postgres: Postgres) -> Postgres:
    postgres.database("small", TABLE + rows("anna", "hi") + rows("bob", "ho") + rows("anna", "again"))
    return postgres


def configured(project: Project, environ: dict[str, str], **values: object) -> Store:
    lines = ["tracker_store:", "  type: SQL"] + [f"  {name}: {json.dumps(value)}" for name, value in values.items()]
    (project.root / "endpoints.yml").write_text("\n".join(lines) + "\n")
    return open_store(None, load_project(Sources(project.root), {}), environ)


def test_it_is_read_with_the_keys_of_endpoints(small: Postgres, project: Project) -> None:
    keys = {"username": "rasa", "password": "${DB_PASSWORD}", "db": "small"}
    store = configured(
        project,
        {"DB_PASSWORD": PASSWORD, "HOST": "127.0.0.1"},
        **keys,
        dialect="postgresql",
        url="${HOST}",
        port=small.port,
    )
    assert store.label == f"postgresql://${{HOST}}:{small.port}/small"
    said, unreadable = everything(store)
    assert list(said.items()) == [("anna", ["hi", "again"]), ("bob", ["ho"])]
    assert unreadable == []
    store.close()
    for url, port in ((f"127.0.0.1:{small.port}", 1), (str(small.sockets), small.port)):
        store = configured(
            project, {"DB_PASSWORD": PASSWORD}, **keys, dialect="postgresql+psycopg2", url=url, port=port
        )
        assert list(everything(store)[0]) == ["anna", "bob"]
        store.close()


def test_only_what_is_new_is_read_and_nothing_but_select_is_sent(small: Postgres, project: Project) -> None:
    small.database("growing", TABLE + rows("anna", "hi") + rows("bob", "ho"))
    sent = small.log.stat().st_size
    url = f"postgresql://rasa:${{PW}}@127.0.0.1:{small.port}/growing"
    store = open_store(url, project, IN_URL)
    everything(store)
    mark = store.mark()
    assert everything(store, mark) == ({}, [])
    statements = set(re.findall(r"(?:statement|execute \S+): \s*(\w+)", small.log.read_text()[sent:]))
    assert "SELECT" in {statement.upper() for statement in statements}
    assert {statement.upper() for statement in statements} <= {"SELECT", "SHOW", "BEGIN", "COMMIT", "ROLLBACK"}
    with small.connected("growing") as connection:
        connection.execute(rows("bob", "more").encode())
    assert everything(store, mark) == ({"bob": ["ho", "more"]}, [])
    store.close()


def test_the_connection_itself_refuses_to_write(small: Postgres) -> None:
    from trainer_tui.errors import Place
    from trainer_tui.formats.yaml.tracker_store import TrackerStore
    from trainer_tui.runtime.stores.address import address_of
    from trainer_tui.runtime.stores.server import ServerDatabase

    with small.connected("postgres") as connection:
        connection.execute(b"CREATE ROLE owner SUPERUSER LOGIN PASSWORD 'owner-password'")
    url = f"postgresql://owner:owner-password@127.0.0.1:{small.port}/small"
    database = ServerDatabase(address_of(TrackerStore({"url": url}, Place("--from")), {}))
    with pytest.raises(TrainerError, match="read-only"):
        database.rows("DELETE FROM events RETURNING id", {})
    database.close()


def test_a_schema_is_named_by_the_variable_that_rasa_takes(postgres: Postgres, project: Project) -> None:
    postgres.database(
        "schemas",
        "CREATE SCHEMA bot; SET search_path = bot;"
        + TABLE
        + rows("carl", "in the schema")
        + "GRANT USAGE ON SCHEMA bot TO rasa; GRANT SELECT ON ALL TABLES IN SCHEMA bot TO rasa;",
    )
    url = f"postgresql://rasa:${{PW}}@127.0.0.1:{postgres.port}/schemas"
    store = open_store(url, project, {**IN_URL, "POSTGRESQL_SCHEMA": "bot"})
    assert list(everything(store)[0]) == ["carl"]
    store.close()
    with pytest.raises(TrainerError, match="cannot be read"):
        open_store(url, project, IN_URL)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("postgresql://rasa:wrong-password@127.0.0.1:{port}/small", "password authentication failed"),
        ("postgresql://rasa:${{PW}}@127.0.0.1:{port}/nowhere?application_name=wrong-password", "does not exist"),
        ("postgresql://rasa:${{PW}}@127.0.0.1:{unused}/small", ""),
        ("postgresql://rasa:${{PW}}@127.0.0.1:{port}/other", "none of Rasa's"),
        ("postgresql://rasa:${{PW}}@127.0.0.1:{port}/forbidden", "permission denied"),
    ],
)
def test_what_does_not_let_in_is_one_line_without_secrets(
    small: Postgres, project: Project, source: str, told: str
) -> None:
    if told == "none of Rasa's":
        small.database("other", "CREATE TABLE events (id integer, payload text);")
    if told == "permission denied":
        small.database("forbidden", TABLE)
        with small.connected("forbidden") as connection:
            connection.execute(b"REVOKE SELECT ON events FROM rasa")
    with pytest.raises(TrainerError) as refused:
        open_store(source.format(port=small.port, unused=free_port()), project, IN_URL)
    line = str(refused.value)
    assert told in line
    assert "\n" not in line
    assert "127.0.0.1" in line
    for secret in ("wrong-password", PASSWORD, IN_URL["PW"], "rasa:", '"rasa"'):
        assert secret not in line


def test_what_cannot_be_read_is_named_by_its_row_and_the_rest_goes_on(postgres: Postgres, project: Project) -> None:
    long = row("anna", json.dumps({"event": "user", "text": "x" * 10_000_000}))
    postgres.database(
        "broken", TABLE + rows("anna", "hi") + row("anna", '{"event": "us') + long + rows("anna", "after")
    )
    store = open_store(f"postgresql://rasa:${{PW}}@127.0.0.1:{postgres.port}/broken", project, IN_URL)
    said, unreadable = everything(store)
    assert said == {"anna": ["hi", "after"]}
    assert [line.partition(":")[0] for line in unreadable] == ["row 4 of events", "row 5 of events"]
    store.close()


def test_a_server_that_goes_away_in_the_middle_is_told_behind_what_was_read(
    postgres: Postgres, project: Project
) -> None:
    generated = "INSERT INTO events (sender_id, type_name, data) SELECT 'user ' || n % 2000, 'user', %s FROM g;"
    event = json.dumps(turn("hi")[0])
    series = "WITH g AS (SELECT generate_series(1, 12000) AS n) "
    postgres.database("leaving", TABLE + series + generated.replace("%s", f"'{event}'"))
    store = open_store(f"postgresql://rasa:${{PW}}@127.0.0.1:{postgres.port}/leaving", project, IN_URL)
    reading = store.conversations()
    assert isinstance(next(reading), StoredConversation)
    with postgres.connected("postgres") as connection:
        connection.execute(b"ALTER ROLE rasa NOLOGIN")
        connection.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rasa'")
    try:
        with pytest.raises(TrainerError, match="cannot be read"):
            list(reading)
    finally:
        with postgres.connected("postgres") as connection:
            connection.execute(b"ALTER ROLE rasa LOGIN")
    store.close()


@pytest.mark.parametrize("sample", ["postgres36", "postgres28"])
def test_what_real_rasa_wrote_is_given_event_by_event(
    corpus: Path, postgres: Postgres, project: Project, sample: str
) -> None:
    trackers = corpus / "talk" / "trackers"
    postgres.database(sample, (trackers / f"{sample}.sql").read_text(encoding="utf-8"))
    store = open_store(f"postgresql://rasa:${{PW}}@127.0.0.1:{postgres.port}/{sample}", project, IN_URL)
    found = {item.sender_id: item.events for item in store.conversations() if isinstance(item, StoredConversation)}
    store.close()
    with postgres.connected(sample) as connection:
        stored = connection.execute(b"SELECT sender_id, data FROM events ORDER BY id").fetchall()
    assert {sender: list(events) for sender, events in found.items()} == {
        sender: [json.loads(data) for other, data in stored if other == sender] for sender in found
    }
    assert sum(len(events) for events in found.values()) == len(stored)
