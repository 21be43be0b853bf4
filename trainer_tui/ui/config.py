"""A person's own settings: `[keymap]` and `theme` of config.toml in their configuration folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_config_path

from trainer_tui.ui.keymap import clashes


@dataclass(frozen=True, slots=True)
class Config:
    """`keymap`: command id → keys. `faults`: what could not be followed, said once at the start."""

    keymap: dict[str, str] = field(default_factory=dict)
    theme: str | None = None
    faults: tuple[str, ...] = ()


def config_file() -> Path:
    return user_config_path("trainer_tui", appauthor=False) / "config.toml"


def read_config() -> Config:
    """The settings; a missing file is none, and a broken one is a fault, never a crash."""
    file = config_file()
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Config(faults=(f"{file}: {error}; it is left aside.",))
    keymap = found.get("keymap", {})
    theme = found.get("theme")
    faults = []
    if not isinstance(keymap, dict) or not all(isinstance(keys, str) for keys in keymap.values()):
        faults.append(f'{file}: [keymap] is a table of ids and keys, such as "session.fork" = "ctrl+x".')
        keymap = {}
    wrong = clashes(keymap)
    faults += wrong.values()
    if theme is not None and not isinstance(theme, str):
        faults.append(f'{file}: theme is the name of one, such as "trainer-light".')
        theme = None
    followed = {id_: keys for id_, keys in keymap.items() if id_ not in wrong}
    return Config(followed, theme, tuple(faults))
