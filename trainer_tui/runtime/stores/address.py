"""Where a tracker store is and how it lets in, from `tracker_store:` of endpoints.yml or a URL, as Rasa 3.6 reads them.

>>> from trainer_tui.errors import Place
>>> section = TrackerStore({"url": "postgresql://ann:${PW}@db.example:5433/rasa?sslmode=require"}, Place("--from"))
>>> address = address_of(section, {"PW": "hush-hush"})
>>> address.label, address.password, address.concealed('no entry for "ann" with hush-hush')
('postgresql://db.example:5433/rasa', 'hush-hush', 'no entry for … with ${PW}')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.formats.yaml.tracker_store import TrackerStore
from trainer_tui.formats.yaml.variables import concealed

Kind = Literal["sqlite", "postgresql", "mysql", "redis"]
_KINDS: Mapping[str, Kind] = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "redis": "redis",
    "rediss": "redis",
}
_INSTEAD = {
    "mongod": "Write its conversations to a file (mongoexport --collection=conversations), and name that: --from FILE.",
    "dynamo": "Write its conversations to a file with `rasa export` and an event broker of type file: --from FILE.",
    "in_memory": "It is gone when the bot stops. Let the bot write its events to a file (event_broker: type: file).",
    "postgres": "Its URL begins with postgresql://.",
}
_OTHER = "SQLite, PostgreSQL, MySQL and Redis are read here. Let `rasa export` write the events to a file: --from FILE."


@dataclass(frozen=True, slots=True)
class Address:
    """`database` is the path of an SQLite file as it is written, a database's name or Redis' number; `schema` what
    POSTGRESQL_SCHEMA names. `options` are those of the driver, or further keys of Redis' section."""

    kind: Kind
    label: str
    database: str
    host: str | None = None
    port: int | None = None
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    schema: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def concealed(self, text: str) -> str:
        """What a driver says, without what it may quote of the secrets."""
        options = (str(value) for value in self.options.values())
        # A name in quotes is one, however short it is.
        user = (f'"{self.username}"', f"'{self.username}'") if self.username else ()
        return concealed(text, (*user, self.password or "", *options), self.variables)


@dataclass(frozen=True, slots=True)
class _Url:
    scheme: str
    username: str | None
    password: str | None
    host: str
    port: str
    database: str
    options: Mapping[str, str]

    @property
    def label(self) -> str:
        # What stands before an @ that is not escaped belongs to the password.
        host = self.host.rpartition("@")[2]
        return f"{self.scheme}://{host}{self.port and ':'}{self.port}/{self.database}"


def address_of(section: TrackerStore, environ: Mapping[str, str]) -> Address:
    """TrainerError where a variable is not set, or the store is of a kind that is not read here."""
    values, written = section.values(environ), section.written
    kind = str(values.get("type") or "").casefold()
    url = str(values.get("url") or "")
    if "://" in url:
        return _address_of_url(_split(url), _split(str(written["url"])), url, section, environ)
    if kind == "redis":
        dialect = "redis"
    elif kind == "sql":
        dialect = str(values.get("dialect") or "sqlite")
    else:
        raise _unknown(kind or "in_memory", kind)
    found = _KINDS.get(dialect.partition("+")[0])
    if found is None:
        raise _unknown(dialect, f"{kind} with the dialect {dialect}")
    host = urlsplit(f"//{url}")
    default = {"redis": 0, "sqlite": "rasa.db"}.get(found, "")
    database = written.get("db", default)
    shown = f"{found}://{written.get('url', 'localhost')}{_port_shown(written)}/{database}"
    is_redis = found == "redis"
    return Address(
        found,
        str(database) if found == "sqlite" else shown,
        str(values.get("db", default)),
        # A folder of sockets is no host of a URL.
        host.hostname or url or None,
        _number(host.port or values.get("port"), "port"),
        _text(values.get("username")),
        _text(values.get("password")),
        values if is_redis else dict(values.get("query") or {}),
        _schema(environ) if dialect == "postgresql" else None,
        section.variables(environ),
    )


def _address_of_url(url: _Url, written: _Url, text: str, section: TrackerStore, environ: Mapping[str, str]) -> Address:
    kind = _KINDS.get(url.scheme.partition("+")[0])
    if kind is None:
        raise _unknown("mongod" if url.scheme.startswith("mongodb") else url.scheme, url.scheme)
    options: Mapping[str, Any] = url.options
    if kind == "redis":
        options = {"use_ssl": url.scheme == "rediss", **options}
    return Address(
        kind,
        written.database if kind == "sqlite" else written.label,
        url.database or ("0" if kind == "redis" else ""),
        url.host or None,
        _number(url.port, "port"),
        url.username,
        url.password,
        options,
        _schema(environ) if "postgresql" in text else None,
        section.variables(environ),
    )


def _split(url: str) -> _Url:
    """As SQLAlchemy 1.4, Rasa's, takes a URL apart: user and password may be escaped, the database is as written."""
    scheme, _, rest = url.partition("://")
    before, at, behind = rest.partition("@")
    user, colon, password = before.partition(":")
    if not at or "/" in user:
        behind, user, colon, password = rest, "", "", ""
    place, _, query = behind.partition("?")
    address, _, database = place.partition("/")
    host, bracket, port = address.rpartition("]")
    if bracket:
        host = host.removeprefix("[")
    else:
        host, _, port = address.partition(":")
    return _Url(
        scheme,
        unquote(user) or None,
        unquote(password) if colon else None,
        host,
        port.removeprefix(":"),
        database,
        dict(parse_qsl(query)),
    )


def _unknown(kind: str, told: str) -> TrainerError:
    return TrainerError(
        f"a tracker store of the type {told!r} is not read here" if told else "the tracker_store has no type",
        hint=_INSTEAD.get(kind, _OTHER),
    )


def _schema(environ: Mapping[str, str]) -> str | None:
    return environ.get("POSTGRESQL_SCHEMA") or None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _port_shown(written: Mapping[Any, Any]) -> str:
    return f":{written['port']}" if written.get("port") is not None else ""


def _number(value: Any, name: str) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(value)
    except ValueError:
        raise TrainerError(f"the {name} of the tracker store is no number", hint="Expected a number.") from None
