"""NLU data in YAML, Markdown and JSON; numbers name the oddities seen in real bots."""

from __future__ import annotations

import json

import pytest

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData
from trainer_tui.errors import FormatError
from trainer_tui.formats.encoding import decode
from trainer_tui.formats.entity_markup import MarkedText, parse
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.nlu_text import parse_nlu
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml


@pytest.mark.parametrize(
    ("marked", "text", "entities"),
    [
        ("no mark at all", "no mark at all", ()),
        ("to [Rome](city)!", "to Rome!", (Entity("city", "Rome", 3, 7),)),
        ("[two](number:2) of", "two of", (Entity("number", "2", 0, 3),)),
        ("[a](b:c:d)", "a", (Entity("b", "c:d", 0, 1),)),
        (
            '[NY]{"entity": "city", "role": "from", "group": "1", "value": "New York"}',
            "NY",
            (Entity("city", "New York", 0, 2, "from", "1"),),
        ),
        ('[P][{"entity": "a"}, {"entity": "b"}]', "P", (Entity("a", "P", 0, 1), Entity("b", "P", 0, 1))),
        ("[x](city", "[x](city", ()),
        ("[](a) [b](c)", "[](a) b", (Entity("c", "b", 6, 7),)),
        ("[a [b](c)", "a [b", (Entity("c", "a [b", 0, 4),)),
        ("[a] (b) [c](d)", "[a] (b) c", (Entity("d", "c", 8, 9),)),
        ("[a](b:) [a](:b) [a]()", "[a](b:) [a](:b) [a]()", ()),
        ("[a][b](c)", "a(c)", ()),
        ("[رأس](x) \u200f", "رأس \u200f", (Entity("x", "رأس", 0, 3),)),
    ],
)
def test_34_entity_marks(marked: str, text: str, entities: tuple[Entity, ...]) -> None:
    assert parse(marked) == MarkedText(text, entities)


@pytest.mark.parametrize("marked", ["[x]{entity: a}", '[x]{"role": "a"}', '[x]{"entity": "a", "group": 1}', "[x]{1}"])
def test_a_mark_that_is_no_json_or_names_no_entity_is_a_format_error(marked: str) -> None:
    with pytest.raises(FormatError, match=r"\[x\]"):
        parse(marked)


def test_34_markdown_with_all_its_sections() -> None:
    text = """\ufeff## intent: greet
- hello <!-- why -->
* hi
+ hey
## intent:faq/x
- a [cheap](price:lo) one
- a backslash n stays: \\n
## synonym:New York
- NYC
## regex:zip
- [0-9]{5}
## lookup:city
- Rome
## lookup:country
  data/countries.txt
## intent:greet
- hello
"""
    read = parse_nlu_markdown(text, "nlu.md")
    assert read.problems == ()
    assert [(example.text, example.intent) for example in read.data.examples] == [
        ("hello", "greet"),
        ("hi", "greet"),
        ("hey", "greet"),
        ("a cheap one", "faq/x"),
        ("a backslash n stays: \\n", "faq/x"),
    ]
    assert read.data.synonyms == {"cheap": "lo", "NYC": "New York"}
    assert read.data.regexes == (("zip", "[0-9]{5}"),)
    assert read.data.lookups == (Lookup("city", ("Rome",)), Lookup("country", (), "data/countries.txt"))
    assert [example.place.line for example in read.data.examples if example.place] == [2, 3, 4, 6, 7]


def test_what_is_no_example_in_json_is_named_by_its_number() -> None:
    read = parse_nlu_json(
        '{"rasa_nlu_data": {"common_examples": ["hi", {"text": "bye"}, {"intent": "greet"}]}}', "a.json"
    )
    assert [example.text for example in read.data.examples] == ["bye"]
    assert [problem.message for problem in read.problems] == [
        "item 1 of 'common_examples' is no JSON object and left out",
        "example 3 of 'common_examples' has no text",
    ]


def test_34_json_with_a_byte_order_mark_and_garbage_behind_it() -> None:
    data = {
        "common_examples": [
            {
                "text": "to Rome",
                "intent": "inform",
                "entities": [{"start": 3, "end": 7, "value": "Rome", "entity": "city"}],
            }
        ],
        "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
        "lookup_tables": [{"name": "city", "elements": ["Rome"]}, {"name": "c", "elements": "c.txt"}],
        "entity_synonyms": [{"value": "New York", "synonyms": ["NYC"]}],
    }
    read = parse_nlu_json("\ufeff" + json.dumps({"rasa_nlu_data": data}, indent=1) + "\n}", "nlu.json")
    assert ["behind the end" in problem.message for problem in read.problems] == [True]
    assert read.data == TrainingData(
        (Example("to Rome", "inform", (Entity("city", "Rome", 3, 7),)),),
        {"NYC": "New York"},
        (("zip", "[0-9]{5}"),),
        (Lookup("city", ("Rome",)), Lookup("c", (), "c.txt")),
    )
    assert read.data.examples[0].place is not None
    assert read.data.examples[0].place.line == 5


def test_35_yaml_examples_as_block_list_or_mappings() -> None:
    text = """
nlu:
- intent: affirm
  metadata: {sentiment: neutral}
  examples: |
      - y
      - No
      - tab at the end\t
      no dash
      # comment
- intent: greet
  examples:
  - hello
  - text: "hi: 'you'"
    metadata: {src: log}
  - No
- regex: r
  examples: |
    - [^a]`+
- lookup: l
  examples: ["a", "b"]
- synonym: s
  examples: |
    - t
"""
    read = parse_nlu_yaml(text, "nlu.yml")
    assert [(example.text, example.intent) for example in read.data.examples] == [
        ("y", "affirm"),
        ("No", "affirm"),
        ("tab at the end\t", "affirm"),
        ("hello", "greet"),
        ("hi: 'you'", "greet"),
        ("No", "greet"),
    ]
    assert read.data.examples[4].metadata == {"example": {"src": "log"}}
    assert [example.place.line for example in read.data.examples if example.place] == [6, 7, 8, 13, 14, 16]
    assert read.data.regexes == (("r", "[^a]`+"),)
    assert read.data.lookups == (Lookup("l", ("a", "b")),)
    assert read.data.synonyms == {"t": "s"}
    assert [str(problem.place) for problem in read.problems] == ["nlu.yml:9"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nlu:\n- intnt: a\n", "is unknown"),
        ("nlu:\n- intent:\n", "an intent has no name"),
        ("nlu: {a: b}\n", "holds no list"),
        ("nlu:\n- intent: a\n  examples: {b: c}\n", "no text and no list"),
        ("nlu:\n- intent: a\n  examples: |\n    - [x]{1}\n", "is not JSON"),
    ],
)
def test_what_is_wrong_in_yaml_is_named(text: str, message: str) -> None:
    [problem] = parse_nlu_yaml(text, "nlu.yml").problems
    assert problem.is_error
    assert message in problem.message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("nlu.json", '{"rasa_nlu_data": {,}}', "not JSON"),
        ("nlu.json", "{}", "holds no NLU data"),
        ("nlu.json", '{"rasa_nlu_data": {"common_examples": [5, {"intent": "a"}]}}', "no JSON object"),
        ("nlu.md", "## intents:a\n- b\n", "is unknown"),
        ("nlu.yml", "nlu: [", "not YAML"),
    ],
)
def test_a_file_with_something_wrong_is_named(name: str, text: str, message: str) -> None:
    problems = parse_nlu(text, name).problems
    assert message in problems[0].message


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_36_other_encodings_are_named(encoding: str) -> None:
    with pytest.raises(FormatError, match="not UTF-8") as refused:
        decode("nlu:\n- intent: ä\n".encode(encoding), "nlu.yml")
    assert "UTF-8" in refused.value.hint


def test_dialogflow_keeps_examples_in_a_file_beside() -> None:
    beside = {"hi_usersays_en.json": '[{"data": [{"text": "to "}, {"text": "Rome", "alias": "city"}]}]'}
    read = parse_nlu('{"name": "go", "contexts": [], "responses": []}', "intents/hi.json", beside.get)
    assert read.data.examples == (Example("to Rome", "go", (Entity("city", "Rome", 3, 7),)),)


def test_what_dialogflow_keeps_beside_and_is_no_json_is_named() -> None:
    beside = {"hi_usersays_en.json": "["}
    (problem,) = parse_nlu('{"name": "go", "contexts": [], "responses": []}', "hi.json", beside.get).problems
    assert "this export cannot be read" in problem.message
