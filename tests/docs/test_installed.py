"""docs/installed.md names each package that is asked for, and none is asked for that nothing uses."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PAGE = (ROOT / "docs" / "installed.md").read_text()


def named(tables_row: str) -> set[str]:
    return set(re.findall(rf"^\| {tables_row} \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("wanted", PROJECT["dependencies"])
def test_each_package_stands_in_the_table_and_is_used(wanted: str) -> None:
    name = re.split(r"[<>=;\[ ]", wanted)[0]
    assert name in named("([a-z-]+)")
    modules = [module for module, names in packages_distributions().items() if name.lower() in map(str.lower, names)]
    imports = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(modules)})\b", re.MULTILINE)
    assert any(imports.search(path.read_text()) for path in (ROOT / "trainer_tui").rglob("*.py"))


def test_the_tables_name_nothing_else() -> None:
    asked = {re.split(r"[<>=;\[ ]", wanted)[0] for wanted in PROJECT["dependencies"]}
    assert named("([a-z-]+)") - {"package", "extra"} == asked
    assert named("`([a-z]+)`") == set(PROJECT["optional-dependencies"]) - {"dev"}
