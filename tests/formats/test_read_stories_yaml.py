"""YAML stories and rules, 2.0 to 3.1; numbers name the oddities seen in real bots."""

from __future__ import annotations

import pytest

from trainer_tui.core.events import ActionExecuted, ActiveLoop, Entity, Restarted, SlotSet, UserUttered
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, StoryFile
from trainer_tui.formats.yaml.stories import parse_stories_yaml


def stories_of(text: str) -> StoryFile:
    read = parse_stories_yaml(text, "stories.yml")
    assert [str(problem) for problem in read.problems] == []
    return read.stories


def events_of(steps: str) -> tuple[object, ...]:
    [step] = stories_of("stories:\n- story: a\n  steps:\n" + steps).steps
    return step.events


def test_18_what_the_converter_wrote_starts_at_story_start() -> None:
    text = "stories:\n- story: a\n  steps:\n  - checkpoint: STORY_START\n  - intent: x\n  - checkpoint: GENR_OR_03db5\n"
    [step] = stories_of(text).steps
    assert (step.start_checkpoints, step.end_checkpoints) == ((), (Checkpoint("GENR_OR_03db5"),))


def test_19_forms_by_their_prefix_or_as_active_loop() -> None:
    steps = (
        '  - intent: "form: inform"\n  - action: "form: f"\n  - active_loop: f\n  - active_loop: null\n  - form: f\n'
    )
    assert events_of(steps) == (
        UserUttered(intent="form: inform"),
        ActionExecuted("form: f"),
        ActiveLoop("f"),
        ActiveLoop(None),
        ActiveLoop("f"),
    )


def test_20_slots_bare_null_numbers_and_lists() -> None:
    steps = """
  - slot_was_set:
    - city
    - city: null
    - n: '15'
    - n: 25668975
    - flag: no
    - on: true
    - many:
      - a: 1
        b: [2]
"""
    assert events_of(steps) == (
        SlotSet("city", AnyValue.ANY),
        SlotSet("city", None),
        SlotSet("n", "15"),
        SlotSet("n", 25668975),
        SlotSet("flag", "no"),
        SlotSet("on", True),
        SlotSet("many", [{"a": 1, "b": [2]}]),
    )


def test_20_slots_as_the_condition_of_a_checkpoint_inside_or_and_inside_condition() -> None:
    text = """
stories:
- story: a
  steps:
  - checkpoint: c
    slot_was_set: [{logged_in: true}]
  - or:
    - slot_was_set: [{n: 1}]
    - slot_was_set: [{n: 2}]
    - intent: x
rules:
- rule: r
  condition:
  - slot_was_set: [{n: null}]
  steps:
  - intent: x
"""
    stories = stories_of(text)
    assert stories.steps[0].start_checkpoints == (Checkpoint("c", {"logged_in": True}),)
    assert stories.steps[0].events == (Or(((SlotSet("n", 1),), (SlotSet("n", 2),), (UserUttered(intent="x"),))),)
    assert stories.rules[0].condition == (SlotSet("n", None),)


def test_21_entities_bare_null_numbers_roles_and_groups() -> None:
    steps = """
  - intent: book
    entities:
    - city: Rome
      role: to
      group: "1"
    - number
    - age: 5
    - none: null
"""
    entities = (
        Entity("city", "Rome", role="to", group="1"),
        Entity("number", ""),
        Entity("age", 5),
        Entity("none", None),
    )
    assert events_of(steps) == (UserUttered(intent="book", entities=entities),)


def test_22_rules_with_all_their_keys() -> None:
    text = """
rules:
- rule: r
  conversation_start: true
  wait_for_user_input: false
  metadata: {author: me}
  condition:
  - active_loop: f
  steps:
  - or:
    - intent: x
    - intent: y
  - action: a
  - intent: z
"""
    [rule] = stories_of(text).rules
    assert (rule.conversation_start, rule.wait_for_user_input, rule.metadata) == (True, False, {"author": "me"})
    assert rule.condition == (ActiveLoop("f"),)
    assert len(rule.events) == 3


def test_22_a_rule_under_stories_is_named_with_its_line_and_the_rest_is_read() -> None:
    text = "stories:\n- story: a\n  steps:\n  - intent: x\n- rule: b\n  steps:\n  - intent: y\n"
    read = parse_stories_yaml(text, "s.yml")
    assert [str(problem) for problem in read.problems] == [
        "s.yml:5: a rule stands under 'stories:'. Move it under 'rules:'."
    ]
    assert len(read.stories.steps) == 1


def test_23_end_to_end_stories() -> None:
    steps = """
  - user: |
      a [cheap](price:lo) one
    intent: inform
  - user: "bye"
  - bot: See you!
  - user: |-
      /inform{"city": "Rome"}
"""
    assert events_of(steps) == (
        UserUttered("a cheap one", "inform", entities=(Entity("price", "lo", 2, 7),)),
        UserUttered("bye"),
        ActionExecuted(None, text="See you!"),
        UserUttered('/inform{"city": "Rome"}', "inform", entities=(Entity("city", "Rome"),)),
    )


def test_24_names_with_anything_in_them() -> None:
    text = """
stories:
- story: "a (b) + c, d: e"
  metadata: {group: g}
  steps:
  - checkpoint: link-to-Newsletter Form/a6867957
  - intent: x
- story: "a (b) + c, d: e"
  steps:
  - intent: y
"""
    first, second = stories_of(text).steps
    assert first.name == second.name == "a (b) + c, d: e"
    assert (first.metadata, first.start_checkpoints[0].name) == ({"group": "g"}, "link-to-Newsletter Form/a6867957")


@pytest.mark.parametrize("text", ["", "# nothing\n", "stories: []\n", "stories:\n", "version: 2.0\nnlu: []\n"])
def test_25_files_without_stories(text: str) -> None:
    assert stories_of(text) == StoryFile()


def test_25_a_list_at_the_top_is_named() -> None:
    [problem] = parse_stories_yaml("- story: a\n", "s.yml").problems
    assert problem.is_error


def test_restart_is_an_event_and_a_metadata_step_is_nothing() -> None:
    assert events_of("  - action: action_restart\n  - action: restart\n  - metadata: {a: 1}\n") == (
        ActionExecuted("action_restart"),
        Restarted(),
    )


@pytest.mark.parametrize(
    ("step", "message", "is_error"),
    [
        ("- intnt: x", "the step 'intnt' is unknown and left out", False),
        ("- entities: [city]", "the step 'entities' is unknown and left out", False),
        ("- {}", "the step '' is unknown and left out", False),
        ("- x", "is no mapping and left out", False),
        ("-", "is no mapping and left out", False),
        ("- action:", "has no name and is left out", False),
        ("- bot:", "the bot says nothing", False),
        ("- slot_was_set: [~]", "names no slot and is left out", False),
        ("- {intent: x, entitys: [city]}", "the step 'intent' knows no 'entitys', which is left out", False),
        ("- {action: x, slot_was_set: [a: 1]}", "the step 'action' knows no 'slot_was_set'", False),
        ("- intent:", "an intent has no name", False),
        ("- intent: /x", "starts with '/'", False),
        ("- or: []", "holds no alternatives and is left out", False),
        ("- slot_was_set: 5", "holds no list", True),
        ('- user: "[x]{1}"', "is not JSON", True),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(step: str, message: str, is_error: bool) -> None:
    read = parse_stories_yaml(f"stories:\n- story: a\n  steps:\n  - action: b\n  {step}\n", "s.yml")
    [problem] = read.problems
    assert message in problem.message
    assert (problem.is_error, problem.place and problem.place.line) == (is_error, 5)
    assert read.stories.steps[0].events[0] == ActionExecuted("b")


def test_what_rasa_skips_is_left_out_and_the_rest_is_as_if_it_were_not_there() -> None:
    steps = "  - intent: a\n  - entities: [x]\n  - acton: b\n  - action: c\n"
    text = f"rules:\n- rule: r\n  step: []\n  steps:\n{steps}- rule: s\n"
    read = parse_stories_yaml(text, "r.yml")
    [rule] = read.stories.rules
    assert rule.events == (UserUttered(intent="a"), ActionExecuted("c"))
    assert [(problem.place and problem.place.line, problem.is_error) for problem in read.problems] == [
        (3, False),
        (9, False),
        (6, False),
        (7, False),
    ]


def test_what_stories_say_again_is_one_object() -> None:
    story = "- story: one\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
    one, other = stories_of(f"stories:\n{story}{story}").steps
    assert [id(event) for event in one.events] == [id(event) for event in other.events]
    assert (one.lines, other.lines) == ((4, 5), (8, 9))
