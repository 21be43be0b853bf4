"""Steps that a story file repeats are parsed once, and it is read to the last line as if they were not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.errors import FormatError
from trainer_tui.formats.encoding import decode
from trainer_tui.formats.story_building import StoriesRead
from trainer_tui.formats.yaml import reader
from trainer_tui.formats.yaml.reader import read_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml, read_story_text, stories_of

STORY = """\
- story: number {}
  steps:
  - intent: greet
    entities:
    - city: Rome
  - action: utter_greet
  - slot_was_set:
    - size: 3
    - city
  # the end
  - action: utter_goodbye
"""


def whole(text: str) -> StoriesRead:
    """By the reader of whole files alone."""
    return stories_of(read_yaml(text, "f.yml"), "f.yml")


def assert_same(text: str) -> None:
    """Names, events with the types of their values, checkpoints, lines, metadata and problems are."""
    assert repr(parse_stories_yaml(text, "f.yml")) == repr(whole(text))


def parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that YAML is parsed of."""
    texts = []
    compose = reader.compose

    def noted(text: str, path: str) -> object:
        texts.append(text)
        return compose(text, path)

    monkeypatch.setattr(reader, "compose", noted)
    parse_stories_yaml(text, "f.yml")
    monkeypatch.undo()
    return texts


def is_cut(text: str) -> bool:
    """Whether the whole of it is not parsed."""
    with pytest.MonkeyPatch.context() as patch:
        return text not in parsed(text, patch)


def test_steps_are_parsed_once_however_often_they_stand_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (10, 500):
        text = "stories:\n" + "".join(STORY.format(each) for each in range(number))
        assert_same(text)
        said = "\n".join(parsed(text, monkeypatch))
        assert [said.count(step) for step in ("greet\n", "Rome", "size: 3", "# the end")] == [2, 1, 1, 1]
        assert said.count("story: number") == number


def test_equal_steps_of_a_file_are_one_object() -> None:
    first, second = parse_stories_yaml("stories:\n" + STORY + STORY, "f.yml").stories.steps
    assert [id(event) for event in first.events[:-1]] == [id(event) for event in second.events[:-1]]


@pytest.mark.parametrize(
    "rest",
    [
        "- story: b\n  steps:\n  - intent: greet\n  - action: [\n",
        "- story: b\n  steps:\n  - intent: greet\n  foo: 1\n  - intent: greet\n",
        "- story: b\n  steps:\n  - intent: greet\n    intent: greet\n",
        "- story: b\n  steps:\n  - intent: greet\n  steps:\n  - intent: greet\n",
        "- story: b\n  steps:\n  - intent: /greet\n  - intent: /greet\n  - action: a\n",
        "- rule: b\n  steps:\n  - intent: greet\n  - intent: greet\n",
        "- story: b\n  steps:\n  - itent: greet\n  - itent: greet\n",
        "- story: b\n  steps:\n  - slot_was_set: [{day: 2020-02-30}]\n  - slot_was_set: [{day: 2020-02-30}]\n",
        "nlu: |\n  steps:\n  - intent: greet\n",
        "x: 'a\n  steps:\n  - intent: greet\n  '\n",
    ],
)
def test_faults_are_told_where_they_are(rest: str) -> None:
    text = "stories:\n" + STORY + STORY + rest
    assert_same(text)
    assert any(problem.place and problem.place.line for problem in parse_stories_yaml(text, "f.yml").problems) or (
        rest[0] in "nx"
    )


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('- user: "one\n  - two"', False),
        ("- &a\n    intent: greet", False),
        ("- *a", False),
        ("- intent: !!str 5", False),
        ("- user: a\u2028b", False),
        ("- user: \ue0000", False),
        ("- user: |+\n      some\n\n", True),
        ("- {intent: greet,\n     entities: [city]}", True),
        ("- or:\n    - intent: a\n    - intent: b", True),
        ("- user: great! It's & *", True),
        ("- intent: gr\\u0065et", True),
        ("- restart", True),
    ],
)
def test_what_may_mean_something_else_elsewhere_is_left_in_its_place(step: str, told: bool) -> None:
    text = f"stories:\n- story: a\n  steps:\n  - action: first\n  {step}\n  {step}\n  - action: last\n"
    assert_same(text)
    assert is_cut(text) == told


def test_what_only_looks_like_steps_is_a_text() -> None:
    said = "    steps:\n    - intent: greet\n    - intent: greet\n"
    text = f"stories:\n- story: |\n{said}  steps:\n  - intent: greet\n  - intent: greet\n"
    assert_same(text)
    [step] = parse_stories_yaml(text, "f.yml").stories.steps
    assert step.name == "steps:\n- intent: greet\n- intent: greet\n"


def test_line_ends_that_only_yaml_knows_count() -> None:
    assert_same("x: a\u2028  b\nstories:\n" + STORY * 2)


def test_checkpoints_stay_where_they_join() -> None:
    story = "- story: a\n  steps:\n  - checkpoint: x\n  - intent: a\n  - checkpoint: y\n  - intent: a\n"
    text = "stories:\n" + story * 3
    assert_same(text)
    assert is_cut(text)


def test_variables_are_those_of_the_environment() -> None:
    text = "stories:\n- story: a\n  steps:\n" + "  - bot: ${GREETING} you\n" * 2
    for environ in ({"GREETING": "hi"}, {}, None):
        read = read_story_text(text, "f.yml", environ, lambda file, signed: stories_of(file, "f.yml", signed))
        assert repr(read) == repr(stories_of(read_yaml(text, "f.yml", environ), "f.yml"))


LINES = r"""
intent: greet
action: utter_a
action: "x
user: "hi
user: 'hi
user: |
user: >-
user: |+
user: hello
user: [x](city)
user: /greet{"a": 1}
user: "a\u0041"
or:
slot_was_set:
slot_was_set: [a, {b: 1}]
slot_was_set: [{d: 2020-02-30}]
checkpoint: c
{intent: a
intent: a}
[a
b: c]
action: a # c
action: restart
active_loop: null
entities:
- city: Rome
  - city: Rome
- slot_was_set: [q]
intent: 010
? b
: c
"
'
# comment
...
---
%TAG ! x
restart
foo: bar
metadata: {a: 1}
<<: {a: 1}
!!str 5
&x a
*x
steps:
- steps:
story: z
- story: z
- rule: z
condition:
-
rules:
stories:
"k": v
text over
""".strip("\n").split("\n")
ODD_LINES = ("", "\tx", "-\tintent: a", "\xa0", "user: a\x85b")


@st.composite
def files(draw: st.DrawFn) -> str:
    """Lists of lines that repeat, most of them as deep as they should be."""
    pool = draw(st.lists(st.sampled_from((*LINES, *ODD_LINES)), min_size=1, max_size=5))
    depth = draw(st.sampled_from((2, 2, 3, 4)))
    found = ["stories:"]
    for _ in range(draw(st.integers(1, 3))):
        found.append(
            draw(st.sampled_from(("- story: s", "- rule: r", "- story: 'a", "- story: |", "- {story: a,", "-")))
        )
        found.append(draw(st.sampled_from(("  steps:", "  steps:", "   steps:", "  - steps:", "  steps: |"))))
        for _ in range(draw(st.integers(0, 6))):
            indentation = " " * draw(st.sampled_from((depth,) * 5 + (0, 1, 3, 5)))
            found.append(indentation + draw(st.sampled_from(("- ", "- ", "  ", ""))) + draw(st.sampled_from(pool)))
    return "\n".join(found) + draw(st.sampled_from(("", "\n", "\n\n")))


@settings(max_examples=300)
@given(text=files())
def test_whatever_a_file_holds_it_is_read_as_a_whole_one(text: str) -> None:
    assert_same(text)


def test_files_of_real_bots_are_read_as_whole_ones(corpus: Path) -> None:
    cut = 0
    for file in sorted((corpus / "bots").rglob("*.yml")):
        try:
            text = decode(file.read_bytes(), file.name)
        except FormatError:
            continue
        if "steps:" in text:
            assert_same(text)
            cut += is_cut(text)
    assert cut > 20
