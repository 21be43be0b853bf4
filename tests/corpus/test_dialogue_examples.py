"""Real bots and Rasa's own test stories: what we train on is what Rasa trains on."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.core.featurizers import StateMaker, labelled_actions, training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.states import State
from trainer_tui.core.stories import StoryFile
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.conflicts import find_conflicts
from trainer_tui.insight.story_steps import StorySteps
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


@pytest.mark.parametrize("file", golden_files("examples"), ids=lambda file: file.stem)
def test_who_does_otherwise_and_which_history_tells_them_apart_follow_from_rasas_examples(
    file: Path, corpus: Path
) -> None:
    """For policies that look back less far than the examples go, what is told further back is known."""
    golden = json.loads(file.read_text(encoding="utf-8"))
    if golden.get("wrong_pairs") or golden.get("right_pairs_rasa_misses"):
        pytest.skip("Rasa itself shifts some of these examples")
    folder = folder_of(golden, corpus / "bots")
    project = read_project(folder, [folder / golden["domain"]], [folder / name for name in golden["data"]])
    domain = as_of_today(project.domain)
    trackers = [tracker for tracker in training_trackers(project.stories, domain) if not tracker.is_rule]
    for max_history in range(1, _GOLDEN_HISTORY):
        acting: dict[str, set[str]] = defaultdict(set)
        beside: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for example in golden["examples"]:
            window = json.dumps(example["states"][-max_history:], sort_keys=True)
            acting[window].add(example["action"])
            beside[window].append(example)
        looked_up = StorySteps(trackers, domain, max_history)
        for tracker in trackers:
            for labelled in labelled_actions(tracker, domain, max_history):
                before = DialogueStateTracker.start(domain).with_events(tracker.events[: labelled.index])
                step = looked_up.step(before, labelled.action)
                assert {one.action for one in looked_up.beside(step)} == acting[as_key(looked_up.window(step))]
        found = {as_key(one.states): one for one in find_conflicts(trackers, domain, max_history)}
        wanted = conflicting({**one, "states": one["states"][-max_history:]} for one in golden["examples"])
        assert {window: {side.action for side in one.sides} for window, one in found.items()} == wanted
        for window, one in found.items():
            lengths = [int(item.name) for item in one.apart if item.kind == "max_history"]
            assert [length for length in lengths if length <= _GOLDEN_HISTORY] == smallest_history(
                beside[window], max_history
            )


_GOLDEN_HISTORY = 5


def as_key(states: Iterable[State]) -> str:
    return json.dumps([state.as_dict() for state in states], sort_keys=True)


def smallest_history(examples: Sequence[dict[str, Any]], max_history: int) -> list[int]:
    """The one beyond `max_history` with which no two of these have the same states and other actions; none where the
    examples do not go back so far."""
    for length in range(max_history + 1, _GOLDEN_HISTORY + 1):
        actions: dict[str, set[str]] = defaultdict(set)
        for example in examples:
            actions[json.dumps(example["states"][-length:], sort_keys=True)].add(example["action"])
        if all(len(found) == 1 for found in actions.values()):
            return [length]
    return []


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
