"""Whatever a file holds, readers return what they read and name the problems, or raise their own error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.featurizers import training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import StoryFile
from trainer_tui.errors import FormatError, Problem
from trainer_tui.formats import entity_markup
from trainer_tui.formats.chat_log import chat_log_rows
from trainer_tui.formats.chat_table import table_rows
from trainer_tui.formats.conversation_file import reader_of
from trainer_tui.formats.encoding import decode
from trainer_tui.formats.json.event_rows import Row, json_rows
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.markdown.nlu import parse_nlu_markdown
from trainer_tui.formats.markdown.responses import looks_like_responses, parse_responses_markdown
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.config import config_of
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.reader import read_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.runtime.reading.file import read_file

# Lines of files of conversations, whole and broken.
ROWS = st.sampled_from(
    (
        '{"sender_id": "a", "event": "user", "text": "\\ud83d"}',
        '{"sender_id": 1, "events": [{"event": 1}, 2, {"events": []}]}',
        '{"events": {"event": "x"}, "name": []}',
        '[{"events": [{"event": "slot"}, "events"]}, {}]',
        '{"timestamp": {"$numberDouble": "x"}, "event": "user"}',
        '{"timestamp": {"$numberLong": "7"}, "event": "user"',
        "who,text,time",
        "user;text\ttime|sender",
        'user,"hi,1e400',
        "bot,hi,2026-13-01",
        "user: hi",
    )
)

DOMAIN = parse_domain("intents: [greet]\nslots: {city: {type: text}}\nforms: {f: {required_slots: [city]}}", "d").domain

READERS: list[Callable[[str, str], Any]] = [
    read_yaml,
    parse_domain,
    parse_stories_yaml,
    parse_stories_markdown,
    parse_nlu_yaml,
    parse_nlu_markdown,
    parse_nlu_json,
    lambda text, path: config_of(read_yaml(text, path), path),
    parse_responses_markdown,
]

# Pieces of real files and of what was found odd in them.
FRAGMENTS = st.sampled_from(
    r"""
version: "3.1"
stories:
rules:
nlu:
responses:
slots:
intents:
entities:
forms:
actions:
templates:
policies:
- story: a
- rule: b
  steps:
  - intent: greet
  - intent:
  - action: utter_greet
  - action
  - slot_was_set:
    - city: null
    - city
    - city: [1, {a: b}]
  - or:
    - intent: a
  - checkpoint: x
  - active_loop: null
  condition:
  conversation_start: true
  wait_for_user_input: false
    entities:
    - city: Rome
      role: to
  - user: |
      hi [x](y)
  examples: |
    - hi [Rome](city:value)
    - [x]{"entity": 1}
    - [x][{"entity":"a"}]
- intent: greet
- synonym: x
- regex: y
- lookup: z
  city: {type: float, min_value: 3, max_value: 1}
  a: {type: zap}
## story
## intent:greet
##
>> rule
> check{"a": 1}
> check
* greet
* _inform[a=b,c=d]
* greet{"a": [1, null]}
* {
* a OR b{"x":1}
    - utter_x
    - slot{"a": 1, "b": null}
- form{"name": null}
- form: x
* form: inform: hi
- slot{
- followup{}
- reminder{"a":1}
- ...
- restart
- rewind
- undo
- export
<!-- open
--> close
	tab
{"rasa_nlu_data": {
&a [*a]
*undefined
<<: *a
!!python/object:os.system x
%YAML 1.1
---
? {a: b}
: c
'
"
\u00e9
\ud800
0x1f: 1e999
a: .nan
intents: [{a: {use_entities: 3}}, null, [x]]
forms: [{a: {b: [1]}}]
responses: {utter_a: [null, 1, {text: [1]}]}
- No
""".strip("\n").split("\n")
)
DOCUMENTS = st.lists(FRAGMENTS, max_size=25).map("\n".join)


@pytest.mark.parametrize("reader", [json_rows, chat_log_rows, table_rows])
@given(text=st.one_of(st.lists(st.one_of(ROWS, st.text()), max_size=8).map("\n".join), st.text()))
def test_whatever_is_a_conversation_s_file_gives_rows_or_problems(
    reader: Callable[[TextIO, str, Report], Iterator[Row]], text: str
) -> None:
    reader_of(text)
    report = Report("a file")
    for row in reader(StringIO(text), "name", report):
        assert "event" in row.source
        json.dumps(row.source)
    assert all(isinstance(problem, Problem) for problem in report.problems)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@given(text=st.one_of(DOCUMENTS, st.text(max_size=200)))
def test_a_text_reader_never_raises(reader: Callable[[str, str], Any], text: str) -> None:
    read = reader(text, "file")
    assert all(isinstance(problem, Problem) for problem in getattr(read, "problems", ()))


@given(content=st.binary(max_size=300))
def test_bytes_are_text_or_a_format_error(content: bytes) -> None:
    try:
        text = decode(content, "file")
    except FormatError as error:
        assert error.place is not None
    else:
        for reader in READERS:
            reader(text, "file")


@given(text=st.one_of(DOCUMENTS, st.text(max_size=200)), suffix=st.sampled_from([".yml", ".md", ".json"]))
def test_a_file_is_told_by_its_contents_and_never_crashed_on(
    text: str, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / f"fuzzed{suffix}"
    file.write_bytes(text.encode("utf-8", "replace"))
    read = read_file(file, file.name)
    assert read.is_broken <= bool(read.problems)


@given(text=DOCUMENTS)
def test_whatever_stories_are_read_can_be_trained_on(text: str) -> None:
    stories = StoryFile()
    for reader in (parse_stories_yaml, parse_stories_markdown):
        stories = stories.merged(reader(text, "file").stories)
    domain = parse_domain(text, "file").domain
    for tracker in training_trackers(stories, domain) + training_trackers(stories, DOMAIN):
        training_examples(tracker, DOMAIN, 5)


@given(text=st.text(alphabet='[](){}:",ab é\n', max_size=60))
def test_marks_are_read_or_named(text: str) -> None:
    try:
        marked = entity_markup.parse(text)
    except FormatError:
        return
    for entity in marked.entities:
        assert entity.start is not None
        assert entity.end is not None
        assert 0 <= entity.start < entity.end <= len(marked.text)


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "common_examples",
                        "text",
                        "intent",
                        "entities",
                        "start",
                        "end",
                        "entity",
                        "regex_features",
                        "name",
                        "lookup_tables",
                        "value",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=30,
    )
)
def test_any_json_is_read_or_named(data: Any) -> None:
    parse_nlu_json(json.dumps({"rasa_nlu_data": data}), "file")


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 50_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "## intent:a\n- " + "[" * 100_000,
        "## intent:a\n- " + "[a](:" * 50_000 + ")",
        "## intent:a\n- " + "[a]{" * 50_000,
        "## a\n* x{" + "[" * 100_000,
        "## a\n" + "* x OR " * 20_000,
        "## a\n" + "<!--" * 50_000,
        "<!--" * 50_000 + "-->" * 50_000,
        "a: " + "9" * 50_000,
        '## a\n- slot{"a": ' + "9" * 50_000 + "}",
        '{"rasa_nlu_data": ' + "[" * 100_000,
        "nlu:\n- intent: a\n  examples: |\n" + "    - a\n" * 5_000,
        "&a " * 10_000,
        "\n".join([f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" if i else "a0: &a0 [x]" for i in range(30)]),
        "a:\n" * 5_000,
        " " * 100_000 + "\t" * 100_000,
    ],
    ids=lambda text: text[:20].encode("unicode_escape").decode(),
)
def test_hostile_texts_end_soon(hostile: str) -> None:
    for reader in READERS:
        reader(hostile, "file")
    looks_like_responses(hostile)
