"""From what a person names, or endpoints.yml configures, to the store of conversations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.stores.sql import SqlStore
from trainer_tui.runtime.stores.sqlite import SqliteDatabase, is_sqlite
from trainer_tui.runtime.stores.store import Store


def open_store(source: str | None, project: Project, environ: Mapping[str, str]) -> Store:
    """The store that `source` names, a URL or a file; without one the `tracker_store` of endpoints.yml. TrainerError
    where there is none, or it does not let in."""
    if source is None:
        return _configured(project, environ)
    path = Path(source).expanduser()
    if is_sqlite(path):
        return SqlStore(SqliteDatabase(path, source))
    raise TrainerError(f"{source} is no store of conversations")


def _configured(project: Project, environ: Mapping[str, str]) -> Store:
    section = project.endpoints.tracker_store
    if section is None:
        raise TrainerError(
            "no tracker_store is configured in endpoints.yml", hint="Name a URL or a file: --from SOURCE."
        )
    values = section.values(environ)
    written = str(section.written.get("db", "rasa.db"))
    return SqlStore(SqliteDatabase(project.root / str(values.get("db", "rasa.db")), written))
