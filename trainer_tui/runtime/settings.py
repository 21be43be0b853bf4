"""Settings: a person's own config.toml, and trainer.toml beside a bot, which a team shares. Flags outrank both.

`python -m trainer_tui.runtime.settings` prints docs/settings.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from os.path import exists
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_config_path

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.runtime.files import read_exactly, read_text, write_atomically
from trainer_tui.words import near

Kind = Literal["text", "switch", "confidence", "path", "paths", "keys"]
Owner = Literal["person", "bot"]

PROJECT_FILE = "trainer.toml"
"""Beside the bot. It is not the configuration of its pipeline, which is Rasa's config.yml."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a file: whose it may be, what it is for, an example, and the argument that it is the default of.

    `is_inverted`: the argument switches off what the setting switches on.
    """

    key: str
    kind: Kind
    owners: tuple[Owner, ...]
    what: str
    example: str
    argument: str = ""
    is_inverted: bool = False


SETTINGS = (
    Setting("theme", "text", ("person",), "How the screen looks; the palette's *Theme* writes it.", '"trainer-dark"'),
    Setting("ascii", "switch", ("person",), "No box or block characters, as `--ascii`.", "true", "ascii"),
    Setting("mouse", "switch", ("person",), "`false`: as `--no-mouse`.", "false", "no_mouse", is_inverted=True),
    Setting("plain", "switch", ("person",), "Sessions line by line, as `--plain`.", "true", "plain"),
    Setting(
        "stories-pane",
        "switch",
        ("person", "bot"),
        "`false`: no stories pane, as `--skip-visualization`.",
        "false",
        "skip_visualization",
        is_inverted=True,
    ),
    Setting(
        "accept-above",
        "confidence",
        ("person", "bot"),
        "Predictions that are at least this sure are accepted by themselves, as `--accept-above`.",
        "0.95",
        "accept_above",
    ),
    Setting("domain", "paths", ("bot",), "Domain file(s) or folder(s), as `--domain`.", '["domain"]'),
    Setting("stories", "paths", ("bot",), "Training data, as `--stories`.", '["data"]'),
    Setting("config", "path", ("bot",), "Policies and pipeline, as `--config`.", '"config.yml"'),
    Setting("endpoints", "path", ("bot",), "Servers, as `--endpoints`.", '"endpoints.yml"'),
    Setting(
        "keymap", "keys", ("person",), "Other keys: docs/keybindings.md has the ids.", '{"session.fork" = "ctrl+k"}'
    ),
)
_EXPECTED: Mapping[Kind, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text", lambda value: isinstance(value, str)),
    "switch": ("true or false", lambda value: isinstance(value, bool)),
    "confidence": (
        "a number above 0, at most 1",
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1,
    ),
    "path": ("a path as text", lambda value: isinstance(value, str)),
    "paths": (
        "a list of paths",
        lambda value: isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value),
    ),
    "keys": (
        "a table of ids and keys",
        lambda value: isinstance(value, dict) and all(isinstance(keys, str) for keys in value.values()),
    ),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file says, as far as it can be followed; `problems` are what cannot."""

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """The defaults that these give to a command line's arguments."""
        settled = (setting for setting in SETTINGS if setting.argument and setting.key in self.values)
        return {
            setting.argument: not self.values[setting.key] if setting.is_inverted else self.values[setting.key]
            for setting in settled
        }

    def paths(self, key: str, folder: Path) -> list[Path] | None:
        """The path or paths of a bot that these name, which begin in its folder; None where they name none."""
        named = self.values.get(key)
        return None if named is None else [folder / path for path in ([named] if isinstance(named, str) else named)]


def own_file() -> Path:
    return user_config_path("trainer_tui", appauthor=False) / "config.toml"


def own_settings() -> Settings:
    return read_settings(own_file(), "person")


def bot_settings(folder: Path) -> Settings:
    return read_settings(folder / PROJECT_FILE, "bot")


def read_settings(file: Path, owner: Owner) -> Settings:
    """What the file says; a missing file says nothing, and a broken one is a problem, never a crash."""
    if not exists(file):
        return Settings()
    import tomllib

    try:
        text = read_text(file)
        found = tomllib.loads(text)
    except (TrainerError, OSError, tomllib.TOMLDecodeError) as error:
        return Settings({}, (Problem(f"{error}; the file is left aside", Place(str(file)), is_error=False),))
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    known = {setting.key: setting for setting in SETTINGS if owner in setting.owners}
    for key, value in found.items():
        setting = known.get(key)
        fault = _unknown(key, known, owner) if setting is None else _unlike(setting, value)
        if fault:
            problems.append(Problem(fault[0], Place(str(file), _line_of(key, text)), fault[1], is_error=False))
        else:
            values[key] = value
    return Settings(values, tuple(problems))


def _unknown(key: str, known: Mapping[str, Setting], owner: Owner) -> tuple[str, str]:
    if any(setting.key == key for setting in SETTINGS):
        where = f"the person's own {own_file()}" if owner == "bot" else f"{PROJECT_FILE} beside the bot"
        return f"{key} is no setting of this file", f"It belongs into {where}."
    meant = near(key, known)
    return f"there is no setting {key!r}", f"Did you mean {meant[0]}?" if meant else f"There are {', '.join(known)}."


def _unlike(setting: Setting, value: Any) -> tuple[str, str] | None:
    expected, fits = _EXPECTED[setting.kind]
    if fits(value):
        return None
    return f"{setting.key} is {value!r}", f"It is {expected}: {setting.key} = {setting.example}"


def _line_of(key: str, text: str) -> int | None:
    """TOML's parser tells no lines of what it has read."""
    begins = re.compile(rf"""\s*(\[\s*)?["']?{re.escape(key)}["']?\s*[\]=.]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if begins.match(line)), None)


def keep_theme(name: str) -> None:
    """Write the theme into the person's own file, where nothing else changes."""
    import tomlkit

    file = own_file()
    try:
        text = read_exactly(file) or ""
        document = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise TrainerError("the theme is not kept", f"{file}: {error}") from error
    if "theme" in document:
        document["theme"] = name
        text = tomlkit.dumps(document)
    else:
        # A new key goes before all tables, and tomlkit puts it between the first one and the comment that tells of it.
        line_end = "\r\n" if "\r\n" in text else "\n"
        text = f"theme = {tomlkit.item(name).as_string()}{line_end}{text}"
    write_atomically(file, text)


TEMPLATE = "# What can stand here: docs/settings.md, or trainer-tui config --help.\n" + "".join(
    f"\n# {setting.what}\n# {setting.key} = {setting.example}\n" for setting in SETTINGS if "person" in setting.owners
)
"""A new config.toml: all that can be set, and nothing set."""


_PAGE = f"""# Settings

Generated from `trainer_tui/runtime/settings.py` by `python -m trainer_tui.runtime.settings`; do not edit.

Your own settings stand in `config.toml` of your configuration folder (`trainer-tui config --path` says where), what
belongs to a bot in `{PROJECT_FILE}` in its folder, which a team keeps under git. A flag outranks the bot's settings,
and these outrank yours. Both files are TOML, and both may be missing.

    trainer-tui config --path            print where your own file is
    trainer-tui config --edit            open it in $EDITOR; a new one lists all that can be set
    trainer-tui config --check FOLDER    what of both cannot be followed, with its line; exit code 1 then

A key that is not known is named with the nearest known one, and changes nothing else.

| key | file | what it does | example |
|---|---|---|---|
"""


def as_markdown() -> str:
    """docs/settings.md."""
    files = {"person": "`config.toml`", "bot": f"`{PROJECT_FILE}`"}
    return _PAGE + "".join(
        f"| `{setting.key}` | {' or '.join(files[owner] for owner in setting.owners)} | {setting.what} | "
        f"`{setting.key} = {setting.example}` |\n"
        for setting in SETTINGS
    )


if __name__ == "__main__":
    print(as_markdown(), end="")
