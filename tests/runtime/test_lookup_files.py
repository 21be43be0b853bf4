"""A lookup table may stand in a file of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.runtime.reading.project_data import read_project


def project(root: Path, table: str) -> Path:
    (root / "data").mkdir()
    (root / "domain.yml").write_text("intents: [go]\n", encoding="utf-8")
    (root / "data" / "nlu.md").write_text(f"## intent:go\n- to Rome\n\n## lookup:city\n  {table}\n", encoding="utf-8")
    return root


def test_its_elements_are_the_lines_of_the_file(tmp_path: Path) -> None:
    root = project(tmp_path, "data/cities.txt")
    (root / "data" / "cities.txt").write_text("\ufeffRome\r\n\n  São Paulo \n", encoding="utf-8")
    found = read_project(root)
    (table,) = found.nlu.lookups
    assert (table.name, table.path, table.elements) == ("city", "data/cities.txt", ("Rome", "São Paulo"))
    assert not any("lookup" in problem.message for problem in found.problems)


def test_a_file_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    root = project(tmp_path, "data/cities.txt")
    (problem,) = [problem for problem in read_project(root).problems if "lookup table" in problem.message]
    assert not problem.is_error
    assert "'city'" in problem.message
    assert str(problem).startswith("data/cities.txt: ")
    (root / "data" / "cities.txt").write_bytes(b"\xff\xfe\x00")
    assert any("UTF-16" in problem.message for problem in read_project(root).problems)


@pytest.mark.parametrize("named", ["/dev/zero", "/dev/stdin\0"])
def test_what_is_no_file_is_a_warning_at_once(tmp_path: Path, named: str) -> None:
    warnings = [str(problem) for problem in read_project(project(tmp_path, named)).problems]
    assert any(warning.startswith(f"{named}: the lookup table 'city'") for warning in warnings)
