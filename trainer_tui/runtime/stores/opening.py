"""From what a person names, or endpoints.yml configures, to the store of conversations."""

from __future__ import annotations

from collections.abc import Mapping
from os.path import exists, expanduser
from pathlib import Path

from trainer_tui.errors import Place, TrainerError
from trainer_tui.formats.yaml.tracker_store import TrackerStore
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.stores.address import address_of
from trainer_tui.runtime.stores.files import FileStore
from trainer_tui.runtime.stores.redis import RedisStore
from trainer_tui.runtime.stores.server import ServerDatabase
from trainer_tui.runtime.stores.sql import SqlStore
from trainer_tui.runtime.stores.sqlite import is_sqlite, read_only
from trainer_tui.runtime.stores.store import Store


def open_store(source: str | None, project: Project, environ: Mapping[str, str]) -> Store:
    """The store that `source` names: a URL, a file or a folder of files; without one the `tracker_store` of
    endpoints.yml. TrainerError where there is none, or it does not let in."""
    if source is None:
        return _configured(project, environ)
    if "://" in source:
        return _at(TrackerStore({"url": source}, Place("--from")), Path(), environ)
    path = Path(expanduser(source))
    if is_sqlite(path):
        return SqlStore(read_only(path, _label(path, project.root)))
    if not exists(path):
        raise TrainerError(f"there is no {source}", hint="Name a URL, a file or a folder of conversations.")
    return FileStore(path, _label(path, project.root))


def _label(path: Path, root: Path) -> str:
    """One name for a file, from wherever it is named: as the bot's endpoints.yml would."""
    whole, root = path.resolve(), root.resolve()
    return str(whole.relative_to(root) if whole.is_relative_to(root) else whole)


def _configured(project: Project, environ: Mapping[str, str]) -> Store:
    section = project.endpoints.tracker_store
    if section is None:
        raise TrainerError(
            "no tracker_store is configured in endpoints.yml", hint="Name a URL or a file: --from SOURCE."
        )
    return _at(section, project.root, environ)


def _at(section: TrackerStore, folder: Path, environ: Mapping[str, str]) -> Store:
    """The store of a section; a file of SQLite is looked for from that folder."""
    address = address_of(section, environ)
    if address.kind == "redis":
        return RedisStore(address)
    if address.kind == "sqlite":
        return SqlStore(read_only(folder / address.database, address.label))
    return SqlStore(ServerDatabase(address))
