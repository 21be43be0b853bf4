"""What is written of NLU data reads back as the same data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.story_strategies import lines, names, texts
from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.formats.entity_writing import annotated, marked_example
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.json.nlu_writer import write_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.nlu_writer import markdown_item, write_nlu_markdown
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.nlu_writer import write_nlu_yaml


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """A message of one to four parts, some of them entities."""
    text = ""
    entities = []
    for part in draw(st.lists(texts.filter(bool), min_size=1, max_size=4)):
        if draw(st.booleans()):
            labels = st.none() | names
            value = draw(st.just(part) | lines)
            entities.append(Entity(draw(names), value, len(text), len(text) + len(part), draw(labels), draw(labels)))
        text += part + " "
    return Example(text[:-1], draw(names), tuple(entities))


def can_be_marked(example: Example) -> bool:
    try:
        marked_example(example)
        markdown_item(marked_example(example, has_json_notation=False))
    except FormatError:
        return False
    return True


def is_stripped(example: Example) -> bool:
    return example.text == example.text.strip("\n\r ")


def synonyms_of(found: list[Example]) -> dict[str, str]:
    return {
        example.text[entity.start : entity.end]: str(entity.value)
        for example in found
        for entity in example.entities
        if example.text[entity.start : entity.end] != entity.value
    }


@given(
    st.lists(
        examples().filter(is_stripped).filter(lambda example: can_be_written_in_yaml(example)), unique=True, max_size=5
    )
)
def test_yaml_reads_back_as_it_was(found: list[Example]) -> None:
    data = TrainingData(tuple(found), synonyms_of(found))
    read = parse_nlu_yaml(write_nlu_yaml(data), "nlu.yml")
    assert not read.problems
    assert read.data == data


def can_be_written_in_yaml(example: Example) -> bool:
    try:
        marked_example(example)
    except FormatError:
        return False
    return True


@given(st.lists(examples().filter(is_stripped).filter(can_be_marked), unique=True, max_size=5))
def test_markdown_reads_back_as_it_was(found: list[Example]) -> None:
    data = TrainingData(tuple(found), synonyms_of(found))
    read = parse_nlu_markdown(write_nlu_markdown(data), "nlu.md")
    assert not read.problems
    assert read.data == data


@given(st.lists(examples(), unique=True, max_size=5))
def test_json_reads_back_as_it_was(found: list[Example]) -> None:
    data = TrainingData(tuple(found), synonyms_of(found))
    read = parse_nlu_json(write_nlu_json(data), "nlu.json")
    assert not read.problems
    assert read.data == data


WHOLE = TrainingData(
    (
        Example(
            "from NY to Rome", "inform", (Entity("city", "New York", 5, 7, role="from"), Entity("city", "Rome", 11, 15))
        ),
        Example("- No", "deny"),
        Example("when are you open?", "faq/hours"),
    ),
    {"NYC": "New York", "the big apple": "New York", "NY": "New York"},
    (("zipcode", "[0-9]{5}"), ("zipcode", r"\d{4}")),
    (Lookup("city", ("Rome", "Köln")),),
)


def test_a_whole_file_in_yaml() -> None:
    written = write_nlu_yaml(WHOLE)
    assert written == (
        'version: "3.1"\n'
        "\n"
        "nlu:\n"
        "- intent: inform\n"
        "  examples: |\n"
        '    - from [NY]{"entity": "city", "role": "from", "value": "New York"} to [Rome](city)\n'
        "\n"
        "- intent: deny\n"
        "  examples: |\n"
        "    - - No\n"
        "\n"
        "- intent: faq/hours\n"
        "  examples: |\n"
        "    - when are you open?\n"
        "\n"
        "- synonym: New York\n"
        "  examples: |\n"
        "    - NYC\n"
        "    - the big apple\n"
        "\n"
        "- regex: zipcode\n"
        "  examples: |\n"
        "    - [0-9]{5}\n"
        "    - \\d{4}\n"
        "\n"
        "- lookup: city\n"
        "  examples: |\n"
        "    - Rome\n"
        "    - Köln\n"
    )
    assert parse_nlu_yaml(written, "nlu.yml").data == WHOLE


def test_a_whole_file_in_markdown_and_json() -> None:
    assert parse_nlu_markdown(write_nlu_markdown(WHOLE), "nlu.md").data == WHOLE
    assert parse_nlu_json(write_nlu_json(WHOLE), "nlu.json").data == WHOLE


def test_markdown_before_roles_writes_a_value_behind_a_colon() -> None:
    example = Example("two please", "inform", (Entity("number", "2", 0, 3),))
    assert marked_example(example, has_json_notation=False) == "[two](number:2) please"
    assert marked_example(example) == '[two]{"entity": "number", "value": "2"} please'


def test_a_text_that_would_be_read_as_a_mark_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match=r"\[Rome\]\(city\)"):
        marked_example(Example("[Rome](city)", "inform"))


def test_overlapping_entities_are_refused() -> None:
    with pytest.raises(FormatError, match="overlap"):
        annotated("New York", (Entity("city", "New York", 0, 8), Entity("state", "York", 4, 8)))


def test_metadata_of_examples_and_intents_is_kept_in_yaml() -> None:
    source = (
        "nlu:\n- intent: greet\n  metadata:\n    mood: good\n  examples:\n  - text: |\n      hi\n    metadata:\n"
        "      src: log\n  - text: hello\n"
    )
    data = parse_nlu_yaml(source, "nlu.yml").data
    again = parse_nlu_yaml(write_nlu_yaml(data), "nlu.yml").data
    assert [example.metadata for example in again.examples] == [example.metadata for example in data.examples]
    assert again == data
