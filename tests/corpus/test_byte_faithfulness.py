"""One story, example, intent and response more in every file of real bots: added lines alone, read back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from trainer_tui.core.domain import Domain, Intent, ResponseVariation
from trainer_tui.core.events import ActionExecuted, Entity, Era, SlotSet, UserUttered
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import Rule, StoryFile, StoryStep
from trainer_tui.formats.entity_writing import marked_example
from trainer_tui.formats.file_contents import DOMAIN, NLU, RESPONSES, RULES, STORIES, FileContents
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.json.nlu_writer import example_object
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.nlu_building import NluRead
from trainer_tui.formats.patch import domain as patch_domain
from trainer_tui.formats.patch import json as patch_json
from trainer_tui.formats.patch import markdown as patch_markdown
from trainer_tui.formats.patch import nlu_yaml as patch_nlu_yaml
from trainer_tui.formats.patch import yaml as patch_yaml
from trainer_tui.formats.patch.edits import Edit, apply_edits
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.formats.yaml.stories_writer import rule_item, story_item
from trainer_tui.runtime.reading.file import read_file

STORY = StoryStep(
    "taught: today",
    (
        UserUttered(intent="inform_anew", entities=(Entity("new_city", "12:30"),)),
        SlotSet("new_city", "12:30"),
        ActionExecuted("utter_anew"),
    ),
)
EXAMPLE = Example("no, in New York", None, (Entity("new_city", "New York", 7, 15),))
RESPONSE = (ResponseVariation("No: {new_city}"),)


@dataclass(frozen=True)
class BotFile:
    path: Path
    name: str
    text: str
    read: FileContents

    @property
    def is_markdown(self) -> bool:
        return self.path.suffix == ".md"


@pytest.fixture(scope="module")
def files(corpus: Path) -> list[BotFile]:
    """Every file of every bot that reads without an error."""
    return list(_files(corpus / "bots"))


def _files(folder: Path) -> Iterator[BotFile]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".yml", ".yaml", ".json") and path.is_file():
            name = str(path.relative_to(folder))
            read = read_file(path, name)
            if read.holds and not any(problem.is_error for problem in read.problems):
                yield BotFile(path, name, path.read_bytes().decode("utf-8"), read)


def patched(file: BotFile, edits: tuple[Edit, ...]) -> str:
    """The text with the edits, which add lines and touch none that is there: but for brackets, which are changed
    within, and an empty `[]` or `{}`, which becomes a list."""
    after = apply_edits(file.text, edits)
    for edit in edits:
        replaced = file.text[edit.start : edit.end].strip()
        assert replaced in ("", "[]", "{}"), f"{file.name}: {replaced!r} would go"
        added = edit.text.replace("\r\n", "\n")
        is_whole_lines = added.startswith("\n") or added.endswith("\n")
        assert is_whole_lines or replaced or _stands_in_brackets(file, edit), f"{file.name}: {added!r}"
    ending = "\r\n" if "\r\n" in file.text and "\n" not in file.text.replace("\r\n", "") else None
    if ending:
        assert "\n" not in after.replace("\r\n", ""), f"{file.name}: its lines end with CRLF"
    assert after.endswith("\n") == file.text.endswith("\n"), f"{file.name}: its last line end"
    return after


def _stands_in_brackets(file: BotFile, edit: Edit) -> bool:
    return edit.text.startswith(",") or file.text[: edit.start].rstrip().endswith(("[", "{"))


def test_a_story_in_every_story_file(files: list[BotFile]) -> None:
    patched_files = 0
    for file in files:
        if STORIES not in file.read.holds:
            continue
        if file.is_markdown:
            edit = patch_markdown.append_story(file.text, STORY)
            after = parse_stories_markdown(patched(file, (edit,)), file.name).stories
        else:
            edit = patch_yaml.append_to_list(file.text, "stories", story_item(STORY), None)
            after = parse_stories_yaml(patched(file, (edit,)), file.name).stories
        assert after == replace(file.read.stories, steps=(*file.read.stories.steps, STORY)), file.name
        patched_files += 1
    assert patched_files > 200


def test_a_rule_in_every_file_of_rules(files: list[BotFile]) -> None:
    rule = Rule("yes", STORY.events)
    for file in files:
        if RULES in file.read.holds and not file.is_markdown:
            edit = patch_yaml.append_to_list(file.text, "rules", rule_item(rule), None)
            after = parse_stories_yaml(patched(file, (edit,)), file.name).stories
            assert after == StoryFile(file.read.stories.steps, (*file.read.stories.rules, rule)), file.name


@pytest.mark.parametrize("which", ["first", "last", "new"])
def test_an_example_in_every_nlu_file(files: list[BotFile], which: str) -> None:
    patched_files = 0
    for file in files:
        if NLU not in file.read.holds or (file.path.suffix == ".json" and "rasa_nlu_data" not in file.text):
            continue  # other services' JSON is read and not written
        intents = [example.intent for example in file.read.nlu.examples if example.intent]
        intent = "new_intent" if which == "new" or not intents else intents[0 if which == "first" else -1]
        example = replace(EXAMPLE, intent=intent)
        edit, read = _example_edit(file, intent, example)
        found = read(patched(file, (edit,)), file.name).data
        before = set(file.read.nlu.examples)
        assert set(found.examples) == before | {example}, file.name
        assert len(found.examples) == len(file.read.nlu.examples) + 1, file.name
        assert replace(found, examples=()) == replace(file.read.nlu, examples=()), file.name
        patched_files += 1
    assert patched_files > 200


def _example_edit(file: BotFile, intent: str, example: Example) -> tuple[Edit, Callable[[str, str], NluRead]]:
    if file.path.suffix == ".json":
        return patch_json.append_examples(file.text, [example_object(example)]), parse_nlu_json
    marked = [marked_example(example)]
    if file.is_markdown:
        return patch_markdown.append_examples(file.text, intent, marked), parse_nlu_markdown
    return patch_nlu_yaml.append_examples(file.text, intent, marked), parse_nlu_yaml


def test_names_and_a_response_in_every_domain_file(files: list[BotFile]) -> None:
    patched_files = 0
    for file in files:
        if file.is_markdown or not file.read.holds & {DOMAIN, RESPONSES}:
            continue
        domain = _without_places(file.read.domain.domain)
        after = patched(file, patch_domain.add_intent(file.text, "new_intent"))
        assert _domain(after, domain) == replace(
            domain, intents={**domain.intents, "new_intent": Intent("new_intent")}
        ), file.name
        after = patched(file, patch_domain.add_response(file.text, "utter_anew", RESPONSE, Era.RASA_3))
        actions = (*domain.actions, "utter_anew") if "\ntemplates:" in f"\n{file.text}" else domain.actions
        responses = {**domain.responses, "utter_anew": RESPONSE}
        assert _domain(after, domain) == replace(domain, responses=responses, actions=actions), file.name
        patched_files += 1
    assert patched_files >= 140


def _domain(text: str, before: Domain) -> Domain:
    """The domain of a text; the era follows from shapes that a name more may not touch, and is left aside."""
    return replace(_without_places(parse_domain(text, "domain.yml").domain), era=before.era)


def _without_places(domain: Domain) -> Domain:
    return replace(domain, places={})
