"""How a tracker store is reached: Rasa's keys and URLs, and what of them is shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pytest

from trainer_tui.errors import Place, TrainerError
from trainer_tui.formats.yaml.tracker_store import TrackerStore
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.stores.address import Address, address_of
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.server import url_of


def address(environ: Mapping[str, str] | None = None, **section: Any) -> Address:
    return address_of(TrackerStore(section, Place("endpoints.yml", 1)), environ or {})


def connected(found: Address) -> Mapping[str, Any]:
    """What SQLAlchemy hands to the driver."""
    url = url_of(found)
    arguments: Mapping[str, Any] = url.get_dialect()().create_connect_args(url)[1]
    return arguments


def test_mysql_with_keys_and_as_a_url() -> None:
    keys = address(
        type="SQL",
        dialect="mysql+pymysql",
        url="db.example",
        port=3307,
        db="rasa",
        username="ann",
        password="p@ss/word",
    )
    url = address(url="mariadb://ann:p%40ss%2Fword@db.example:3307/rasa")
    for found in (keys, url):
        assert found.kind == "mysql"
        assert connected(found) == {
            "host": "db.example",
            "port": 3307,
            "user": "ann",
            "password": "p@ss/word",
            "database": "rasa",
        } | {name: value for name, value in connected(found).items() if name == "client_flag"}
    assert keys.label == "mysql://db.example:3307/rasa"


def test_a_host_may_hold_its_port_and_may_be_a_folder_of_sockets() -> None:
    keys: dict[str, Any] = {"type": "SQL", "dialect": "postgresql", "db": "rasa"}
    assert connected(address(**keys, url="db.example:5433", port=1)) == {
        "host": "db.example",
        "port": 5433,
        "dbname": "rasa",
    }
    assert connected(address(**keys, url="/run/postgresql", port=5433)) == {
        "host": "/run/postgresql",
        "port": 5433,
        "dbname": "rasa",
    }


def test_a_whole_url_stands_for_all_and_its_database_is_as_it_is_written() -> None:
    found = address(
        type="SQL",
        dialect="sqlite",
        db="ignored",
        url="postgresql+psycopg2://ann:pw%3A1@[::1]:5433/a%20b?sslmode=require",
    )
    assert connected(found) == {
        "host": "::1",
        "port": 5433,
        "user": "ann",
        "password": "pw:1",
        "dbname": "a%20b",
        "sslmode": "require",
    }


@pytest.mark.parametrize("dialect", ["postgresql", "postgresql+psycopg2"])
def test_the_schema_is_taken_where_rasa_takes_it(dialect: str) -> None:
    environ = {"POSTGRESQL_SCHEMA": "bot"}
    keys = address(environ, type="SQL", dialect=dialect, url="h", db="rasa")
    assert keys.schema == ("bot" if dialect == "postgresql" else None)
    assert address(environ, url=f"{dialect}://h/rasa").schema == "bot"


@pytest.mark.parametrize(
    ("section", "label"),
    [
        ({"url": "postgresql://ann:pw@h/rasa?password=pw"}, "postgresql://h/rasa"),
        ({"url": "postgresql://ann:half@pw@h/rasa"}, "postgresql://h/rasa"),
        ({"url": "postgresql://ann:${PW}@${HOST}:5432/rasa"}, "postgresql://${HOST}:5432/rasa"),
        ({"url": "rediss://:${PW}@h:6380/1"}, "rediss://h:6380/1"),
        ({"type": "redis", "url": "${HOST}", "password": "${PW}"}, "redis://${HOST}/0"),
        ({"type": "SQL", "dialect": "postgresql", "url": "${HOST}", "db": "rasa"}, "postgresql://${HOST}/rasa"),
        ({"type": "SQL", "db": "here/tracker.db"}, "here/tracker.db"),
        ({"type": "SQL"}, "rasa.db"),
        ({"url": "sqlite:////srv/tracker.db"}, "/srv/tracker.db"),
    ],
)
def test_what_is_shown_is_without_user_password_and_query(section: Mapping[str, Any], label: str) -> None:
    found = address({"PW": "hush-hush", "HOST": "h.example"}, **section)
    assert found.label == label
    for secret in ("hush", "pw", "h.example", "ann"):
        assert secret not in repr(found.label)
    assert "hush" not in repr(found)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(TrainerError, match="'DB_PASSWORD', which is not set"):
        address(type="SQL", password="${DB_PASSWORD}")


@pytest.mark.parametrize(
    ("section", "hint"),
    [
        ({"type": "mongod", "url": "mongodb://ann:pw@h"}, "mongoexport"),
        ({"type": "dynamo"}, "rasa export"),
        ({"type": "in_memory"}, "event_broker"),
        ({}, "event_broker"),
        ({"type": "bot.stores.OurStore", "url": "h"}, "rasa export"),
        ({"type": "SQL", "dialect": "oracle"}, "rasa export"),
        ({"url": "postgres://ann:pw@h/rasa"}, "postgresql://"),
    ],
)
def test_another_kind_of_store_says_what_to_use_instead(section: Mapping[str, Any], hint: str) -> None:
    with pytest.raises(TrainerError) as refused:
        address(**section)
    assert hint in str(refused.value)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "module"),
    [("postgresql://h/rasa", "sqlalchemy"), ("mysql://h/rasa", "pymysql"), ("redis://h", "redis")],
)
def test_where_a_library_is_missing_the_command_that_installs_it_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch, source: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(TrainerError, match=r"pip install 'trainer-tui\[stores\]'"):
        open_store(source, project, {})
