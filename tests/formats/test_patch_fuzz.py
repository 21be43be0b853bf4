"""Whatever stands in a file: an addition is refused in words, or added and read back; nothing else happens."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.core.events import Era, UserUttered
from trainer_tui.core.stories import StoryStep
from trainer_tui.errors import FormatError
from trainer_tui.formats.patch import domain as patch_domain
from trainer_tui.formats.patch import json as patch_json
from trainer_tui.formats.patch import markdown as patch_markdown
from trainer_tui.formats.patch import nlu_yaml as patch_nlu_yaml
from trainer_tui.formats.patch import yaml as patch_yaml
from trainer_tui.formats.patch.edits import Edit, apply_edits
from trainer_tui.formats.patch.yaml import data_of

YAML_PARTS = (
    "stories:", "nlu:", "intents:", "responses:", "templates:", "actions:", "\n", "\n", "\r\n", "  ", "    ",
    "- ", "- - ", "-",
    "story: a", "intent: greet", "examples: |", "examples: |+\n", "examples:", "steps: []", "[]",
    "{}", "[a, b]", "[a,", "]",
    "{a: b}", "{", "}", "# c", " # c", "'", '"', "'a'", '"b"', "null", "~", "a", "a: b", "? a", ": b", "&x ",
    "*x", "<<: *x",
    "|", ">-", "!!str ", "---\n", "...\n", "%YAML 1.2\n", "\t", "\ufeff", "é😀", "\u2028",
    "\x85", "text: hi", "version: '3.1'\n",
)  # fmt: skip
MARKDOWN_PARTS = (
    "## ", "# ", "##", "intent:greet", "intent: greet", "synonym:a", "lookup:b", "* ", "- ", "+ ", "> ",
    "\n", "\n", "\r\n",
    "\t", "    ", "greet", "utter_a", 'slot{"a": 1}', "<!--", "-->", "[a](b)", "\ufeff", "é😀", "\x85",
    " OR ", "form: ",
)  # fmt: skip
JSON_PARTS = (
    '{"rasa_nlu_data": {"common_examples": [', "]}}", '{"text": "a", "intent": "b"}', ",", "\n", "\r\n", "  ", "\t",
    "[", "]",
    "{", "}", '"', "\\", ":", "null", "1", "\ufeff", "é😀", '"rasa_nlu_data"', '"common_examples"', '"text"',
)  # fmt: skip


def texts_of(parts: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(parts), max_size=14).map("".join)


def patched(text: str, make: Callable[[], tuple[Edit, ...]]) -> str | None:
    try:
        edits = make()
    except FormatError as refusal:
        assert refusal.title
        return None
    after = apply_edits(text, edits)
    assert len(after) >= len(text) - 8, "more than an empty list went"
    return after


@given(texts_of(YAML_PARTS))
def test_yaml(text: str) -> None:
    before = data_of(text).data or {}
    story = {"story": "new", "steps": [{"intent": "greet"}]}
    after = patched(text, lambda: (patch_yaml.append_to_list(text, "stories", story, None),))
    if after is not None:
        assert data_of(after).data == {**before, "stories": [*(before.get("stories") or ()), story]}
    after = patched(text, lambda: (patch_nlu_yaml.append_examples(text, "greet", ["hi"]),))
    if after is not None:
        data = data_of(after).data
        assert {key: data[key] for key in before if key != "nlu"} == {
            key: value for key, value in before.items() if key != "nlu"
        }
    for name, section in (("zz", "intents"), ("zz", "actions")):
        add = patch_domain.add_intent if section == "intents" else patch_domain.add_action
        after = patched(text, lambda add=add, name=name: add(text, name))  # type: ignore[misc]
        assert after is None or name in patch_domain.names_in(after, section)
    for era in Era:
        after = patched(text, lambda era=era: patch_domain.add_response(text, "zz", [ResponseVariation("x: y")], era))  # type: ignore[misc]
        assert after is None or "zz" in patch_domain.names_in(after, patch_domain.response_section(after, era))


@given(texts_of(MARKDOWN_PARTS))
def test_markdown(text: str) -> None:
    after = patched(
        text, lambda: (patch_markdown.append_story(text, StoryStep("new", (UserUttered(intent="greet"),))),)
    )
    assert after is not None and "greet" in after
    after = patched(text, lambda: (patch_markdown.append_examples(text, "greet", ["hi"]),))
    assert after is not None and "hi" in after


@given(texts_of(JSON_PARTS))
def test_json(text: str) -> None:
    after = patched(text, lambda: (patch_json.append_examples(text, [{"text": "new"}]),))
    assert after is None or '"new"' in after
