"""What in the data is doubtful is mended by edits of the project's files, and every other byte stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.session.script import Script, World
from trainer_tui.core.events import Entity
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example, TrainingData
from trainer_tui.errors import IllegalInput, Place, TrainerError
from trainer_tui.export.review import Written
from trainer_tui.insight.example_health import near_same, too_few, unmarked
from trainer_tui.insight.findings import EntityMarked, EntityUnmarked, ExampleOut, ExampleTo, Mend, NameOut
from trainer_tui.insight.names import find_unused
from trainer_tui.insight.story_health import unmet_rules, unused_slots
from trainer_tui.insight.story_predictions import each_story
from trainer_tui.nlu.interpreter import ParseResult
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
        exporter.propose(choose(data))
        exporter.review(script.timeline, "proposals")
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


def test_the_one_mark_of_a_word_that_is_bare_otherwise_is_taken_off() -> None:
    def said(text: str, *entities: Entity, intent: str = "ask", line: int = 1) -> Example:
        return Example(text, intent, entities, place=Place("nlu.yml", line))

    marked = said("trains now", Entity("when", "now", 7, 10))
    bare = [said(text, line=2) for text in ("come now", "now or never", "why now")]
    [found] = unmarked(TrainingData((marked, *bare)))
    assert found.place == marked.place and found.mends == (EntityUnmarked(marked, "when", 7, 10),)
    # Where it is as often so as so, one may be marked as well as the other not be.
    [found] = unmarked(TrainingData((marked, bare[0])))
    assert found.mends == (EntityMarked(bare[0], "when", 5, 8), EntityUnmarked(marked, "when", 7, 10))
    # What somebody says for another purpose may mean something else.
    assert not [*unmarked(TrainingData((marked, *(said(one.text, intent="bye") for one in bare))))]
    twice = said("now to Rome", Entity("when", "now", 0, 3))
    assert not [*unmarked(TrainingData((marked, twice, *bare)))]


def test_a_mark_is_taken_off_in_the_line_where_it_stands(
    mended: Callable[[Callable[[ProjectData], Mend]], Path],
) -> None:
    folder = mended(lambda _: EntityUnmarked(example("from rome to Oslo, not to rome", "ask"), "city", 13, 17))
    assert nlu_of(folder) == written(NLU.replace("[Oslo](city)", "Oslo"))


@pytest.mark.parametrize(
    ("intent", "listed", "nlu", "markdown"),
    [
        ("bye", "[greet, ask]", NLU, ""),
        ("greet", "[ask, bye]", NLU[: NLU.index("- intent")] + NLU[NLU.index("- intent: ask") :], MARKDOWN),
    ],
)
def test_an_intent_that_no_story_uses_is_taken_out_with_its_examples(
    mended: Callable[[Callable[[ProjectData], Mend]], Path], intent: str, listed: str, nlu: str, markdown: str
) -> None:
    def the_intent(data: ProjectData) -> Mend:
        unused = find_unused(data.domain, data.stories, data.nlu)
        # What is marked in examples is learned from them, and may fill slots, whoever uses their intent.
        [marked] = [one for one in unused if "intent 'ask'" in one.problem.message]
        assert marked.mends == ()
        [found] = [one for one in unused if f"intent '{intent}'" in one.problem.message]
        return found.mends[0]

    folder = mended(the_intent)
    assert (folder / "domain.yml").read_text() == DOMAIN.replace("[greet, ask, bye]", listed)
    assert (nlu_of(folder), (folder / "data" / "bye.md").read_text()) == (written(nlu), markdown)


RULES = """rules:
- rule: ask about a city
  steps:
  - intent: ask
    entities: [city]
  - action: utter_hi
- rule: of a form
  condition:
  - active_loop: some_form
  steps:
  - intent: bye
  - action: utter_bye
- rule: what nobody says
  steps:
  - intent: greet
    entities: [city]
  - action: utter_bye
"""
STORIES = "stories:\n- story: hi\n  steps:\n  - intent: greet\n  - action: utter_hi\n"


def test_a_rule_that_no_story_meets_gets_a_test_story_that_says_an_example(
    mended: Callable[[Callable[[ProjectData], Mend]], Path], tmp_path: Path
) -> None:
    (tmp_path / "data" / "rules.yml").write_text(RULES)
    (tmp_path / "data" / "stories.yml").write_text(STORIES)

    def unmet(data: ProjectData) -> dict[str, tuple[Mend, ...]]:
        tests = each_story(data.test_stories, data.domain)
        trackers = training_trackers(data.stories, data.domain)
        found = unmet_rules(trackers, tests, data.domain, data.nlu.examples)
        return {one.problem.message.split("'")[1]: one.mends for one in found}

    def the_one(data: ProjectData) -> Mend:
        found = unmet(data)
        # How to come into the form, and how somebody greets with a city, no example says.
        assert {name: len(mends) for name, mends in found.items()} == {
            "ask about a city": 1,
            "of a form": 0,
            "what nobody says": 0,
        }
        return found["ask about a city"][0]

    folder = mended(the_one)
    assert (folder / "tests" / "test_stories.yml").read_text() == (
        'version: "3.1"\n\nstories:\n- story: ask about a city\n  steps:\n'
        "  - user: |-\n      trains to [Rome](city)\n    intent: ask\n  - action: utter_hi\n"
    )
    assert {*unmet(read_project(folder))} == {"of a form", "what nobody says"}
    assert (folder / "data" / "rules.yml").read_text() == RULES


def test_what_this_session_confirmed_is_added_to_an_intent_with_too_few_examples(tmp_path: Path) -> None:
    for name, text in {"domain.yml": DOMAIN, "data/nlu.yml": NLU}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    data = read_project(tmp_path)
    said = {text: ParseResult(text, "greet", 0.9) for text in ("good day", "hello there", "so long")}
    person = Script(data.domain, World(said | {"so long": ParseResult("so long", "bye", 0.9)}))
    for text in said:
        person.says(text).confirms(3)
    exporter = Exporter(lambda: data)
    by_intent = {mend.intent: mend for one in too_few(data.nlu, person.timeline.examples()) for mend in one.mends}  # type: ignore[union-attr]
    assert {intent: mend.texts for intent, mend in by_intent.items()} == {"greet": ("good day",)}  # type: ignore[union-attr]
    exporter.propose(by_intent["greet"])
    review = exporter.review(person.timeline, "proposals")
    assert [row.title for row in review.rows if row.is_on] == ["+ 1 example of greet"]
    done = exporter.write()
    assert isinstance(done, Written) and done.what == "1 example"
    assert (tmp_path / "data" / "nlu.yml").read_text() == NLU.replace(
        "    - see you\n", "    - see you\n    - good day\n"
    )
    # The conversation itself is as new as it was.
    assert [row.is_on for row in exporter.review(person.timeline).rows if "story" in row.title] == [True]


@pytest.mark.parametrize(
    "mend",
    [
        ExampleOut(example("see you", "ask")),
        ExampleTo(example("gone by now", "greet"), "bye"),
        EntityMarked(example("trains to Rome", "ask"), "city", 0, 0),
        EntityMarked(example("trains to Rome", "ask"), "city", 10, 14),
        EntityMarked(example("see you", "greet"), "city", 90, 95),
        EntityUnmarked(example("trains to Rome", "ask"), "city", 0, 6),
        EntityUnmarked(example("see you", "greet"), "city", 90, 95),
        NameOut(Place("domain.yml", 2), "responses", "utter_nobody"),
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
