"""What the floors may name at all, whether at the top of a module or inside a function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.floors import FLOORS, PACKAGE, PURE_FLOORS, everything_but_ui, files, imports, label

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
    "urllib",
}


@pytest.mark.parametrize("file", [file for floor in PURE_FLOORS for file in files(floor)], ids=label)
def test_pure_floors_know_no_clock_chance_thread_process_network_or_log(file: Path) -> None:
    assert not imports(file) & CLOCK_CHANCE_THREAD_PROCESS_NETWORK_LOG


@pytest.mark.parametrize("file", everything_but_ui(), ids=label)
def test_only_ui_names_the_screen(file: Path) -> None:
    assert not imports(file) & {"rich", "textual", "curses"}


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=label)
def test_nobody_names_rasa_or_another_yaml_library_or_pickle(file: Path) -> None:
    """PyYAML reads YAML, a loaded model runs no code, and Rasa is what we read, never what we need."""
    assert not imports(file) & {
        "rasa",
        "rasa_core",
        "rasa_core_sdk",
        "rasa_nlu",
        "rasa_sdk",
        "ruamel",
        "pickle",
        "dill",
    }


def test_every_folder_is_a_floor() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert folders <= set(FLOORS)
