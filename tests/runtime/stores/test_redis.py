"""Conversations of a real Redis: whole, only what changed, by a user who may only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.stores.conftest import IN_URL, PASSWORD, Redis, free_port
from tests.runtime.stores.tracker_table import everything, texts, turn, user
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.project import Project, Sources, load_project
from trainer_tui.runtime.stores.opening import open_store
from trainer_tui.runtime.stores.store import Store, StoredConversation


@pytest.fixture
def redis(redis_server: Redis) -> Iterator[Redis]:
    """Empty at first."""
    with redis_server.client() as client:
        client.flushall()
    yield redis_server


def put(redis: Redis, sender: str, events: list[dict[str, Any]], prefix: str = "", db: int = 0) -> None:
    with redis.client(db) as client:
        client.set(f"{prefix}tracker:{sender}", json.dumps({"events": events, "name": sender}))


def contents(redis: Redis) -> dict[bytes, Any]:
    with redis.client() as client:
        return {key: client.get(key) for key in client.scan_iter() if client.type(key) == b"string"}


def opened(redis: Redis, project: Project, behind: str = "/0") -> Store:
    return open_store(f"redis://reader:${{PW}}@127.0.0.1:{redis.port}{behind}", project, IN_URL)


def test_conversations_are_whole_and_only_those_that_grew_are_read_again(redis: Redis, project: Project) -> None:
    put(redis, "anna", [*turn("hi"), *turn("again")])
    put(redis, "bob", turn("ho"))
    before = contents(redis)
    store = opened(redis, project)
    assert store.label == f"redis://127.0.0.1:{redis.port}/0"
    assert everything(store) == ({"anna": ["hi", "again"], "bob": ["ho"]}, [])
    mark = store.mark()
    assert everything(store, mark) == ({}, [])
    assert contents(redis) == before
    put(redis, "bob", [*turn("ho"), *turn("more")])
    assert everything(store, mark) == ({"bob": ["ho", "more"]}, [])
    assert texts(store.conversation("anna")) == ["hi", "again"]
    with pytest.raises(TrainerError, match="no conversation 'carl'"):
        store.conversation("carl")
    store.close()


def test_thousands_of_conversations_come_once_each(redis: Redis, project: Project) -> None:
    with redis.client() as client:
        client.mset(
            {f"tracker:user {n}": json.dumps({"events": turn(f"m{n}"), "name": f"user {n}"}) for n in range(5000)}
        )
    store = opened(redis, project)
    said, unreadable = everything(store)
    assert said == {f"user {n}": [f"m{n}"] for n in range(5000)}
    assert unreadable == []
    store.close()


def test_it_is_read_with_the_keys_of_endpoints(redis: Redis, project: Project) -> None:
    put(redis, "anna", turn("hi"), prefix="botA:", db=2)
    put(redis, "bob", turn("of another bot"), db=2)
    (project.root / "endpoints.yml").write_text(
        "tracker_store:\n  type: redis\n  url: 127.0.0.1\n  port: ${PORT}\n  db: 2\n  username: reader\n"
        "  password: ${DB_PASSWORD}\n  key_prefix: botA\n  record_exp: 86400\n"
    )
    configured = load_project(Sources(project.root), {})
    store = open_store(None, configured, {"PORT": str(redis.port), "DB_PASSWORD": PASSWORD})
    assert store.label == "redis://127.0.0.1:${PORT}/2"
    assert everything(store) == ({"anna": ["hi"]}, [])
    store.close()


def test_a_prefix_that_was_not_named_is(redis: Redis, project: Project) -> None:
    put(redis, "anna", turn("hi"), prefix="botA:")
    store = opened(redis, project)
    said, (told,) = everything(store)
    assert said == {}
    assert "key_prefix botA" in told
    store.close()
    store = opened(redis, project, "/0?key_prefix=botA")
    assert everything(store) == ({"anna": ["hi"]}, [])
    store.close()


def test_an_empty_store_says_what_that_can_mean(redis: Redis, project: Project) -> None:
    store = opened(redis, project)
    said, (told,) = everything(store)
    assert said == {}
    assert "need not mean that nobody spoke" in told
    store.close()


def test_what_cannot_be_read_is_named_by_its_key_and_the_rest_goes_on(redis: Redis, project: Project) -> None:
    put(redis, "anna", [*turn("hi"), {"no": "event"}, user("x" * 10_000_000), *turn("after")])
    with redis.client() as client:
        client.set("tracker:broken", '{"events": [{"ev')
        client.set("tracker:other", "[1, 2]")
        client.rpush("tracker:list", "x")
        client.set("tracker:bytes", b"\xff\xfe")
    store = opened(redis, project)
    said, unreadable = everything(store)
    assert said == {"anna": ["hi", "after"]}
    assert sorted(line.partition(": ")[0] for line in unreadable) == [
        "tracker:anna, event 4",
        "tracker:anna, event 5",
        "tracker:broken",
        "tracker:bytes",
        "tracker:list",
        "tracker:other",
    ]
    store.close()


@pytest.mark.parametrize(
    "source", ["redis://reader:wrong-password@127.0.0.1:{port}/0", "redis://reader:${{PW}}@127.0.0.1:{unused}/0"]
)
def test_what_does_not_let_in_is_one_line_without_secrets(redis: Redis, project: Project, source: str) -> None:
    with pytest.raises(TrainerError, match="cannot be read") as refused:
        open_store(source.format(port=redis.port, unused=free_port()), project, IN_URL)
    line = str(refused.value)
    assert "\n" not in line
    for secret in ("wrong-password", PASSWORD, IN_URL["PW"], "reader"):
        assert secret not in line


def test_a_server_that_goes_away_in_the_middle_is_told_behind_what_was_read(redis: Redis, project: Project) -> None:
    for number in range(12):
        put(redis, f"user {number}", turn("x" * 900_000))
    store = opened(redis, project)
    reading = store.conversations()
    assert isinstance(next(reading), StoredConversation)
    with redis.client() as client:
        client.execute_command("ACL SETUSER reader off")
        client.client_kill_filter(_type="normal", skipme=True)
    try:
        with pytest.raises(TrainerError, match="cannot be read"):
            list(reading)
    finally:
        with redis.client() as client:
            client.execute_command("ACL SETUSER reader on")
    store.close()


@pytest.mark.parametrize("sample", ["redis36", "redis36_prefix_exp", "redis28"])
def test_what_real_rasa_wrote_is_given_event_by_event(
    corpus: Path, redis: Redis, project: Project, sample: str
) -> None:
    stored = json.loads((corpus / "talk" / "trackers" / f"{sample}.json").read_text(encoding="utf-8"))
    with redis.client() as client:
        for key, item in stored.items():
            client.set(key, item["value"])
    store = opened(redis, project, "/0?key_prefix=botA" if "prefix" in sample else "/0")
    found = [item for item in store.conversations() if isinstance(item, StoredConversation)]
    assert {item.sender_id: list(item.events) for item in found} == {
        json.loads(item["value"])["name"]: json.loads(item["value"])["events"] for item in stored.values()
    }
    store.close()
