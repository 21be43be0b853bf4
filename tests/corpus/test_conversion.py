"""Real bots mean the same in the other notation; and what their authors converted is what is written here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trainer_tui.commands.data_convert import converted_files
from trainer_tui.core.events import Era
from trainer_tui.core.featurizers import StateMaker, training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.states import DialogueExample
from trainer_tui.formats.conversion import Notation
from trainer_tui.runtime.reading.project_data import ProjectData, read_project


def dialogue_examples(data: ProjectData) -> set[DialogueExample]:
    states = StateMaker(data.domain)
    return {
        example
        for tracker in training_trackers(data.stories, data.domain)
        if not tracker.is_rule
        for example in training_examples(tracker, data.domain, 5, states)
    }


def converted(source: ProjectData, to: Notation, out: Path) -> ProjectData:
    for file in converted_files(source, None, to):
        (out / file.path).parent.mkdir(parents=True, exist_ok=True)
        (out / file.path).write_bytes(file.text.encode())
    return read_project(out)


def in_era(era: Era, data: ProjectData) -> ProjectData:
    """The same bot with actions by the names that this era has for them."""
    return replace(data, domain=replace(data.domain, era=era))


def meanings(data: ProjectData) -> set[tuple[str, str | None, frozenset[object]]]:
    return {(example.text, example.intent, frozenset(example.entities)) for example in data.nlu.examples}


@pytest.mark.parametrize("name", ["pair-helpdesk", "pair-carbon"])
def test_a_converted_bot_is_the_one_that_its_authors_converted(corpus: Path, tmp_path: Path, name: str) -> None:
    theirs = read_project(corpus / "bots" / f"{name}-yml")
    ours = converted(read_project(corpus / "bots" / f"{name}-md"), "yaml", tmp_path)
    assert dialogue_examples(ours) == dialogue_examples(theirs)
    assert meanings(ours) == meanings(theirs)
    assert ours.nlu.synonyms == theirs.nlu.synonyms
    assert ours.domain.responses.keys() == theirs.domain.responses.keys()


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("pair-helpdesk-md", "yaml"),
        ("pair-helpdesk-yml", "markdown"),
        ("pair-carbon-md", "yaml"),
        ("pair-carbon-yml", "markdown"),
        ("carbon-1.9-multilingual", "yaml"),
        ("financial-1.10", "yaml"),
        ("rasa-1.2.2-suite/examples/formbot", "yaml"),
        ("rasa-2.8-suite/examples/formbot", "markdown"),
        ("rasa-2.8-suite/examples/e2ebot", "markdown"),
        ("financial-3.1", "markdown"),
        ("helpdesk-3.0", "markdown"),
    ],
)
def test_a_bot_means_the_same_in_the_other_notation(corpus: Path, tmp_path: Path, name: str, to: Notation) -> None:
    before = read_project(corpus / "bots" / name)
    after = converted(before, to, tmp_path)
    assert not after.errors
    assert dialogue_examples(after) == dialogue_examples(in_era(after.domain.era, before))
    assert meanings(after) == meanings(before)
    assert {rule.events for rule in after.stories.rules} == {rule.events for rule in before.stories.rules}
    assert len(after.test_stories.steps) == len(before.test_stories.steps)
