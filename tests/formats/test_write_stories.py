"""What is written of stories reads back as the same stories, whatever stands in them."""

from __future__ import annotations

import yaml
from hypothesis import given

from tests.formats.story_strategies import NASTY, markdown_stories, values, yaml_stories
from trainer_tui.core.events import ActionExecuted, ActiveLoop, Entity, SlotSet, UserUttered
from trainer_tui.core.stories import Checkpoint, Or, Rule, StoryFile, StoryStep
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.markdown.stories_writer import story_lines, write_stories_markdown
from trainer_tui.formats.yaml.reader import read_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.formats.yaml.stories_writer import write_stories_yaml
from trainer_tui.formats.yaml.writing import Literal, Quoted, YamlStyle, block_lines, flow, scalar


@given(yaml_stories)
def test_yaml_stories_read_back_as_they_were(stories: StoryFile) -> None:
    read = parse_stories_yaml(write_stories_yaml(stories), "stories.yml")
    assert not [problem for problem in read.problems if problem.is_error]
    assert read.stories == stories


@given(markdown_stories)
def test_markdown_stories_read_back_as_they_were(stories: StoryFile) -> None:
    read = parse_stories_markdown(write_stories_markdown(stories), "stories.md")
    assert not [problem for problem in read.problems if problem.is_error]
    assert read.stories == stories


@given(values)
def test_every_value_reads_back_in_block_and_flow(value: object) -> None:
    for style in (YamlStyle(), YamlStyle(4, 2, 4, "'"), YamlStyle(quote="")):
        text = "\n".join(block_lines({"a": [value, {"b": value}], "c": {"d": value}}, style)) + "\n"
        for found in (read_yaml(text, "a.yml").data, yaml.safe_load(text)):
            assert repr([found["a"], found["c"]]) == repr([[value, {"b": value}], {"d": value}])
    assert repr(read_yaml(f"a: {flow([value])}\n", "a.yml").data["a"]) == repr([value])


def test_texts_that_look_like_something_else_stay_texts_in_yaml_1_1_as_well() -> None:
    for text in NASTY:
        for kind in (str, Quoted, Literal):
            for style in (YamlStyle(), YamlStyle(quote="'"), YamlStyle(quote="")):
                written = "\n".join(block_lines({"a": kind(text)}, style)) + "\n"
                assert read_yaml(written, "a.yml").data == {"a": text}
                assert yaml.safe_load(written) == {"a": text}
        assert yaml.safe_load(f"[{scalar(text, in_flow=True)}]") == [text]


def test_a_story_of_every_kind_of_step_in_yaml() -> None:
    step = StoryStep(
        "happy booking",
        (
            UserUttered(
                intent="book",
                entities=(Entity("city", "Rome", role="to"), Entity("number", 2), Entity("time", "12:30")),
            ),
            SlotSet("city", "Rome"),
            SlotSet("seats", None),
            ActionExecuted("table_form"),
            ActiveLoop("table_form"),
            Or(((UserUttered(intent="affirm"),), (UserUttered(intent="thankyou"),))),
            ActiveLoop(None),
            UserUttered(text="bye for now"),
            ActionExecuted(None, text="See you!"),
        ),
        (Checkpoint("after greet", {"logged_in": True}),),
        (Checkpoint("the end"),),
    )
    rule = Rule("leave form", (UserUttered(intent="stop"), ActiveLoop(None)), (ActiveLoop("table_form"),), True, False)
    assert write_stories_yaml(StoryFile((step,), (rule,))) == (
        'version: "3.1"\n'
        "\n"
        "stories:\n"
        "- story: happy booking\n"
        "  steps:\n"
        "  - checkpoint: after greet\n"
        "    slot_was_set:\n"
        "    - logged_in: true\n"
        "  - intent: book\n"
        "    entities:\n"
        "    - city: Rome\n"
        "      role: to\n"
        "    - number: 2\n"
        '    - time: "12:30"\n'
        "  - slot_was_set:\n"
        "    - city: Rome\n"
        "    - seats: null\n"
        "  - action: table_form\n"
        "  - active_loop: table_form\n"
        "  - or:\n"
        "    - intent: affirm\n"
        "    - intent: thankyou\n"
        "  - active_loop: null\n"
        "  - user: |-\n"
        "      bye for now\n"
        "  - bot: See you!\n"
        "  - checkpoint: the end\n"
        "\n"
        "rules:\n"
        "- rule: leave form\n"
        "  condition:\n"
        "  - active_loop: table_form\n"
        "  conversation_start: true\n"
        "  wait_for_user_input: false\n"
        "  steps:\n"
        "  - intent: stop\n"
        "  - active_loop: null\n"
    )


def test_test_stories_read_back_in_both_notations() -> None:
    said = UserUttered(
        text="a table in Rome, please",
        intent="book",
        entities=(Entity("city", "Roma", 11, 15), Entity("place", "x", 11, 15)),
    )
    short = UserUttered(text='/inform{"number": 2}', intent="inform", entities=(Entity("number", 2),))
    stories = StoryFile((StoryStep("book", (said, ActionExecuted("utter_ok"), short)),))
    written = write_stories_markdown(stories)
    assert '* book: a table in [Rome][{"entity": "city", "value": "Roma"},{"entity": "place", "value": "x"}]' in written
    assert parse_stories_markdown(written, "test_stories.md", is_end_to_end=True).stories == stories
    assert parse_stories_yaml(write_stories_yaml(stories), "test_stories.yml").stories == stories


def test_what_a_form_did_is_marked_in_markdown_and_passed_over_by_readers() -> None:
    events = (
        UserUttered(intent="book"),
        ActionExecuted("table_form"),
        ActiveLoop("table_form"),
        UserUttered(intent="inform", entities=(Entity("cuisine", "thai"),)),
        ActionExecuted("table_form"),
        ActiveLoop(None),
    )
    lines = story_lines(StoryStep("book", events), form_turns=frozenset((3, 4)))
    assert lines == [
        "## book",
        "* book",
        "    - table_form",
        '    - form{"name": "table_form"}',
        '* form: inform{"cuisine": "thai"}',
        "    - form: table_form",
        '    - form{"name": null}',
    ]
    (step,) = parse_stories_markdown("\n".join(lines), "stories.md").stories.steps
    assert step.events == (*events[:3], events[5])
