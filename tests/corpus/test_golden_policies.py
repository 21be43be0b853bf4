"""Memory and rules predict what Rasa's predict, before every action of the corpus' conversations."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, ActiveLoop, Entity, Era, Event, SlotSet, UserUttered
from trainer_tui.core.featurizers import LabelledAction
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.states import State
from trainer_tui.core.stories import StoryFile, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.markdown.stories import looks_like_stories, parse_stories_markdown
from trainer_tui.formats.yaml.domain import merge, parse_domain
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.policy import Policy
from trainer_tui.policies.rule import RulePolicy

CORPUS = Path(os.environ.get("TRAINER_TUI_CORPUS", "no corpus"))
GOLDEN = CORPUS / "golden"
PROJECTS = sorted(file.stem for file in GOLDEN.glob("policies/*.json"))

SHIFTED = {
    "carbon-1.10-composite": (95, 80),
    "carbon-1.9-multilingual": (35, 20),
    "pair-carbon-md": (95, 80),
    "pair-carbon-yml": (95, 80),
}
"""How many predictions of memory and augmented memory differ where Rasa pairs the states of interrupted forms with the
labels of later actions, and remembers these pairs. Given Rasa's pairs, ours predict the same."""


@cache
def golden(kind: str, project: str) -> Any:
    return json.loads((GOLDEN / kind / f"{project}.json").read_text(encoding="utf-8"))


@cache
def domain_of(project: str) -> Domain:
    path = folder_of(project) / golden("policies", project)["domain"]
    files = sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]
    domain = merge(parse_domain(read(str(file)), str(file)) for file in files).domain
    # What is compared was derived by Rasa 2.8, which calls actions in bots of Rasa Core by its own names.
    return replace(domain, era=Era.RASA_2) if domain.era is Era.CORE else domain


@cache
def trackers_of(project: str) -> list[TrainingTracker]:
    stories = StoryFile()
    for data in golden("policies", project)["data"]:
        path = folder_of(project) / data
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            stories = stories.merged(stories_of(file))
    return training_trackers(stories, domain_of(project))


def stories_of(file: Path) -> StoryFile:
    if file.suffix in (".yml", ".yaml"):
        return parse_stories_yaml(read(str(file)), str(file)).stories
    if file.suffix == ".md" and file.name != "responses.md" and looks_like_stories(read(str(file))):
        return parse_stories_markdown(read(str(file)), str(file)).stories
    return StoryFile()


def read(path: str) -> str:
    return Path(path).read_bytes().decode("utf-8")


def folder_of(project: str) -> Path:
    folder: Path = CORPUS / "bots" / golden("policies", project)["project"]
    return folder.parent if folder.name == "data" else folder


def events_of(conversation: dict[str, Any]) -> Iterator[Event]:
    for event in conversation["events"]:
        match event:
            case {"action": name}:
                yield ActionExecuted(name)
            case {"action_text": text}:
                yield ActionExecuted(None, text=text)
            case {"user": intent, "entities": entities}:
                known = tuple(Entity.from_dict(entity) for entity in entities)
                yield UserUttered(text=event.get("text"), intent=intent or None, entities=known)
            case {"slot": name, "value": value}:
                yield SlotSet(name, value)
            case {"active_loop": name}:
                yield ActiveLoop(name)
            case _:
                raise ValueError(event)


def differences(project: str, policy: Policy, column: int) -> list[tuple[int, Any, Any]]:
    """(event, what we predict, what Rasa predicts) wherever that is not the same."""
    found = []
    for conversation in golden("policies", project)["conversations"]:
        wanted = {row[0]: row[1 + column] for row in conversation["predictions"]}
        tracker = DialogueStateTracker.start(domain_of(project))
        for index, event in enumerate(events_of(conversation)):
            if index in wanted:
                prediction = policy.predict(tracker, domain_of(project))
                ours = [prediction.action, prediction.confidence] if prediction.confidences else None
                if ours != wanted[index]:
                    found.append((index, ours, wanted[index]))
            tracker = tracker.with_event(event)
    return found


@pytest.mark.parametrize("project", PROJECTS)
def test_memory_predicts_as_rasas(project: str) -> None:
    trackers, domain = trackers_of(project), domain_of(project)
    plain = differences(project, MemoizationPolicy(5).train(trackers, domain), 0)
    augmented = differences(project, AugmentedMemoizationPolicy(5).train(trackers, domain), 1)
    if project in SHIFTED:
        assert (len(plain), len(augmented)) == SHIFTED[project]
    else:
        assert (plain, augmented) == ([], [])


@pytest.mark.parametrize("project", PROJECTS)
def test_rules_predict_as_rasas(project: str) -> None:
    policy = RulePolicy().train(trackers_of(project), domain_of(project))
    assert differences(project, policy, 2) == []


@pytest.mark.parametrize("project", [project for project in PROJECTS if project in SHIFTED])
def test_given_rasas_own_pairs_memory_predicts_as_rasas_where_these_are_shifted(project: str) -> None:
    for kind, column in ((MemoizationPolicy, 0), (AugmentedMemoizationPolicy, 1)):
        policy = kind(5)
        for example in golden("examples", project)["examples"]:
            states = tuple(state_of(state) for state in example["states"])
            policy.memorise(LabelledAction(states, example["action"], 0), "a story", None)
        assert differences(project, policy, column) == []


def state_of(source: dict[str, Any]) -> State:
    user, action = source.get("user", {}), source.get("prev_action", {})
    return State(
        user.get("intent"),
        tuple(user.get("entities", ())),
        user.get("text"),
        action.get("action_name"),
        action.get("action_text"),
        tuple(sorted((name, tuple(features)) for name, features in source.get("slots", {}).items())),
        source.get("active_loop", {}).get("name"),
    )


def test_nothing_is_left_out() -> None:
    if not PROJECTS:
        pytest.skip("TRAINER_TUI_CORPUS is not set")
    counts = Counter[str]()
    for project in PROJECTS:
        for conversation in golden("policies", project)["conversations"]:
            counts["predictions"] += len(conversation["predictions"])
    assert (len(PROJECTS), counts["predictions"]) == (62, 12132)
