"""PostgreSQL and MySQL (MariaDB), asked through SQLAlchemy in connections that may only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.stores.address import Address

NOT_INSTALLED = "pip install 'trainer-tui[stores]'"
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_PATIENCE = 10
"""Seconds in which a server has to let in."""


class ServerDatabase:
    def __init__(self, address: Address) -> None:
        self.label = address.label
        self._address = address
        try:
            import sqlalchemy

            self._sqlalchemy = sqlalchemy
            # A statement by itself is a transaction: none stays open that a server would have to keep things for.
            self._engine = sqlalchemy.create_engine(
                url_of(address), isolation_level="AUTOCOMMIT", connect_args=_read_only(address), hide_parameters=True
            )
        except ImportError:
            raise TrainerError(
                f"{self.label} is read through SQLAlchemy", "It or the driver is not installed.", NOT_INSTALLED
            ) from None

    def rows(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        try:
            with self._engine.connect() as connection:
                found = connection.execute(self._sqlalchemy.text(statement), parameters).fetchall()
        except self._sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failed(error) from None
        return [tuple(row) for row in found]

    def columns(self, statement: str) -> Sequence[str]:
        try:
            with self._engine.connect() as connection:
                return list(connection.execute(self._sqlalchemy.text(statement)).keys())
        except self._sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        self._engine.dispose()

    def _failed(self, error: Exception) -> TrainerError:
        """What the driver said, in one line and without secrets; SQLAlchemy adds the statement to it."""
        said = " ".join(str(getattr(error, "orig", None) or error).split("\n", 1)[0].split())
        return TrainerError(
            f"{self.label} cannot be read",
            self._address.concealed(said)[:300],
            "See that the server runs, and that user, password and database are those of the bot's tracker_store.",
        )


def url_of(address: Address) -> Any:
    """The URL as SQLAlchemy has it; its text would lose the folder of a socket."""
    from sqlalchemy import URL

    query = {str(name): str(value) for name, value in address.options.items()}
    return URL.create(
        _DRIVERS[address.kind],
        username=address.username,
        password=address.password,
        host=address.host,
        port=address.port,
        database=address.database or None,
        query=query,
    )


def _read_only(address: Address) -> dict[str, Any]:
    if address.kind == "mysql":
        return {"connect_timeout": _PATIENCE, "init_command": "SET SESSION TRANSACTION READ ONLY"}
    options = ["-c default_transaction_read_only=on"]
    if address.schema:
        options.append("-c search_path=" + address.schema.replace("\\", "\\\\").replace(" ", "\\ "))
    if own := address.options.get("options"):
        options.insert(0, str(own))
    # Statements that are prepared stay behind in a pool of connections.
    return {"connect_timeout": _PATIENCE, "prepare_threshold": None, "options": " ".join(options)}
