"""A bot's folder, whatever its era: everything in it is found, and every file's problems are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.core.events import Era
from trainer_tui.runtime.reading.project_data import ProjectData, read_project

STORY = "stories:\n- story: a\n  steps:\n  - intent: greet\n"
MARKDOWN_STORY = "## a\n* greet\n - utter_greet\n"


def project_of(root: Path, files: dict[str, str]) -> ProjectData:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return read_project(root)


def names(project: ProjectData, kind: str) -> list[str]:
    return [path.relative_to(project.root).as_posix() for path in project.files_with(kind)]


def test_a_bot_of_2017(tmp_path: Path) -> None:
    files = {
        "domain.yml": "templates: {utter_greet: [hi]}\nintents: [greet]\n",
        "stories.md": MARKDOWN_STORY,
        "nlu.md": "## intent:greet\n- hi\n",
        "policy_config.yml": "policies:\n- name: KerasPolicy\n",
        "nlu_config.yml": "pipeline: spacy_sklearn\nlanguage: en\n",
        "README.md": "# Bot\n* one\n- two\n",
    }
    project = project_of(tmp_path, files)
    assert project.problems == ()
    assert project.domain.era is Era.CORE
    assert (names(project, "stories"), names(project, "nlu")) == (["stories.md"], ["nlu.md"])
    assert project.config.policies is not None
    assert [policy.name for policy in project.config.policies] == ["KerasPolicy"]
    assert (project.config.pipeline or ())[0].name == "spacy_sklearn"


def test_a_bot_of_today_with_a_split_domain_and_mixed_files(tmp_path: Path) -> None:
    files = {
        "domain/a.yml": 'version: "3.1"\nintents: [greet]\n',
        "domain/b.yml": "actions: [x]\n",
        "data/all.yml": STORY
        + "nlu:\n- intent: greet\n  examples: |\n    - hi\nresponses: {utter_a: [{text: b}]}\nrules: []\n",
        "data/core/stories.md": MARKDOWN_STORY,
        "tests/test_stories.yml": STORY,
        "config.yml": "policies: []\n",
        "endpoints.yml": "action_endpoint: {url: x}\n",
        "models/x.yml": "broken: [",
    }
    project = project_of(tmp_path, files)
    assert project.problems == ()
    assert names(project, "domain") == ["domain/a.yml", "domain/b.yml"]
    assert names(project, "stories") == ["data/all.yml", "data/core/stories.md"]
    assert names(project, "test stories") == ["tests/test_stories.yml"]
    assert names(project, "endpoints") == ["endpoints.yml"]
    assert list(project.domain.responses) == ["utter_a"]
    assert (len(project.stories.steps), len(project.test_stories.steps), len(project.nlu.examples)) == (2, 1, 1)


def test_one_bad_file_does_not_hide_the_problems_of_the_others(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [a]\nslots: {s: {type: zap}}\n",
        "data/a.yml": "stories: [\n",
        "data/b.yml": STORY + "  - slot_was_set: x\n",
        "data/c.md": "## intent:a\n- [x]{1}\n- y\n",
        "data/d.yml": "nlu: []\nnlu: []\n",
        "config.yml": "policies: {a\n",
    }
    project = project_of(tmp_path, files)
    assert sorted({problem.place.path for problem in project.errors if problem.place}) == sorted(files)
    assert (len(project.stories.steps), len(project.nlu.examples)) == (1, 1)


def test_26_other_dialects_sections_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [greet]\n",
        "data/flows.yml": "flows:\n  a: {steps: []}\n",
        "data/mixed.yml": STORY + "multiflow_stories: []\n",
        "e2e/t.yml": "test_cases: []\n",
    }
    project = project_of(tmp_path, files)
    assert project.errors == ()
    assert sorted(str(problem.place) for problem in project.warnings) == [
        "data/flows.yml:1",
        "data/mixed.yml:5",
        "e2e/t.yml:1",
    ]
    assert len(project.stories.steps) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no domain was found"),
        ({"domain.yml": ""}, "domain.yml: the file holds no domain"),
        ({"one_domain.yml": "intents: []", "two_domain.yml": "intents: []"}, "several domains"),
    ],
)
def test_without_a_domain_the_error_says_what_to_do(files: dict[str, str], message: str, tmp_path: Path) -> None:
    project = project_of(tmp_path, files)
    [problem] = project.errors
    assert message in str(problem)
    assert "-d" in problem.hint or "intents" in problem.hint


def test_what_is_given_and_missing_is_an_error_each(tmp_path: Path) -> None:
    project = read_project(tmp_path, [tmp_path / "no.yml"], [tmp_path / "none"])
    assert ["does not exist" in problem.message for problem in project.errors] == [True, True]


def test_only_what_is_given_is_read(tmp_path: Path) -> None:
    project_of(
        tmp_path, {"domain.yml": "intents: [a]", "other.yml": "intents: [b]", "data/a.yml": STORY, "x/b.yml": STORY}
    )
    project = read_project(tmp_path, [tmp_path / "other.yml"], [tmp_path / "x"])
    assert list(project.domain.intents) == ["b"]
    assert names(project, "stories") == ["x/b.yml"]


def test_files_of_other_programs_beside_a_bot_are_left_alone(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [greet]\n",
        "stories.md": MARKDOWN_STORY,
        "mkdocs.yml": "theme: !!python/name:x\n",
        "k8s.yml": "a: 1\n---\nb: 2\n",
        "TODO.md": "# To do\n* one\n  - two\n",
        "package.json": "{",
        "data/README.md": "# Data\n* one\n- two\n",
        "broken_stories.yml": "stories: [\n",
    }
    project = project_of(tmp_path, files)
    assert [str(problem.place) for problem in project.problems] == ["broken_stories.yml:2:1"]
    assert names(project, "stories") == ["stories.md"]
