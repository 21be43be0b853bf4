"""What the floors may name at all, whether at the top of a module or inside a function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.floors import (
    FLOORS,
    FLOORS_WITHOUT_DISK,
    PACKAGE,
    PURE_FLOORS,
    among,
    calls,
    everything_but_ui,
    files,
    imports,
    label,
)

CLOCK_CHANCE_THREAD_PROCESS_NETWORK_LOG = {
    "_thread",
    "asyncio",
    "concurrent",
    "http",
    "httpx",
    "logging",
    "multiprocessing",
    "random",
    "requests",
    "secrets",
    "select",
    "socket",
    "ssl",
    "subprocess",
    "threading",
    "time",
    "urllib.request",
}


@pytest.mark.parametrize("file", [file for floor in PURE_FLOORS for file in files(floor)], ids=label)
def test_pure_floors_know_no_clock_chance_thread_process_network_or_log(file: Path) -> None:
    assert not among(imports(file), CLOCK_CHANCE_THREAD_PROCESS_NETWORK_LOG)


# What a floor that turns text into objects and objects into text has no use for: `PurePath` names files well enough.
THE_DISK = {"fileinput", "glob", "io", "os", "pathlib.Path", "shutil", "sqlite3", "tempfile", "zipfile"}


@pytest.mark.parametrize("file", [file for floor in FLOORS_WITHOUT_DISK for file in files(floor)], ids=label)
def test_text_and_objects_know_no_disk(file: Path) -> None:
    assert not among(imports(file), THE_DISK)
    assert "open" not in calls(file)


@pytest.mark.parametrize("file", everything_but_ui(), ids=label)
def test_only_ui_names_the_screen(file: Path) -> None:
    assert not among(imports(file), {"rich", "textual", "curses"})


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=label)
def test_yaml_is_read_by_pyyaml_and_a_model_runs_no_code(file: Path) -> None:
    assert not among(imports(file), {"ruamel", "pickle", "dill", "cloudpickle", "marshal", "shelve"})


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=label)
def test_nothing_needs_rasa(file: Path) -> None:
    """Only the launcher, which runs in the environment of a bot's actions, knows the SDK that it finds there."""
    if label(file) != "runtime/action_launcher.py":
        assert not among(imports(file), {"rasa", "rasa_core", "rasa_core_sdk", "rasa_nlu", "rasa_sdk"})


def test_every_folder_is_a_floor() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert folders <= set(FLOORS)
