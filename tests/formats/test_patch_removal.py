"""A story is taken out of a file, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.story_strategies import markdown_stories, yaml_stories
from tests.formats.test_patch_fuzz import MARKDOWN_PARTS, YAML_PARTS, texts_of
from trainer_tui.core.events import ActionExecuted, UserUttered
from trainer_tui.core.stories import StoryFile, StoryStep
from trainer_tui.errors import FormatError
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.markdown.stories_writer import write_stories_markdown
from trainer_tui.formats.patch import markdown as patch_markdown
from trainer_tui.formats.patch.edits import apply_edits
from trainer_tui.formats.patch.removal import remove_markdown_story, remove_name, remove_yaml_story
from trainer_tui.formats.patch.yaml import append_to_list, data_of
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.formats.yaml.stories_writer import write_stories_yaml

STEP = StoryStep("new", (UserUttered(intent="greet"), ActionExecuted("utter_greet")))
ITEM = {"story": "new", "steps": [{"intent": "greet"}, {"action": "utter_greet"}]}


def without_markdown(text: str, line: int) -> str:
    return apply_edits(text, [remove_markdown_story(text, line)])


def without_yaml(text: str, line: int) -> str:
    return apply_edits(text, [remove_yaml_story(text, line)])


# --- Markdown -------------------------------------------------------------------------------------------------------

MARKDOWN = """\
<!-- our stories -->

## happy
* greet
    - utter_greet   <!-- always -->

<!-- of the form: -->
## stopped
* request
    - restaurant_form

    - form{"name": "restaurant_form"}
> asked

<!-- the next one is short -->
## bye
* bye
    - utter_bye
"""


@pytest.mark.parametrize("line", [8, 9, 10, 12, 13, 14])
def test_any_line_of_a_story_names_it_and_comments_around_it_stay(line: int) -> None:
    assert without_markdown(MARKDOWN, line) == MARKDOWN.replace(
        '\n## stopped\n* request\n    - restaurant_form\n\n    - form{"name": "restaurant_form"}\n> asked', ""
    )


def test_the_first_story_goes_with_the_blank_lines_above_it_and_the_last_one_too() -> None:
    assert without_markdown(MARKDOWN, 3).startswith("<!-- our stories -->\n\n<!-- of the form: -->\n## stopped")
    assert without_markdown(MARKDOWN, 19).endswith("> asked\n\n<!-- the next one is short -->\n")


def test_a_story_at_the_very_start_leaves_no_blank_lines() -> None:
    assert without_markdown("## a\n* b\n - c\n\n\n## d\n* e\n", 2) == "## d\n* e\n"
    assert without_markdown("\ufeff## a\r\n* b\r\n\r\n## d\r\n* e\r\n", 1) == "\ufeff## d\r\n* e\r\n"
    assert without_markdown("## a\n* b\n - c\n", 1) == ""
    assert without_markdown("## a\n* b\n - c", 3) == ""


def test_a_comment_that_begins_in_the_last_step_goes_whole() -> None:
    text = "## a\n* b\n - c <!-- and\nmore -->\n\n## d\n* e\n"
    assert without_markdown(text, 1) == "## d\n* e\n"


def test_a_story_in_a_comment_is_none() -> None:
    text = "<!--\n## a\n* b\n-->\n## c\n* d\n"
    with pytest.raises(FormatError, match="no story"):
        without_markdown(text, 2)
    assert without_markdown(text, 5) == "<!--\n## a\n* b\n-->\n"


def test_a_name_behind_the_end_of_a_comment_is_refused() -> None:
    with pytest.raises(FormatError, match="comment"):
        without_markdown("## z\n* y\n<!--\n--> ## a\n* b\n - c\n\n## d\n* e\n", 5)


# --- YAML -----------------------------------------------------------------------------------------------------------

YAML = """\
version: "3.1"
stories:
# the first
- story: happy
  steps:
  - intent: greet
  - action: utter_greet  # always

# of the form
- story: stopped
  metadata: {author: me}
  steps:
  - intent: stop
  - action: utter_ask_continue
  # that is all

- # said at last
  story: bye
  steps:
  - intent: bye

rules:
  - rule: chitchat
    steps:
      - intent: chitchat
      - action: utter_chitchat
"""


@pytest.mark.parametrize("line", [10, 12, 14])
def test_an_item_goes_and_comments_around_it_stay(line: int) -> None:
    assert without_yaml(YAML, line) == YAML.replace(
        "\n- story: stopped\n  metadata: {author: me}\n  steps:\n  - intent: stop\n  - action: utter_ask_continue", ""
    )


def test_an_item_whose_dash_has_a_comment_goes_with_it() -> None:
    assert without_yaml(YAML, 18) == YAML.replace("\n\n- # said at last\n  story: bye\n  steps:\n  - intent: bye", "")
    assert without_yaml(YAML, 4) == YAML.replace(
        "\n- story: happy\n  steps:\n  - intent: greet\n  - action: utter_greet  # always", ""
    )


def test_the_only_rule_leaves_its_section_empty() -> None:
    after = without_yaml(YAML, 24)
    assert after.endswith("  - intent: bye\n\nrules:\n")
    assert not parse_stories_yaml(after, "stories.yml").problems


@pytest.mark.parametrize(
    ("section", "held"),
    [
        ("intents", "intents:\n- greet\n"),
        ("intents", "intents: [greet]\n"),
        ("intents", "intents:\n  - greet: {use_entities: []}\n"),
        ("responses", "responses:\n  greet:\n  - text: hi\n"),
        ("responses", "templates: {greet: [{text: hi}]}\n"),
    ],
)
def test_the_last_name_of_a_section_goes_with_it(section: str, held: str) -> None:
    before, after = 'version: "3.1"\n# mine\n', "entities:\n- city\n"
    text = before + held + after
    assert apply_edits(text, (remove_name(text, section, "greet"),)) == before + after
    with pytest.raises(FormatError):
        remove_name(text, section, "city")


def test_a_story_in_brackets_is_refused() -> None:
    with pytest.raises(FormatError, match="lines of its own"):
        without_yaml("stories: [{story: a, steps: [{intent: b}]}]\n", 1)


def test_a_story_that_others_take_from_is_refused() -> None:
    text = "stories:\n- story: a\n  steps: &steps\n  - intent: b\n- story: c\n  steps: *steps\n"
    with pytest.raises(FormatError):
        without_yaml(text, 2)
    assert without_yaml(text, 5) == "stories:\n- story: a\n  steps: &steps\n  - intent: b\n"


# --- whatever stands there --------------------------------------------------------------------------------------------


@given(texts_of(MARKDOWN_PARTS))
def test_removing_an_appended_markdown_story_restores_the_bytes(text: str) -> None:
    text = f"## a\n* b\n{text}"
    after = apply_edits(text, [patch_markdown.append_story(text, STEP)])
    found = [step for step in parse_stories_markdown(after, "").stories.steps if step.name == "new"]
    if not found or found[0].place is None or found[0].place.line is None:
        return  # hidden behind a comment that is never closed
    assert without_markdown(after, found[0].place.line) == text


@given(markdown_stories, st.sampled_from(("\n", "\r\n")), st.booleans())
def test_removing_an_appended_markdown_story_is_never_refused_where_only_stories_are(
    stories: StoryFile, line_end: str, is_closed: bool
) -> None:
    text = write_stories_markdown(stories)
    text = (text if is_closed else text.rstrip("\n")).replace("\n", line_end)
    after = apply_edits(text, [patch_markdown.append_story(text, STEP)])
    found = parse_stories_markdown(after, "").stories.steps[-1]
    assert found.name == "new" and found.place and found.place.line
    assert without_markdown(after, found.place.line) == text


@given(yaml_stories, st.sampled_from(("\n", "\r\n")), st.booleans())
def test_removing_an_appended_yaml_story_restores_the_bytes(stories: StoryFile, line_end: str, is_closed: bool) -> None:
    text = write_stories_yaml(StoryFile((STEP, *stories.steps), stories.rules))
    text = (text if is_closed else text.rstrip("\n")).replace("\n", line_end)
    after = apply_edits(text, [append_to_list(text, "stories", ITEM, None)])
    found = parse_stories_yaml(after, "").stories.steps[-1]
    assert found.name == "new" and found.place and found.place.line
    assert without_yaml(after, found.place.line) == text


@given(texts_of(YAML_PARTS), st.integers(1, 12))
def test_whatever_a_yaml_file_holds_one_item_goes_or_it_is_refused(text: str, line: int) -> None:
    try:
        after = without_yaml(text, line)
    except FormatError as refusal:
        assert refusal.title
        return
    before, left = data_of(text).data, data_of(after).data
    counts = [
        (len(before.get(section) or ()), len((left or {}).get(section) or ())) for section in ("stories", "rules")
    ]
    assert sorted(was - now for was, now in counts) == [0, 1]


@given(texts_of(MARKDOWN_PARTS), st.integers(1, 12))
def test_whatever_a_markdown_file_holds_one_story_goes_or_it_is_refused(text: str, line: int) -> None:
    try:
        after = without_markdown(text, line)
    except FormatError as refusal:
        assert refusal.title
        return
    before, left = parse_stories_markdown(text, "").stories, parse_stories_markdown(after, "").stories
    assert [step for step in before.steps if step in left.steps] == list(left.steps)
    assert len({step.name for step in before.steps} - {step.name for step in left.steps}) <= 1
