"""What in the data is doubtful is mended by edits of the project's files, and every other byte stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.session.script import Script
from trainer_tui.core.nlu_data import Example
from trainer_tui.errors import IllegalInput, Place, TrainerError
from trainer_tui.export.review import Written
from trainer_tui.insight.example_health import near_same, unmarked
from trainer_tui.insight.findings import EntityMarked, ExampleOut, ExampleTo, Mend, NameOut
from trainer_tui.insight.names import find_unused
from trainer_tui.insight.story_health import unused_slots
from trainer_tui.runtime.exporting import Exporter
from trainer_tui.runtime.reading.project_data import ProjectData, read_project

NLU = """\
version: "3.1"   # ours
nlu:
- intent: greet  # say hello
  examples: |
    - hello there
    - mail me at ann@example.org
    - see you
- intent: ask
  examples: |
    - trains to [Rome](city)
    - from rome to [Oslo](city), not to rome
    - is [Rome](city) nice
"""
MARKDOWN = "## intent:bye\n- goodbye\n- See you!\n"
DOMAIN = """\
version: "3.1"
intents: [greet, ask, bye]
entities: [city]
slots:
  # who speaks
  name: {type: text, mappings: [{type: from_text}]}
  lonely:   # nobody fills it
    type: text
    mappings: []
responses:
  utter_hi:
  - text: hi
  # never said
  utter_silent:
  - text: hm
    buttons: []
  utter_bye: [{text: bye}]
"""


def example(text: str, intent: str) -> Example:
    """As it was found, before lines moved."""
    return Example(text, intent, place=Place("data/nlu.yml", 2))


SEE_YOU = example("see you", "greet")


@pytest.fixture
def mended(tmp_path: Path) -> Callable[[Callable[[ProjectData], Mend]], Path]:
    """The folder after the edit was looked at and written."""
    files = {"domain.yml": DOMAIN, "data/nlu.yml": NLU.replace("\n", "\r\n"), "data/bye.md": MARKDOWN}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())

    def mend(choose: Callable[[ProjectData], Mend]) -> Path:
        data = read_project(tmp_path)
        exporter, script = Exporter(lambda: data), Script(data.domain)
        exporter.propose(script.timeline, choose(data))
        assert isinstance(exporter.write(), Written)
        return tmp_path

    return mend


def nlu_of(folder: Path) -> str:
    return (folder / "data" / "nlu.yml").read_bytes().decode()


def written(text: str) -> str:
    return text.replace("\n", "\r\n")


def test_of_two_examples_that_are_nearly_the_same_either_is_taken_out(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    def the_second(data: ProjectData) -> Mend:
        [found] = near_same(data.nlu)
        assert {str(mend) for mend in found.mends} == {
            "take it out of bye (data/bye.md:3)",
            "take it out of greet (data/nlu.yml:7)",
        }
        return found.mends[1]

    folder = mended(the_second)
    texts = nlu_of(folder), (folder / "data" / "bye.md").read_text()
    assert texts in [
        (written(NLU), "## intent:bye\n- goodbye\n"),
        (written(NLU.replace("    - see you\n", "")), MARKDOWN),
    ]


def test_an_example_is_moved_to_an_intent_of_another_file(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    folder = mended(lambda _: ExampleTo(SEE_YOU, "bye"))
    assert nlu_of(folder) == written(NLU.replace("    - see you\n", ""))
    assert (folder / "data" / "bye.md").read_text() == f"{MARKDOWN}- see you\n"


def test_what_stands_in_the_files_already_is_no_new_personal_data(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    """It would be taken out and put nowhere."""
    folder = mended(lambda _: ExampleTo(example("mail me at ann@example.org", "greet"), "ask"))
    line = "    - mail me at ann@example.org\n"
    assert nlu_of(folder) == written(NLU.replace(line, "") + line)


def test_words_that_are_not_marked_are_marked_where_they_stand(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    def the_last(data: ProjectData) -> Mend:
        [found] = [one for one in unmarked(data.nlu) if one.place and one.place.line == 11]
        return found.mends[0]

    folder = mended(the_last)
    before, after = "- from rome to [Oslo](city), not to rome", "- from rome to [Oslo](city), not to [rome](city)"
    assert nlu_of(folder) == written(NLU.replace(before, after))


def test_what_the_domain_defines_for_nobody_is_taken_out(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    def the_slot(data: ProjectData) -> Mend:
        [found] = unused_slots(data.domain, data.stories)
        return found.mends[0]

    def the_response(data: ProjectData) -> Mend:
        found = [mend for one in find_unused(data.domain, data.stories, data.nlu) for mend in one.mends]
        return next(mend for mend in found if isinstance(mend, NameOut) and mend.name == "utter_silent")

    without_slot = DOMAIN.replace("  lonely:   # nobody fills it\n    type: text\n    mappings: []\n", "")
    assert (mended(the_slot) / "domain.yml").read_text() == without_slot
    without_both = without_slot.replace("  utter_silent:\n  - text: hm\n    buttons: []\n", "")
    assert (mended(the_response) / "domain.yml").read_text() == without_both


@pytest.mark.parametrize(
    "mend",
    [
        ExampleOut(example("see you", "ask")),
        ExampleTo(example("gone by now", "greet"), "bye"),
        EntityMarked(example("trains to Rome", "ask"), "city", 0, 0),
        EntityMarked(example("trains to Rome", "ask"), "city", 10, 14),
        EntityMarked(example("see you", "greet"), "city", 90, 95),
        NameOut(Place("domain.yml", 2), "intents", "greet"),
    ],
)
def test_what_no_edit_of_lines_can_do_is_refused_and_nothing_is_written(
    mended: Callable[[Callable[[ProjectData], Mend]], Path], tmp_path: Path, mend: Mend
) -> None:
    with pytest.raises((IllegalInput, TrainerError)) as refused:
        mended(lambda _: mend)
    assert refused.value.hint
    assert nlu_of(tmp_path) == written(NLU)
    assert (tmp_path / "domain.yml").read_text() == DOMAIN
