"""What the contracts of import-linter in pyproject.toml cannot say: a part of a package, and a builtin."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.floors import (
    FLOORS_WITHOUT_DISK,
    PACKAGE,
    PURE_FLOORS,
    among,
    calls,
    files,
    imports,
    label,
    methods,
    names,
)


@pytest.mark.parametrize("file", [file for floor in PURE_FLOORS for file in files(floor)], ids=label)
def test_pure_floors_take_addresses_apart_and_fetch_none(file: Path) -> None:
    assert not among(imports(file), {"urllib.request"})


# What a floor that turns text into objects and objects into text has no use for: `PurePath` names files well enough.
THE_DISK = {"fileinput", "glob", "io", "os", "pathlib.Path", "shutil", "sqlite3", "tempfile", "zipfile"}


@pytest.mark.parametrize("file", [file for floor in FLOORS_WITHOUT_DISK for file in files(floor)], ids=label)
def test_text_and_objects_know_no_disk(file: Path) -> None:
    assert not among(imports(file), THE_DISK)
    assert "open" not in calls(file)


# What prints by itself: the one place for it, a review's process into a pipe, what writes tables of keys and settings.
PRINTING = {
    "commands/output.py",
    "runtime/review/process.py",
    "runtime/settings.py",
    "ui/key_page.py",
}


@pytest.mark.parametrize(
    "file", [file for file in sorted(PACKAGE.rglob("*.py")) if label(file) not in PRINTING], ids=label
)
def test_every_line_is_printed_in_one_place_where_nothing_steers_the_terminal(file: Path) -> None:
    assert "print" not in calls(file)


# Those of a Path raise where a name is longer than the system takes, or in a folder that one may not look into.
RAISING = {"exists", "is_dir", "is_file", "expanduser"}


def test_whether_a_path_is_there_is_asked_of_os_path_which_never_raises() -> None:
    assert not [label(file) for file in PACKAGE.rglob("*.py") if RAISING & methods(file)]


def test_workers_are_given_work_in_one_place_where_no_coroutine_is_made_that_may_never_be_awaited() -> None:
    assert [label(file) for file in files("ui") if "run_worker" in names(file)] == ["ui/workers.py"]
