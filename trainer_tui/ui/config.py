"""What of a person's settings the screen follows: keys and theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from trainer_tui.dataclass import dataclass
from trainer_tui.ui.remapping import clashes
from trainer_tui.ui.theme import THEMES
from trainer_tui.words import near


@dataclass(frozen=True, slots=True)
class Config:
    """`keymap`: command id → keys. `faults`: what could not be followed, said once at the start."""

    keymap: Mapping[str, str] = field(default_factory=dict)
    theme: str = THEMES[0].name
    faults: tuple[str, ...] = ()


def config_of(values: Mapping[str, Any], faults: tuple[str, ...] = ()) -> Config:
    """What can be followed of these settings; `faults` are known already."""
    keymap: Mapping[str, str] = values.get("keymap", {})
    theme = values.get("theme", THEMES[0].name)
    wrong = clashes(keymap)
    followed = {id_: keys for id_, keys in keymap.items() if id_ not in wrong}
    known = [one.name for one in THEMES]
    if theme in known:
        return Config(followed, theme, (*faults, *wrong.values()))
    close = near(theme, known)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
    return Config(
        followed, faults=(*faults, *wrong.values(), f"theme = {theme!r}: there is none of this name; {meant}")
    )


def faults_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    return config_of(values).faults
