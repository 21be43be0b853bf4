"""Whose code a person trusts: the actions of a project are programs, which run only once the person has said so.

What was said is remembered outside the project, by its path and the names of the modules that would run: where a file
was added, as by a pull, it is asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from trainer_tui.errors import TrainerError
from trainer_tui.runtime.action_server import Launch
from trainer_tui.runtime.files import write_atomically


def trust_file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("trainer_tui", appauthor=False) / "trusted.json"


def is_trusted(launch: Launch) -> bool:
    """Whether the person said yes to this code; what cannot be read is no yes."""
    return _known().get(str(launch.root.resolve())) == _names(launch)


def trust(launch: Launch) -> str:
    """Remember the yes; a line on why it cannot be, if so."""
    file = trust_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps({**_known(), str(launch.root.resolve()): _names(launch)}, indent=1) + "\n")
    except (OSError, TrainerError) as error:
        return f"It will be asked again: {error}."
    return ""


def modules(launch: Launch) -> list[str]:
    """The files that would run, as the project's folder names them."""
    return sorted(path.relative_to(launch.root).as_posix() for path in launch.code())


def _names(launch: Launch) -> str:
    return hashlib.sha256("\n".join(modules(launch)).encode("utf-8", "surrogateescape")).hexdigest()


def _known() -> Mapping[str, str]:
    try:
        found = json.loads(trust_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
