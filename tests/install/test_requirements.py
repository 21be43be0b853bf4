"""What a fresh clone installs is written down to the last byte: exact versions and their sums, for every Python."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ("run", "test", "rasa-core-sdk", "lock")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "x86_64"), ("darwin", "arm64"))


def locked(name: str) -> list[tuple[Requirement, int]]:
    """The requirements of a lock file, each with how many sums of files it allows."""
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(Requirement(line.split(" --hash=")[0]), line.count(" --hash=sha256:")) for line in lines]


def environment_of(python: str, system: tuple[str, str]) -> dict[str, str]:
    """What markers of requirements are held against there."""
    platform, machine = system
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_machine": machine,
        "platform_system": platform.capitalize(),
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def installed(name: str, python: str, system: tuple[str, str] = SYSTEMS[0]) -> dict[str, SpecifierSet]:
    """What pip takes from a lock file with that Python on that system; AssertionError where that is ambiguous."""
    found: dict[str, SpecifierSet] = {}
    environment = environment_of(python, system)
    for requirement, _ in locked(name):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            package = canonicalize_name(requirement.name)
            assert package not in found
            found[package] = requirement.specifier
    return found


@pytest.fixture(scope="module")
def project() -> Any:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(project: Any, name: str, environment: dict[str, str]) -> list[Requirement]:
    """What the project names for itself, and a lock file has to hold."""
    extras = project["project"]["optional-dependencies"]
    run = [*project["build-system"]["requires"], *project["project"]["dependencies"], *extras["actions"]]
    lines = {
        "run": run,
        "test": [*run, *extras["dev"]],
        "rasa-core-sdk": (CHECKOUT / "requirements" / "rasa-core-sdk.in").read_text(encoding="utf-8").splitlines(),
        "lock": project["dependency-groups"]["lock"],
    }[name]
    asked = [Requirement(line) for line in lines if not line.startswith("#")]
    return [requirement for requirement in asked if not requirement.marker or requirement.marker.evaluate(environment)]


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_one_version_with_its_sums_and_from_no_particular_place(name: str) -> None:
    requirements = locked(name)
    assert requirements
    for requirement, sums in requirements:
        assert str(requirement.specifier).startswith("=="), requirement
        assert requirement.url is None, requirement
        assert sums, requirement
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^ *-(?!-hash=)", text, re.MULTILINE), "no option of pip, which would name a place"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_what_the_project_asks_for_is_pinned_within_its_bounds(project: Any, name: str, python: str) -> None:
    for system in SYSTEMS:
        pins = installed(name, python, system)
        for requirement in asked_for(project, name, environment_of(python, system)):
            (pin,) = pins[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(pin.version), f"{requirement} has {pin}: make lock"


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_on_what_the_program_runs_on_and_their_tools_are_not_installed_with_it(python: str) -> None:
    run, test = installed("run", python), installed("test", python)
    assert run.items() <= test.items()
    assert not run.keys() & {"pytest", "hypothesis", "mypy", "ruff", "import-linter", "distributed"}


def test_whoever_installs_the_package_is_kept_from_versions_that_may_break_it(project: Any) -> None:
    extras = project["project"]["optional-dependencies"]
    for line in chain(project["build-system"]["requires"], project["project"]["dependencies"], *extras.values()):
        bounds = {bound.operator for bound in Requirement(line).specifier}
        assert bounds == {">=", "<"}, line
