"""Real bots and Rasa's own test stories: what we train on is what Rasa trains on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.core.featurizers import StateMaker, training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import StoryFile
from trainer_tui.insight.conflicts import find_conflicts
from trainer_tui.runtime.reading.project_data import ProjectData, read_project


def golden_files(kind: str) -> list[Path]:
    corpus = os.environ.get("TRAINER_TUI_CORPUS")
    return sorted(Path(corpus, "golden", kind).glob("*.json")) if corpus else []


def as_of_today(domain: Domain) -> Domain:
    """What is compared was derived by Rasa 2.8, which calls actions in bots of Rasa Core by its own names."""
    return replace(domain, era=Era.RASA_2) if domain.era is Era.CORE else domain


def examples_of(stories: StoryFile, domain: Domain) -> set[str]:
    domain = as_of_today(domain)
    states = StateMaker(domain)
    return {
        as_line({"states": [state.as_dict() for state in example.states], "action": example.action})
        for tracker in training_trackers(stories, domain)
        if not tracker.is_rule
        for example in training_examples(tracker, domain, 5, states)
    }


def as_line(example: Any) -> str:
    return json.dumps({"states": example["states"], "action": example["action"]}, sort_keys=True)


def assert_same(found: set[str], golden: dict[str, Any]) -> None:
    """All of Rasa's examples but the pairs it shifts, and none but those that it loses by shifting."""
    wrong = set(golden.get("wrong_pairs") or ())
    wanted = {as_line(example) for index, example in enumerate(golden["examples"]) if index not in wrong}
    allowed = wanted | {as_line(example) for example in golden.get("right_pairs_rasa_misses") or ()}
    assert sorted(wanted - found)[:3] == []
    assert sorted(found - allowed)[:3] == []


def assert_same_conflicts(stories: StoryFile, domain: Domain, golden: dict[str, Any]) -> None:
    """Where two of Rasa's examples have the same states and other actions, all of it and nothing else; what its
    shifted pairs hide may be found as well."""
    domain = as_of_today(domain)
    conflicts = find_conflicts(training_trackers(stories, domain), domain, 5)
    found = {
        json.dumps([state.as_dict() for state in one.states], sort_keys=True): set(one.actions) for one in conflicts
    }
    wrong = set(golden.get("wrong_pairs") or ())
    right = [example for index, example in enumerate(golden["examples"]) if index not in wrong]
    missed = golden.get("right_pairs_rasa_misses") or []
    wanted, allowed = conflicting(right), conflicting([*right, *missed])
    assert all(wanted[states] <= found.get(states, set()) for states in wanted)
    assert all(found[states] <= allowed.get(states, set()) for states in found)


def conflicting(examples: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """As Rasa: what differs at the very start is no conflict."""
    actions: dict[str, set[str]] = {}
    for example in examples:
        if {"action_name", "action_text"} & set(example["states"][-1].get("prev_action", ())):
            actions.setdefault(json.dumps(example["states"], sort_keys=True), set()).add(example["action"])
    return {states: found for states, found in actions.items() if len(found) > 1}


def folder_of(golden: dict[str, Any], bots: Path) -> Path:
    """Where the paths of a golden file begin: the project, or its parent where the project is a `data` folder."""
    project: Path = bots / golden["project"]
    return project if (project / golden["files"][0]).exists() else project.parent


@pytest.mark.parametrize("file", golden_files("examples"), ids=lambda file: file.stem)
def test_a_project_yields_the_examples_that_rasa_derives_and_their_conflicts(file: Path, corpus: Path) -> None:
    golden = json.loads(file.read_text(encoding="utf-8"))
    folder = folder_of(golden, corpus / "bots")
    project = read_project(folder, [folder / golden["domain"]], [folder / name for name in golden["data"]])
    assert project.errors == ()
    assert [path.relative_to(folder).as_posix() for path in project.files_with("stories")] == golden["files"]
    assert_same(examples_of(project.stories, project.domain), golden)
    assert_same_conflicts(project.stories, project.domain, golden)


@pytest.mark.parametrize("file", golden_files("stories"), ids=lambda file: file.stem)
def test_a_story_file_yields_the_examples_that_rasa_derives(file: Path, corpus: Path) -> None:
    golden = json.loads(file.read_text(encoding="utf-8"))
    project = read(corpus / "bots", golden["domain"], golden["files"])
    if "error" in golden:
        # One that Rasa 2.8 refused has slots in an `or:`, which Rasa reads since 3.0.
        assert project.errors or file.stem.endswith("story_with_or_slot_was_set.yml")
    else:
        assert_same(examples_of(project.stories, project.domain), golden)


def test_the_probe_of_every_slot_type_role_and_or_yields_rasas_examples(corpus: Path) -> None:
    golden = json.loads((corpus / "golden/probe/examples.json").read_text(encoding="utf-8"))
    project = read(corpus / "golden/probe", golden["domain"], golden["files"])
    assert project.errors == ()
    assert_same(examples_of(project.stories, project.domain), golden)


def read(root: Path, domain: str, files: Sequence[str] | Iterable[str]) -> ProjectData:
    return read_project(root, [root / domain], [root / file for file in files])
