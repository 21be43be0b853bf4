"""Adding to an existing text changes nothing else of it, whatever its style."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import ActionExecuted, Era, UserUttered
from trainer_tui.core.stories import StoryStep
from trainer_tui.errors import FormatError
from trainer_tui.formats import entity_markup
from trainer_tui.formats.json.nlu import parse_nlu_json
from trainer_tui.formats.patch import domain as patch_domain
from trainer_tui.formats.patch import json as patch_json
from trainer_tui.formats.patch import markdown as patch_markdown
from trainer_tui.formats.patch import nlu_yaml as patch_nlu_yaml
from trainer_tui.formats.patch.edits import Edit, apply_edits
from trainer_tui.formats.patch.yaml import append_to_list
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.nlu import parse_nlu_yaml
from trainer_tui.formats.yaml.reader import read_yaml

STORY = {"story": "new", "steps": [{"intent": "greet"}]}
STEP = StoryStep("new", (UserUttered(intent="greet"), ActionExecuted("utter_greet")))


def with_story(text: str) -> str:
    return apply_edits(text, [append_to_list(text, "stories", STORY, None)])


def with_markdown_story(text: str) -> str:
    return apply_edits(text, [patch_markdown.append_story(text, STEP)])


def with_examples(text: str, *messages: str, intent: str = "greet") -> str:
    return apply_edits(text, [patch_nlu_yaml.append_examples(text, intent, messages)])


def with_markdown_examples(text: str, *messages: str, intent: str = "greet") -> str:
    return apply_edits(text, [patch_markdown.append_examples(text, intent, messages)])


# --- edits ------------------------------------------------------------------------------------------------------------


def test_edits_keep_what_they_do_not_touch() -> None:
    assert apply_edits("abcdef", [Edit(4, 5, "E"), Edit(0, 0, ">"), Edit(1, 3, "")]) == ">adEf"
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


# --- stories in YAML --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "added"),
    [
        pytest.param(
            "stories:\n- story: a\n  steps: []\n", "\n- story: new\n  steps:\n  - intent: greet\n", id="outside"
        ),
        pytest.param(
            "stories:\n  - story: a\n    steps:\n      - intent: b\n",
            "\n  - story: new\n    steps:\n      - intent: greet\n",
            id="inside",
        ),
        pytest.param(
            "stories:\n  - story: a\n    steps:\n    - intent: b\n",
            "\n  - story: new\n    steps:\n    - intent: greet\n",
            id="one list inside, one outside",
        ),
        pytest.param(
            "stories:\n-   story: a\n    steps:\n    -   intent: b\n",
            "\n-   story: new\n    steps:\n    -   intent: greet\n",
            id="wide dashes",
        ),
        pytest.param(
            "stories:\n- story: a\n  steps: []\n- story: b\n  steps: []\n",
            "- story: new\n  steps:\n  - intent: greet\n",
            id="no blank lines between stories",
        ),
        pytest.param(
            "stories:\n- story: a\n  steps:\n  - intent: b   # said\n  # - intent: c\n",
            "\n- story: new\n  steps:\n  - intent: greet\n",
            id="comments at the end of the last story",
        ),
        pytest.param("stories:\n", "- story: new\n  steps:\n  - intent: greet\n", id="nothing behind the key"),
        pytest.param("nlu: []\n", "\nstories:\n- story: new\n  steps:\n  - intent: greet\n", id="no such key"),
        pytest.param("# only words\n", "\nstories:\n- story: new\n  steps:\n  - intent: greet\n", id="comments alone"),
        pytest.param("", "stories:\n- story: new\n  steps:\n  - intent: greet\n", id="empty"),
        pytest.param("\n\n", "stories:\n- story: new\n  steps:\n  - intent: greet\n", id="blank lines"),
        pytest.param("---\n", "\nstories:\n- story: new\n  steps:\n  - intent: greet\n", id="a document mark"),
    ],
)
def test_a_story_goes_to_the_end_in_the_style_of_the_file(text: str, added: str) -> None:
    assert with_story(text) == text + added


def test_a_story_goes_before_what_follows_its_section() -> None:
    text = "stories:\n- story: a\n  steps: []\n\n# the rules\nrules:\n- rule: b\n  steps: []\n"
    head, rest = text.split("\n\n", 1)
    assert with_story(text) == f"{head}\n\n- story: new\n  steps:\n  - intent: greet\n\n{rest}"


def test_an_empty_list_becomes_a_list_and_its_comment_stays() -> None:
    assert with_story("stories: []   # none yet\nrules: []\n") == (
        "stories:   # none yet\n- story: new\n  steps:\n  - intent: greet\nrules: []\n"
    )


def test_a_list_in_brackets_stays_one() -> None:
    assert with_story("stories: [{story: a, steps: []}]\n") == (
        "stories: [{story: a, steps: []}, {story: new, steps: [{intent: greet}]}]\n"
    )
    assert with_story('{"nlu": []}') == '{"nlu": [], stories: [{story: new, steps: [{intent: greet}]}]}'


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_byte_order_mark_line_ends_and_a_missing_last_one_stay(mark: str, line_end: str, last: bool) -> None:
    text = mark + "stories:\n- story: a 😀\n  steps: []".replace("\n", line_end) + (line_end if last else "")
    after = with_story(text)
    assert after.startswith(text)
    assert after.count("\r\n") == (after.count("\n") if line_end == "\r\n" else 0)
    assert after.endswith("- intent: greet" + (line_end if last else ""))


def test_the_end_of_the_document_stays_the_end() -> None:
    assert with_story("a: 1\n...\n") == "a: 1\n\nstories:\n- story: new\n  steps:\n  - intent: greet\n...\n"


def test_aliases_and_kept_line_ends_at_the_end_of_a_section_stay() -> None:
    text = "x: &x [1]\nstories:\n- story: a\n  steps: *x\nrules: []\n"
    assert with_story(text) == text.replace("*x\n", "*x\n\n- story: new\n  steps:\n  - intent: greet\n")
    text = "stories:\n- story: a\n  steps:\n  - user: |+\n      hi\n\nrules: []\n"
    assert read_yaml(with_story(text), "x").data["stories"][0] == read_yaml(text, "x").data["stories"][0]


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "just words\n", "stories: words\n", "stories: {a: b}\n", "a: [\n", "a: 1\n---\nb: 2\n"]
)
def test_what_cannot_take_a_story_is_refused_by_name(text: str) -> None:
    with pytest.raises(FormatError) as refusal:
        with_story(text)
    assert refusal.value.title


styles = st.sampled_from(
    (
        "intent: greet",
        "intent: greet  # c",
        "user: |\n      hi\n\n      # ho",
        "user: |-\n      x",
        'user: "a\n      b"',
        "bot: >-\n      x",
    )
)
gaps = st.sampled_from(("", "\n", "# c\n", "\n\n", "      # deep\n", "  \n"))


@given(
    st.lists(st.tuples(styles, gaps), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from(("", "rules:\n", "nlu: []")),
)
def test_any_story_file_gets_added_lines_alone(items: list[tuple[str, str]], is_windows: bool, rest: str) -> None:
    text = "stories:\n" + "".join(f"- story: s\n  steps:\n  - {step}\n{gap}" for step, gap in items) + rest
    text = text.replace("\n", "\r\n") if is_windows else text
    after = with_story(text)
    cut = next(
        index for index in range(len(text) + 1) if after.endswith(text[index:]) and after.startswith(text[:index])
    )
    added = after[cut : cut + len(after) - len(text)]
    assert "story: new" in added
    before, now = read_yaml(text, "x").data["stories"], read_yaml(after, "x").data["stories"]
    assert now == [*before, STORY]


# --- stories in Markdown ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("## a\n* b\n  - c\n", "\n## new\n* greet\n  - utter_greet\n"),
        ("## a\n* b\n\t- c", "\n\n## new\n* greet\n\t- utter_greet"),
        ("##a\n*b\n-   c\n", "\n##new\n*greet\n-   utter_greet\n"),
        ("## a\r\n* b\r\n - c\r\n\r\n", None),
        ("", "## new\n* greet\n    - utter_greet\n"),
        ("<!-- words -->\n", "\n## new\n* greet\n    - utter_greet\n"),
    ],
)
def test_a_markdown_story_has_the_bullets_of_the_file(text: str, added: str | None) -> None:
    after = with_markdown_story(text)
    if added is None:
        assert after == text.removesuffix("\r\n") + "\r\n## new\r\n* greet\r\n - utter_greet\r\n\r\n"
    else:
        assert after == text + added


def test_a_markdown_story_is_not_put_behind_a_comment_that_never_ends() -> None:
    text = "## a\n* b\n  - c\n<!-- rest\n## d\n"
    assert with_markdown_story(text) == "## a\n* b\n  - c\n\n## new\n* greet\n  - utter_greet\n<!-- rest\n## d\n"


# --- NLU --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "nlu:\n- intent: greet\n  examples: |\n    - hi\n",
            "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - ho\n",
        ),
        (
            "nlu:\n- intent: greet\n  examples: |\n   -  hi\n\n- intent: x\n  examples: |\n   - y\n",
            "nlu:\n- intent: greet\n  examples: |\n   -  hi\n   -  ho\n\n- intent: x\n  examples: |\n   - y\n",
        ),
        (
            "nlu:\n- examples: |\n    - hi\n  intent: greet\n",
            "nlu:\n- examples: |\n    - hi\n    - ho\n  intent: greet\n",
        ),
        ("nlu:\n- intent: greet\n  examples: |\n    - hi", "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - ho"),
        ("nlu:\n- intent: greet\n  examples: |\n", "nlu:\n- intent: greet\n  examples: |\n    - ho\n"),
        (
            "nlu:\n- intent: greet\n  examples:\n  - hi\n  - 'hey'\n",
            "nlu:\n- intent: greet\n  examples:\n  - hi\n  - 'hey'\n  - \"ho\"\n",
        ),
        (
            "nlu:\n- intent: greet\n  examples:\n  - text: |\n      hi\n    metadata: {a: b}\n",
            "nlu:\n- intent: greet\n  examples:\n  - text: |\n      hi\n    metadata: {a: b}\n  - text: |\n      ho\n",
        ),
        ("nlu:\n- intent: greet\n  examples: [hi]\n", "nlu:\n- intent: greet\n  examples: [hi, ho]\n"),
        (
            "nlu:\n- intent: greet\n  examples: >\n    - hi\n",
            "nlu:\n- intent: greet\n  examples: >\n    - hi\n\n- intent: greet\n  examples: |\n    - ho\n",
        ),
        (
            "nlu:\n- intent: greet\n  examples: |\n    - a\n- intent: greet\n  examples: |\n    - b\nresponses: {}\n",
            "nlu:\n- intent: greet\n  examples: |\n    - a\n- intent: greet\n  examples: |\n    - b\n    - ho\n"
            "responses: {}\n",
        ),
        ("version: '3.1'\n", "version: '3.1'\n\nnlu:\n- intent: greet\n  examples: |\n    - ho\n"),
    ],
)
def test_an_example_goes_into_the_last_block_of_its_intent(text: str, after: str) -> None:
    assert with_examples(text, "ho") == after


def test_an_example_of_several_lines_gets_a_block_that_can_hold_it() -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
    after = with_examples(text, "one\ntwo")
    assert after == text + "\n- intent: greet\n  examples:\n  - text: |-\n      one\n      two\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("## intent:greet\n- hi\n", "## intent:greet\n- hi\n- ho\n"),
        ("## intent: greet\n* hi\n\n## intent:x\n* y\n", "## intent: greet\n* hi\n* ho\n\n## intent:x\n* y\n"),
        (
            "## intent:greet\r\n + hi\r\n<!-- no -->\r\n## lookup:y\r\nfile.txt",
            "## intent:greet\r\n + hi\r\n + ho\r\n<!-- no -->\r\n## lookup:y\r\nfile.txt",
        ),
        ("## intent:x\n- y\n", "## intent:x\n- y\n\n## intent:greet\n- ho\n"),
        (
            "## intent:greet\n- a\n## intent:x\n- y\n## intent:greet\n- b",
            "## intent:greet\n- a\n## intent:x\n- y\n## intent:greet\n- b\n- ho",
        ),
        ("## intent:greet\n", "## intent:greet\n- ho\n"),
        ("", "## intent:greet\n- ho\n"),
    ],
)
def test_an_example_goes_into_the_last_markdown_section_of_its_intent(text: str, after: str) -> None:
    assert with_markdown_examples(text, "ho") == after


@pytest.mark.parametrize(
    "text",
    [
        '{"rasa_nlu_data": {"common_examples": []}}',
        (
            '{\n\t"rasa_nlu_data": {\n\t\t"common_examples": [\n'
            '\t\t\t{\n\t\t\t\t"text": "a]}",\n\t\t\t\t"intent": "b"\n\t\t\t}\n\t\t]\n\t}\n}\n'
        ),
        '\ufeff{"rasa_nlu_data": {"regex_features": [], "common_examples": [{"text": "\\"[", "intent": "b"}]}}\r\n',
        '{"rasa_nlu_data": {"intent_examples": [\n    {"text": "a", "intent": "b"}\n  ]\n}}',
        "",
    ],
)
def test_a_json_example_is_added_in_the_indentation_of_the_file(text: str) -> None:
    after = apply_edits(text, [patch_json.append_examples(text, [{"text": "né", "intent": "greet"}])])
    before = parse_nlu_json(text, "x").data.examples if text else ()
    found = parse_nlu_json(after, "x")
    assert not found.problems
    assert [example.text for example in found.data.examples] == [*(example.text for example in before), "né"]
    if "\t" in text:
        assert ',\n\t\t\t{\n\t\t\t\t"text": "né",\n\t\t\t\t"intent": "greet"\n\t\t\t}\n\t\t]' in after


@pytest.mark.parametrize("text", ['{"a": 1}', '{"rasa_nlu_data": {}}', '{"rasa_nlu_data": {"common_examples": [', "[]"])
def test_json_that_cannot_take_an_example_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        patch_json.append_examples(text, [{"text": "a"}])


# --- domain -----------------------------------------------------------------------------------------------------------


def test_a_name_that_is_there_is_not_added() -> None:
    text = "intents: [greet, {inform: {use_entities: []}}]\nactions:\n- a\nresponses:\n  utter_a: []\n"
    assert patch_domain.add_intent(text, "inform") == ()
    assert patch_domain.add_action(text, "a") == ()
    assert patch_domain.add_response(text, "utter_a", [], Era.RASA_3) == ()


def test_an_intent_goes_into_a_list_of_any_style() -> None:
    for text, after in (
        ("intents:\n- a\n- b\n", "intents:\n- a\n- b\n- on\n"),
        (
            "intents:\n  - a:\n      use_entities: false\n\nslots: {}\n",
            "intents:\n  - a:\n      use_entities: false\n  - 'on'\n\nslots: {}\n",
        ),
        ("intents: [a]\n", "intents: [a, on]\n"),
        ("intents: []\n", "intents:\n- on\n"),
        ("slots: {}\n", "slots: {}\n\nintents:\n- on\n"),
    ):
        (edit,) = patch_domain.add_intent(text, "on")
        assert apply_edits(text, [edit]).replace('"on"', "on") == after.replace("'on'", "on")


def test_a_response_has_the_quotes_and_the_form_of_those_before_it() -> None:
    hello = [ResponseVariation("Hi: {name}", {"buttons": [{"title": "Yes", "payload": '/a{"b": "c"}'}]})]
    text = "responses:\n  utter_a:\n    - text: 'x'\n  utter_b:\n    - text: 'y'\n"
    edits = patch_domain.add_response(text, "utter_new", hello, Era.RASA_3)
    assert apply_edits(text, edits) == text + (
        "  utter_new:\n    - text: 'Hi: {name}'\n      buttons:\n        - title: 'Yes'\n"
        '          payload: \'/a{"b": "c"}\'\n'
    )
    text = "templates:\n    utter_a:\n        - x\n"
    edits = patch_domain.add_response(text, "utter_new", [ResponseVariation("on")], Era.CORE)
    assert apply_edits(text, edits) == text + ('\n    utter_new:\n        - "on"\n\nactions:\n    - utter_new\n')


def test_a_response_of_several_lines_is_a_block() -> None:
    edits = patch_domain.add_response("responses: {}\n", "utter_a", [ResponseVariation("one\ntwo")], Era.RASA_3)
    assert apply_edits("responses: {}\n", edits) == "responses:\n  utter_a:\n  - text: |-\n      one\n      two\n"


# --- files of ASCII with escapes --------------------------------------------------------------------------------------

ESCAPED = (
    'version: "3.1"\nnlu:\n'
    "- intent: greet\n  examples: |\n    - gr\\u00fc\\u00df dich\n    - smile \\ud83d\\ude00 now\n"
    "- intent: bye\n  examples:\n  - text: bye \\u00e9\n"
)


@pytest.mark.parametrize("intent", ["greet", "bye", "new"])
@pytest.mark.parametrize("message", ["hallö du", "麻辣烫 😀", "[Köln](city)", 'say "é"'])
def test_an_example_goes_into_a_file_of_escapes_as_escapes(intent: str, message: str) -> None:
    edit = patch_nlu_yaml.append_examples(ESCAPED, intent, [message])
    after = apply_edits(ESCAPED, [edit])
    assert after.isascii()
    assert after[: edit.start] == ESCAPED[: edit.start]
    before, now = (parse_nlu_yaml(text, "nlu.yml").data.examples for text in (ESCAPED, after))
    assert len(now) == len(before) + 1
    assert {example.text for example in before} < {example.text for example in now}
    assert entity_markup.parse(message).text in {example.text for example in now}


@pytest.mark.parametrize("text", ["ja natürlich", "C:\\übung"])
def test_a_response_goes_into_a_domain_of_escapes_or_is_refused_whole(text: str) -> None:
    domain = "version: '3.1'\nresponses:\n  utter_a:\n  - text: gr\\u00fcezi\n"
    edits = patch_domain.add_response(domain, "utter_b", [ResponseVariation(text)], Era.RASA_3)
    after = apply_edits(domain, edits)
    assert after.isascii()
    responses = parse_domain(after, "domain.yml").domain.responses
    assert responses["utter_b"][0].text == text
    assert responses["utter_a"][0].text == "grüezi"


def test_a_file_without_escapes_gets_letters_as_they_are() -> None:
    text = ESCAPED.replace("\\u00fc\\u00df", "ue").replace("\\ud83d\\ude00", ":)").replace("\\u00e9", "e")
    assert "hallö" in patch_nlu_yaml.append_examples(text, "greet", ["hallö du"]).text
