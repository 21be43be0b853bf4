"""One conversation is one story: exported, gone on with, moved and edited, it never stands twice unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.session.test_export import (
    NLU_YML,
    STORIES_MD,
    STORIES_YML,
    a_domain,
    conversation,
    markdown_target,
    texts_of,
    turn,
    yaml_target,
)
from trainer_tui.core.events import Era
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import Rule, StoryStep
from trainer_tui.errors import FormatError, IllegalInput
from trainer_tui.export.additions import TargetFile
from trainer_tui.export.plan import ExampleToExport, ExportPlan, ExportRequest, apply, preview, written
from trainer_tui.export.planning import edit_text, plan_export, rename, retarget, switch, write_as
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.yaml.stories import parse_stories_yaml

FIRST = turn("search_concerts", "action_find")
MORE = (*FIRST, *turn("compare_reviews", "action_find"))

FILES = [
    (Era.RASA_3, yaml_target(STORIES_YML)),
    (Era.CORE, markdown_target(STORIES_MD)),
    (Era.CORE, markdown_target(STORIES_MD.replace("\n", "\r\n"))),
]


def exported_and_gone_on(
    era: Era, target: TargetFile, *others: TargetFile, more: tuple[object, ...] = MORE
) -> ExportPlan:
    request = ExportRequest(a_domain(era), (target, *others), (conversation(*FIRST),))
    plan = plan_export(request)
    texts = texts_of(plan) | apply(plan, texts_of(plan))
    targets = tuple(replace(one, text=texts[one.path]) for one in plan.targets)
    return plan_export(
        replace(request, targets=targets, previously=written(plan), conversations=(conversation(*more),))  # type: ignore[arg-type]
    )


def texts_after(plan: ExportPlan) -> dict[str, str]:
    texts = texts_of(plan) | apply(plan, texts_of(plan))
    return {path: text for path, text in texts.items() if text is not None}


def stories_in(plan: ExportPlan) -> list[tuple[str, str]]:
    """(file, story) of all stories and rules that the search for concerts is in, once the plan is written."""
    found = []
    for path, text in texts_after(plan).items():
        parse = parse_stories_markdown if path.endswith(".md") else parse_stories_yaml
        stories = parse(text, path).stories
        blocks: list[StoryStep | Rule] = [*stories.steps, *stories.rules]
        found += [(path, block.name) for block in blocks if "search_concerts" in repr(block.events)]
    return found


@pytest.mark.parametrize(("era", "target"), FILES)
def test_choosing_what_it_is_already_changes_nothing(era: Era, target: TargetFile) -> None:
    plan = exported_and_gone_on(era, target)
    assert stories_in(plan) == [(target.path, "search concerts")]
    assert write_as(plan, "story:main", "story") == plan
    assert retarget(plan, "story:main", target.path) == plan


@pytest.mark.parametrize(("era", "target"), FILES)
def test_a_story_that_moves_is_taken_out_where_it_was(era: Era, target: TargetFile) -> None:
    other = "data/more" + target.path[target.path.rindex(".") :]
    plan = retarget(exported_and_gone_on(era, target), "story:main", other)
    assert [(item.title, item.target, item.is_on) for item in plan.items] == [
        ('- story "search concerts"', target.path, True),
        ('+ story "search concerts"', other, True),
    ]
    assert stories_in(plan) == [(other, "search concerts")]
    assert texts_after(plan)[target.path] == target.text
    # And back again, as if nothing had been.
    back = retarget(plan, "story:main", target.path)
    assert [item.title for item in back.items] == ['~ story "search concerts"']
    assert stories_in(back) == [(target.path, "search concerts")]


@pytest.mark.parametrize(("era", "target"), FILES)
def test_a_story_that_becomes_a_test_is_no_training_story_any_more(era: Era, target: TargetFile) -> None:
    plan = write_as(exported_and_gone_on(era, target), "story:main", "test")
    assert [path.startswith("tests/") for path, _ in stories_in(plan)] == [True]
    back = write_as(plan, "story:main", "story")
    assert stories_in(back) == [(target.path, "search concerts")]


def test_a_story_that_becomes_a_rule_in_its_own_file_stands_there_once() -> None:
    first = exported_and_gone_on(Era.RASA_3, yaml_target(STORIES_YML), more=FIRST)
    (item,) = first.items
    assert item.note == "exported already"
    plan = write_as(switch(first, item.id, True), item.id, "rule")
    assert [(item.title, item.is_on) for item in plan.items] == [
        ('- story "search concerts"', True),
        ('+ rule "search concerts"', True),
    ]
    assert len(stories_in(plan)) == 1


def test_what_moves_can_stay_where_it_was_too_if_that_is_wanted() -> None:
    plan = retarget(exported_and_gone_on(*FILES[0]), "story:main", "data/more.yml")
    both = switch(plan, plan.items[0].id, False)
    assert [path for path, _ in stories_in(both)] == ["data/stories.yml", "data/more.yml"]
    none = switch(plan, "story:main", False)
    assert [item.id for item in none.items] == ["story:main"]


def test_of_a_story_edited_by_hand_both_are_shown_and_the_edited_one_stays_unless_asked() -> None:
    plan = exported_and_gone_on(*FILES[1])
    text = (plan.targets[0].text or "").replace("action_find", "action_other")
    plan = plan_export(replace(plan.request, targets=(replace(plan.targets[0], text=text),)))
    assert [(item.title, item.is_on) for item in plan.items] == [
        ('- story "search concerts"', False),
        ('+ story "search concerts, compare reviews"', True),
    ]
    assert "edited by hand since its export" in plan.items[0].note
    assert len(stories_in(switch(plan, plan.items[0].id, True))) == 1


# --- written by hand --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (("## greet", ""), "changes what stands in the file beside it"),
        (("## greet\n* greet", "greet"), "cannot be read back|changes what stands"),
        (("* greet", "greet"), "cannot be read back|changes what stands"),
        (("## greet", "<!-- ## greet"), "cannot be read back|adds nothing"),
    ],
)
def test_markdown_written_by_hand_is_checked_as_markdown(edit: tuple[str, str], fault: str) -> None:
    request = ExportRequest(
        a_domain(Era.CORE), (markdown_target(STORIES_MD),), (conversation(*turn("greet", "action_find")),)
    )
    plan = plan_export(request)
    with pytest.raises(FormatError, match=fault):
        edit_text(plan, "story:main", preview(plan)[0].text.replace(*edit))


@pytest.mark.parametrize(
    "edit", [("- story: greet", "story: greet"), ("    steps:", "    stepps:"), ("- intent:", "- intend:")]
)
def test_yaml_written_by_hand_is_checked_as_a_story(edit: tuple[str, str]) -> None:
    request = ExportRequest(a_domain(), (yaml_target(STORIES_YML),), (conversation(*turn("greet", "action_find")),))
    plan = plan_export(request)
    with pytest.raises(FormatError):
        edit_text(plan, "story:main", preview(plan)[0].text.replace(*edit))


@pytest.mark.parametrize("edit", [("- ", ""), ("- hi all", "")])
def test_examples_written_by_hand_are_checked_as_examples(edit: tuple[str, str]) -> None:
    request = ExportRequest(
        a_domain(),
        (yaml_target(NLU_YML, "nlu", "data/nlu.yml"),),
        examples=(ExampleToExport(Example("hi all", "greet")),),
    )
    plan = plan_export(request)
    text = preview(plan)[0].text
    assert "- hi all" in text
    edited = text.replace(*edit)
    if edited.strip():
        with pytest.raises(FormatError):
            edit_text(plan, plan.items[0].id, edited)


def test_what_was_written_by_hand_is_not_thrown_away_for_a_name_or_a_form() -> None:
    request = ExportRequest(a_domain(), (yaml_target(STORIES_YML),), (conversation(*turn("greet", "action_find")),))
    plan = plan_export(request)
    edited = edit_text(plan, "story:main", preview(plan)[0].text.replace("action_find", "action_mine"))
    with pytest.raises(IllegalInput, match="edited by hand"):
        rename(edited, "story:main", "another")
    with pytest.raises(IllegalInput, match="edited by hand"):
        write_as(edited, "story:main", "test")
    with pytest.raises(IllegalInput, match="edited by hand"):
        retarget(edited, "story:main", "data/more.md")
    elsewhere = retarget(edited, "story:main", "data/more.yml")
    assert "action_mine" in texts_after(elsewhere)["data/more.yml"]
