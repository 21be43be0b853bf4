"""config.yml: what cannot be meant so is said, with its line, and the rest is read."""

from __future__ import annotations

import pytest

from trainer_tui.formats.yaml.config import Config, ConfigRead, config_of
from trainer_tui.formats.yaml.reader import read_yaml


def read(text: str) -> ConfigRead:
    return config_of(read_yaml(text, "config.yml"), "config.yml")


@pytest.mark.parametrize(
    ("line", "found", "expected"),
    [
        ("importers: 5", "'importers:' holds a number", "'- name: ...'"),
        ("importers: RasaFileImporter", "'importers:' holds a text", "'- name: ...'"),
        ("importers: [5]", "an item of 'importers:' has no name", "'- name: ...'"),
        ("importers: [{module: my.own}]", "an item of 'importers:' has no name", "'- name: ...'"),
        ("recipe: [default.v1]", "'recipe:' holds a list", "default.v1"),
        ("recipe: true", "'recipe:' holds a boolean", "default.v1"),
        ("recipe: 2026-01-31", "'recipe:' holds a date", "default.v1"),
        ("language: 5", "'language:' holds a number", "'en'"),
        ("language: {name: en}", "'language:' holds a mapping", "'en'"),
        ("assistant_id: [mine]", "'assistant_id:' holds a list", "a name"),
        ("assistant_id: false", "'assistant_id:' holds a boolean", "a name"),
        ("policies: 5", "'policies:' holds a number", "'- name: ...'"),
        ("policies: {MemoizationPolicy: {}}", "'policies:' holds a mapping", "'- name: ...'"),
        ("policies: [{name: 5}]", "an item of 'policies:' has no name", "'- name: ...'"),
        ("policies: [[MemoizationPolicy]]", "an item of 'policies:' has no name", "'- name: ...'"),
        ("pipeline: true", "'pipeline:' holds a boolean", "'- name: ...'"),
        ("pipeline: [{}]", "an item of 'pipeline:' has no name", "'- name: ...'"),
    ],
)
def test_a_key_that_holds_another_kind_of_value_is_said(line: str, found: str, expected: str) -> None:
    config = read(f"# mine\n{line}\n")
    (problem,) = config.problems
    assert str(problem.place) == "config.yml:2"
    assert found in problem.message
    assert expected in problem.hint
    assert not config.config.policies and not config.config.pipeline and config.config.language is None


@pytest.mark.parametrize("value", ["", "~"])
def test_a_key_that_holds_nothing_is_one_that_is_not_there(value: str) -> None:
    keys = ("policies", "pipeline", "language", "recipe", "importers", "assistant_id")
    assert read("".join(f"{key}: {value}\n" for key in keys)) == ConfigRead(Config())


def test_an_id_of_digits_is_one() -> None:
    assert read("assistant_id: 20260131\nlanguage: no\n") == ConfigRead(Config(language="no"))
