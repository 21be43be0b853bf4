"""An export adds what is new to the project's own files, each in its own notation, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from trainer_tui.core.domain import Domain, Intent, ResponseVariation
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Entity,
    Era,
    Event,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.slots import Form, Slot
from trainer_tui.errors import FormatError, IllegalInput, TrainerError
from trainer_tui.export.additions import PreviousExport, StoryRemoval, TargetFile, is_writable
from trainer_tui.export.plan import (
    ConversationToExport,
    ExampleToExport,
    ExportPlan,
    ExportRequest,
    apply,
    preview,
    written,
)
from trainer_tui.export.planning import edit_text, plan_export, refresh, rename, retarget, summary, switch, write_as
from trainer_tui.export.review import Only
from trainer_tui.formats.dialect import Dialect
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.yaml.reader import read_yaml
from trainer_tui.formats.yaml.stories import parse_stories_yaml
from trainer_tui.session.machine import Additions

LISTEN = ActionExecuted(ACTION_LISTEN)

STORIES_MD = "## happy\n* greet\n  - utter_greet\n"
STORIES_YML = """\
version: "3.1"

stories:
  # the usual way
  - story: happy
    steps:
      - intent: greet
      - action: utter_greet

rules:
  - rule: bye
    steps:
      - intent: goodbye
      - action: utter_goodbye
"""
NLU_YML = """\
version: "3.1"

# what people say
nlu:
- intent: greet   # hello
  examples: |
    - hi
    - 'ello

- lookup: city
  examples: |
    - Rome

responses:
  utter_x:
  - text: x
"""
DOMAIN_YML = """\
version: "3.1"

intents:
  - zebra   # first, though last in the alphabet
  - greet

responses:
  utter_greet:
    - text: 'hi'   # short

actions:
- action_find
"""


def says(intent: str, text: str | None = None, *entities: Entity) -> UserUttered:
    return UserUttered(text=text or f"/{intent}", intent=intent, entities=entities)


def does(*actions: str) -> tuple[Event, ...]:
    return tuple(ActionExecuted(action) for action in actions)


def turn(intent: str, *actions: str) -> tuple[Event, ...]:
    return (says(intent), *does(*actions), LISTEN)


def a_domain(era: Era = Era.RASA_3) -> Domain:
    return Domain(
        era=era,
        intents={name: Intent(name) for name in ("greet", "goodbye", "search_concerts", "compare_reviews", "inform")},
        slots={
            "city": Slot("city", "text"),
            "note": Slot("note", "unfeaturized"),
            "seating": Slot("seating", "bool"),
        },
        actions=("action_find",),
        forms={"table_form": Form("table_form", ("seating",))},
    )


def yaml_target(text: str | None, kind: str = "stories", path: str = "data/stories.yml") -> TargetFile:
    return TargetFile(path, kind, Dialect.YAML_3, text)  # type: ignore[arg-type]


def markdown_target(text: str | None, path: str = "data/stories.md") -> TargetFile:
    return TargetFile(path, "stories", Dialect.MARKDOWN, text)


def conversation(*events: Event, key: str = "main", name: str | None = None) -> ConversationToExport:
    return ConversationToExport(key, name, (LISTEN, *events))


def exported(request: ExportRequest) -> dict[str, str]:
    return apply(plan_export(request), texts_of(plan_export(request)))


def texts_of(plan: ExportPlan) -> dict[str, str | None]:
    return {target.path: target.text for target in plan.targets}


def added_to(text: str, *events: Event, era: Era = Era.RASA_3) -> str:
    """What an export of one conversation puts behind a story file of that text."""
    target = yaml_target(text) if era is Era.RASA_3 else markdown_target(text)
    after = exported(ExportRequest(a_domain(era), (target,), (conversation(*events),)))[target.path]
    assert after.startswith(text)
    return after[len(text) :]


# --- the five faults of `rasa interactive` --------------------------------------------------------------------------


def test_a_story_goes_into_an_indented_list_at_its_indentation() -> None:
    text = STORIES_YML.partition("\nrules:")[0]
    assert added_to(text, *turn("greet", "action_find")) == (
        "\n  - story: greet\n    steps:\n      - intent: greet\n      - action: action_find\n"
    )


def test_a_story_goes_under_stories_though_rules_stand_last() -> None:
    after = exported(
        ExportRequest(a_domain(), (yaml_target(STORIES_YML),), (conversation(*turn("greet", "action_find")),))
    )
    read = parse_stories_yaml(after["data/stories.yml"], "stories.yml")
    assert [step.name for step in read.stories.steps] == ["happy", "greet"]
    assert [rule.name for rule in read.stories.rules] == ["bye"]
    assert not read.problems


def test_two_conversations_make_one_new_file_that_can_be_read() -> None:
    both = (conversation(*turn("greet", "utter_greet")), conversation(*turn("goodbye", "utter_goodbye"), key="fork 1"))
    after = exported(ExportRequest(a_domain(), (), both))
    assert after == {
        "data/stories.yml": 'version: "3.1"\n\nstories:\n'
        "- story: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n\n"
        "- story: goodbye\n  steps:\n  - intent: goodbye\n  - action: utter_goodbye\n"
    }


def test_an_nlu_file_keeps_its_comments_its_order_and_its_other_keys() -> None:
    target = yaml_target(NLU_YML, "nlu", "data/nlu.yml")
    example = Example("hello there", "greet")
    after = exported(ExportRequest(a_domain(), (target,), examples=(ExampleToExport(example),)))["data/nlu.yml"]
    assert after == NLU_YML.replace("    - 'ello\n", "    - 'ello\n    - hello there\n")


def test_a_domain_gets_new_names_where_they_belong_and_keeps_all_else() -> None:
    targets = (
        yaml_target(DOMAIN_YML, "domain", "domain/a.yml"),
        yaml_target("entities: [name]   # of people\n", "domain", "domain/b.yml"),
    )
    additions = Additions(
        ("book/now",), ("city",), ("action_new",), {"utter_new": (ResponseVariation("No: it's {city}"),)}
    )
    plan = plan_export(ExportRequest(a_domain(), targets, additions=additions))
    assert [item.title for item in plan.items] == [
        "+ intent book",
        "+ entity city",
        "+ action action_new",
        "+ response utter_new",
    ]
    assert apply(plan, texts_of(plan)) == {
        "domain/a.yml": DOMAIN_YML.replace("  - greet\n", "  - greet\n  - book\n")
        .replace("# short\n", "# short\n\n  utter_new:\n    - text: 'No: it''s {city}'\n")
        .replace("- action_find\n", "- action_find\n- action_new\n"),
        "domain/b.yml": "entities: [name, city]   # of people\n",
    }


# --- what is written of a conversation ------------------------------------------------------------------------------


def test_what_was_undone_or_taken_back_is_not_written() -> None:
    events = (
        says("inform"),
        *does("action_find"),
        ActionReverted(),
        *does("utter_greet"),
        LISTEN,
        says("goodbye"),
        *does("action_default_fallback"),
        UserUtteranceReverted(),
        LISTEN,
        says("greet"),
        *does("utter_greet"),
        LISTEN,
    )
    added = added_to(STORIES_MD, *events, era=Era.CORE)
    assert added == "\n## inform, greet\n* inform\n  - utter_greet\n* greet\n  - utter_greet\n"


def test_only_whole_turns_are_written() -> None:
    added = added_to(STORIES_MD, *turn("inform", "action_find"), says("goodbye"), *does("utter_goodbye"), era=Era.CORE)
    assert added == "\n## inform\n* inform\n  - action_find\n"
    request = ExportRequest(a_domain(), (), (conversation(says("goodbye"), *does("utter_goodbye")),))
    assert plan_export(request).items == ()
    assert exported(request) == {}
    assert summary(plan_export(request)) is None


def test_entities_keep_role_and_group_and_texts_that_look_like_numbers() -> None:
    entities = (Entity("city", "Rome", 3, 7, role="to", group="1", extractor="crf"), Entity("time", "12:30", 8, 13))
    text = STORIES_YML.partition("\nrules:")[0]
    added = added_to(text, says("inform", "to Rome 12:30", *entities), *does("action_find"), LISTEN)
    (step,) = parse_stories_yaml(text + added, "stories.yml").stories.steps[1:]
    assert step.events[0] == UserUttered(
        intent="inform", entities=(Entity("city", "Rome", role="to", group="1"), Entity("time", "12:30"))
    )


def test_what_the_bot_said_and_did_by_itself_is_no_story_line() -> None:
    events = (
        *does("action_session_start"),
        says("greet"),
        *does("utter_greet"),
        BotUttered("Hi"),
        *does("action_extract_slots", "action_unlikely_intent"),
        LISTEN,
    )
    after = exported(ExportRequest(a_domain(), (), (conversation(*events),)))["data/stories.yml"]
    assert after.endswith("  - intent: greet\n  - action: utter_greet\n")


def test_slots_that_no_policy_sees_are_written_only_where_the_file_does_so() -> None:
    events = (
        says("inform"),
        SlotSet("city", "Rome"),
        SlotSet("note", "x"),
        SlotSet("requested_slot", "seating"),
        *does("action_find"),
        LISTEN,
    )
    assert added_to(STORIES_MD, *events, era=Era.CORE).splitlines()[2:] == [
        "* inform",
        '  - slot{"city": "Rome"}',
        "  - action_find",
    ]
    with_note = STORIES_MD + '  - slot{"note": "y"}\n'
    assert '  - slot{"note": "x"}' in added_to(with_note, *events, era=Era.CORE)
    with_request = STORIES_MD + '  - slot{"requested_slot": null}\n'
    added = added_to(with_request, *events, era=Era.CORE)
    assert '  - slot{"requested_slot": "seating"}' in added and "note" not in added


def test_a_slot_that_is_set_again_at_once_is_written_once() -> None:
    events = (
        says("inform"),
        SlotSet("city", "Rom"),
        SlotSet("seating", True),
        SlotSet("city", "Rome"),
        *does("action_find"),
        SlotSet("city", "Rome"),
        LISTEN,
    )
    assert added_to(STORIES_MD, *events, era=Era.CORE).splitlines()[3:] == [
        '  - slot{"seating": true}',
        '  - slot{"city": "Rome"}',
        "  - action_find",
        '  - slot{"city": "Rome"}',
    ]


def test_what_a_form_sets_anew_without_a_change_is_not_written() -> None:
    """As forms of Rasa 2 and 3 do when they start."""
    events = (
        says("inform"),
        SlotSet("city", "Rome"),
        *does("table_form"),
        ActiveLoop("table_form"),
        SlotSet("city", "Rome"),
        SlotSet("seating", True),
        LISTEN,
    )
    assert added_to(STORIES_MD, *events, era=Era.CORE).splitlines()[3:] == [
        '  - slot{"city": "Rome"}',
        "  - table_form",
        '  - form{"name": "table_form"}',
        '  - slot{"seating": true}',
    ]


FORM_TALK: tuple[Event, ...] = (
    says("greet"),
    *does("table_form"),
    ActiveLoop("table_form"),
    LISTEN,
    says("inform", None, Entity("city", "Rome")),
    SlotSet("city", "Rome"),
    *does("table_form"),
    LISTEN,
    says("goodbye"),
    ActionExecutionRejected("table_form"),
    *does("utter_goodbye"),
    LISTEN,
    says("inform"),
    *does("table_form"),
    ActiveLoop(None),
    LISTEN,
)


def test_what_a_form_did_by_itself_is_marked_in_markdown() -> None:
    assert added_to(STORIES_MD, *FORM_TALK, era=Era.CORE).splitlines()[2:] == [
        "* greet",
        "  - table_form",
        '  - form{"name": "table_form"}',
        '* form: inform{"city": "Rome"}',
        '  - slot{"city": "Rome"}',
        "  - form: table_form",
        "* goodbye",
        "  - utter_goodbye",
        "  - action_listen",
        "* form: inform",
        "  - table_form",
        '  - form{"name": null}',
    ]


def test_a_message_that_the_form_does_not_validate_is_no_turn_of_the_form() -> None:
    events = [*FORM_TALK]
    events.insert(events.index(ActiveLoop(None)) - 1, LoopInterrupted(True))
    assert added_to(STORIES_MD, *events, era=Era.CORE).splitlines()[8:] == [
        "* goodbye",
        "  - utter_goodbye",
        "* inform",
        "  - table_form",
        '  - form{"name": null}',
    ]


@pytest.mark.parametrize("is_taken", [True, False])
def test_what_a_form_did_by_itself_is_left_out_of_yaml(is_taken: bool) -> None:
    """So is the message that it took on its return; one that it was told to leave alone is written."""
    events = [*FORM_TALK]
    if not is_taken:
        events.insert(events.index(ActiveLoop(None)) - 1, LoopInterrupted(True))
    after = exported(ExportRequest(a_domain(), (), (conversation(*events),)))["data/stories.yml"]
    (step,) = parse_stories_yaml(after, "stories.yml").stories.steps
    assert step.events == (
        UserUttered(intent="greet"),
        ActionExecuted("table_form"),
        ActiveLoop("table_form"),
        SlotSet("city", "Rome"),
        UserUttered(intent="goodbye"),
        ActionExecuted("utter_goodbye"),
        LISTEN if is_taken else UserUttered(intent="inform"),
        ActionExecuted("table_form"),
        ActiveLoop(None),
    )


def test_a_restart_parts_a_conversation() -> None:
    events = (*turn("greet", "utter_greet"), Restarted(), LISTEN, *turn("goodbye", "utter_goodbye"))
    plan = plan_export(ExportRequest(a_domain(), (), (conversation(*events),)))
    assert [item.title for item in plan.items] == ['+ story "greet"', '+ story "goodbye"']


def test_retrieval_intents_stand_in_stories_by_their_base() -> None:
    after = exported(ExportRequest(a_domain(), (), (conversation(*turn("faq/hours", "utter_faq")),)))
    assert "  - intent: faq\n" in after["data/stories.yml"]


# --- names, duplicates, conflicts -----------------------------------------------------------------------------------


def test_a_name_is_made_up_of_the_intents_and_is_free() -> None:
    events = (*turn("search_concerts", "action_find"), *turn("compare_reviews", "action_find"))
    taken = STORIES_MD + "\n## search concerts, compare reviews\n* greet\n  - utter_x\n"
    request = ExportRequest(
        a_domain(Era.CORE), (markdown_target(taken),), (conversation(*events), conversation(*events, key="b"))
    )
    plan = plan_export(request)
    assert [item.title for item in plan.items] == [
        '+ story "search concerts, compare reviews 2"',
        '+ story "search concerts, compare reviews 3"',
    ]
    assert [item.is_on for item in plan.items] == [True, False]
    assert plan.items[1].note == "another conversation of this export begins with it"


def test_a_name_that_a_person_gave_stays_though_another_story_has_it() -> None:
    request = ExportRequest(
        a_domain(Era.CORE), (markdown_target(STORIES_MD),), (conversation(*turn("greet", "x"), name="happy"),)
    )
    assert plan_export(request).items[0].title == '+ story "happy"'


def test_a_story_that_is_there_already_is_off() -> None:
    request = ExportRequest(
        a_domain(Era.CORE), (markdown_target(STORIES_MD),), (conversation(*turn("greet", "utter_greet")),)
    )
    (item,) = plan_export(request).items
    assert not item.is_on
    assert item.note == 'the same as "happy" in data/stories.md:1'


def test_stories_that_disagree_are_named() -> None:
    request = ExportRequest(
        a_domain(),
        (),
        (conversation(*turn("greet", "utter_greet")),),
        conflicts=lambda new: [f"{new.steps[0].name} disagrees with x"],
    )
    assert plan_export(request).items[0].warnings == ("greet disagrees with x",)


# --- a later export ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        markdown_target(STORIES_MD.replace("\n", "\r\n")),
        yaml_target(STORIES_YML),
        yaml_target("rules: []\nstories: []   # none yet"),
    ],
)
def test_a_later_export_goes_on_where_the_first_ended(target: TargetFile) -> None:
    era = Era.CORE if target.dialect is Dialect.MARKDOWN else Era.RASA_3
    first = (*turn("search_concerts", "action_find"),)
    request = ExportRequest(a_domain(era), (target,), (conversation(*first),))
    plan = plan_export(request)
    once = apply(plan, texts_of(plan))[target.path]
    remembered = {key: PreviousExport.from_dict(found.as_dict()) for key, found in written(plan).items()}

    again = replace(request, targets=(replace(target, text=once),), previously=remembered)
    (item,) = plan_export(again).items
    assert (item.is_on, item.note) == (False, "exported already")

    more = replace(again, conversations=(conversation(*first, *turn("compare_reviews", "action_find")),))
    plan = plan_export(more)
    assert plan.items[0].title == '~ story "search concerts"'
    twice = apply(plan, texts_of(plan))[target.path]
    added = [line.strip() for line in twice.splitlines() if line not in once.splitlines()]
    assert "".join(added).replace("- ", "").replace("* ", "").replace("intent: ", "") == "compare_reviews"
    parse = parse_stories_markdown if era is Era.CORE else parse_stories_yaml
    assert [step.name for step in parse(twice, "x").stories.steps][-2:] in (
        ["happy", "search concerts"],
        ["search concerts"],
    )

    thrice = replace(
        more,
        targets=(replace(target, text=twice),),
        previously=written(plan),
        conversations=(conversation(*first, *turn("compare_reviews", "action_find"), *turn("goodbye", "utter_x")),),
    )
    plan = plan_export(thrice)
    text = apply(plan, texts_of(plan))[target.path]
    assert len(parse(text, "x").stories.steps[-1].events) == 6


@pytest.mark.parametrize("edit", [("action_find", "action_other"), ("action_find\n", "action_find\n  - slot{}\n")])
def test_a_story_edited_by_hand_is_left_alone_and_a_new_one_is_added(edit: tuple[str, str]) -> None:
    first = turn("search_concerts", "action_find")
    request = ExportRequest(a_domain(Era.CORE), (markdown_target(STORIES_MD),), (conversation(*first),))
    plan = plan_export(request)
    text = apply(plan, texts_of(plan))["data/stories.md"].replace(*edit)
    again = replace(
        request,
        targets=(markdown_target(text),),
        previously=written(plan),
        conversations=(conversation(*first, *turn("goodbye", "x")),),
    )
    plan = plan_export(again)
    removal, item = plan.items
    assert (removal.title, removal.is_on) == ('- story "search concerts"', False)
    assert item.note == '"search concerts" was edited by hand since its export: this is a new story'
    assert item.title == '+ story "search concerts, goodbye"'
    assert apply(plan, texts_of(plan))["data/stories.md"].startswith(text)


def test_a_story_that_is_gone_from_its_file_is_offered_again() -> None:
    request = ExportRequest(
        a_domain(Era.CORE), (markdown_target(STORIES_MD),), (conversation(*turn("goodbye", "utter_goodbye")),)
    )
    plan = plan_export(request)
    (item,) = plan_export(replace(request, previously=written(plan))).items
    assert (item.is_on, item.title) == (True, '+ story "goodbye"')
    assert item.note == '"goodbye" was exported, but is not in data/stories.md any more'
    renamed = markdown_target(apply(plan, texts_of(plan))["data/stories.md"].replace("## goodbye", "## bye"))
    (item,) = plan_export(replace(request, previously=written(plan), targets=(renamed,))).items
    assert (item.is_on, item.note) == (False, 'the same as "bye" in data/stories.md:5')


# --- NLU examples -----------------------------------------------------------------------------------------------------


def test_examples_are_grouped_known_ones_and_those_left_out_are_off_with_the_reason() -> None:
    targets = (yaml_target(NLU_YML, "nlu", "data/nlu.yml"), TargetFile("b.json", "nlu", Dialect.JSON, JSON_NLU))
    examples = [
        ExampleToExport(Example(" hello there ", "greet")),
        ExampleToExport(Example("hi", "greet")),
        ExampleToExport(Example("hey", "greet"), is_on=False),
        ExampleToExport(Example("[Rome](city)", "greet")),
        ExampleToExport(Example("ciao", "goodbye", (Entity("l", "it", 0, 4),))),
        ExampleToExport(Example("hi", "inform")),
    ]
    plan = plan_export(ExportRequest(a_domain(), targets, examples=tuple(examples)))
    assert [(item.target, item.title, item.is_on) for item in plan.items] == [
        ("data/nlu.yml", "+ 1 example of greet", True),
        ("data/nlu.yml", "+ 1 example of greet", False),
        ("data/nlu.yml", "+ 1 example of greet", False),
        ("data/nlu.yml", "+ 1 example of greet", False),
        ("b.json", "+ 1 example of goodbye", True),
        ("data/nlu.yml", "+ 1 example of inform", True),
    ]
    assert [item.note for item in plan.items[1:3]] == ["in data/nlu.yml already", "left out"]
    assert plan.items[5].warnings == ('"hi" is an example of greet already: data/nlu.yml:7',)
    with pytest.raises(IllegalInput):
        switch(plan, plan.items[3].id, True)
    after = apply(plan, texts_of(plan))
    assert "    - hello there\n" in after["data/nlu.yml"] and "\n- intent: inform\n" in after["data/nlu.yml"]
    assert after["b.json"] == JSON_NLU.replace("\n    ]", JSON_ADDED + "\n    ]")
    assert summary(plan) == "3 examples"


def test_entities_that_no_training_teaches_are_no_part_of_an_example() -> None:
    found = (
        Entity("time", {"from": "12:30"}, 3, 5, extractor="DucklingEntityExtractor"),
        Entity("city", "Rome", 9, 13, extractor="CRFEntityExtractor", confidence=0.7),
    )
    target = yaml_target(NLU_YML, "nlu", "data/nlu.yml")
    request = ExportRequest(
        a_domain(), (target,), examples=(ExampleToExport(Example("at 12 to Rome", "greet", found)),)
    )
    assert "    - at 12 to [Rome](city)\n" in exported(request)["data/nlu.yml"]


JSON_NLU = (
    '{\n  "rasa_nlu_data": {\n    "common_examples": [\n      {"text": "bye", "intent": "goodbye"}\n    ]\n  }\n}'
)
JSON_ADDED = (
    ',\n      {"text": "ciao", "intent": "goodbye", "entities": [{"start": 0, "end": 4, "value": "it", "entity": "l"}]}'
)


# --- changing the plan ------------------------------------------------------------------------------------------------


def story_plan(era: Era = Era.RASA_3, *targets: TargetFile) -> ExportPlan:
    return plan_export(ExportRequest(a_domain(era), targets, (conversation(*turn("greet", "action_find")),)))


def test_an_item_that_is_off_is_not_written() -> None:
    plan = switch(story_plan(), "story:main", False)
    assert apply(plan, texts_of(plan)) == {}
    assert written(plan) == {}


def test_where_only_what_is_in_the_way_goes_nothing_else_is_on() -> None:
    proposed = replace(conversation(*turn("greet", "action_find")), is_proposed=True)
    request = ExportRequest(a_domain(), (yaml_target(STORIES_YML),), (proposed,), only="removals")
    assert not any(item.is_on for item in plan_export(request).items)


def test_a_story_can_be_renamed_and_go_elsewhere() -> None:
    plan = rename(story_plan(Era.RASA_3, yaml_target(STORIES_YML)), "story:main", "yes: a  #name")
    plan = retarget(plan, "story:main", "data/new.md")
    assert apply(plan, texts_of(plan)) == {"data/new.md": "## yes: a #name\n* greet\n    - action_find\n"}
    plan = retarget(plan, "story:main", "data/other.yml", "stories:\n- story: x\n  steps: []\n")
    after = apply(plan, texts_of(plan))["data/other.yml"]
    assert after == (
        "stories:\n- story: x\n  steps: []\n\n"
        '- story: "yes: a #name"\n  steps:\n  - intent: greet\n  - action: action_find\n'
    )
    with pytest.raises(IllegalInput, match="cannot hold stories"):
        retarget(plan, "story:main", "data/new.json")


def test_one_exchange_can_be_a_rule() -> None:
    plan = write_as(story_plan(Era.RASA_3, yaml_target(STORIES_YML)), "story:main", "rule")
    assert apply(plan, texts_of(plan)) == {
        "data/rules.yml": 'version: "3.1"\n\nrules:\n'
        "- rule: greet\n  steps:\n  - intent: greet\n  - action: action_find\n"
    }
    assert summary(plan) == "1 rule"
    two = plan_export(ExportRequest(a_domain(), (), (conversation(*turn("greet", "a"), *turn("greet", "a")),)))
    with pytest.raises(IllegalInput, match="one exchange"):
        write_as(two, "story:main", "rule")
    with pytest.raises(IllegalInput, match="no rules"):
        write_as(story_plan(Era.CORE), "story:main", "rule")


def test_stories_do_not_go_into_a_file_of_rules() -> None:
    rules = yaml_target("rules:\n- rule: a\n  steps: []\n", "stories", "data/rules.yml")
    assert list(apply(story_plan(Era.RASA_3, rules), {"data/rules.yml": rules.text})) == ["data/stories.yml"]


def test_a_conversation_can_be_a_test() -> None:
    said = says("inform", "to Rome", Entity("city", "Rome", 3, 7))
    request = ExportRequest(a_domain(), (), (conversation(said, *does("action_find"), LISTEN),))
    plan = write_as(plan_export(request), "story:main", "test")
    assert summary(plan) == "1 test story"
    assert apply(plan, texts_of(plan)) == {
        "tests/test_stories.yml": 'version: "3.1"\n\nstories:\n- story: inform\n  steps:\n'
        "  - user: |-\n      to [Rome](city)\n    intent: inform\n  - action: action_find\n"
    }


def test_a_block_can_be_written_by_hand_if_it_can_be_read() -> None:
    plan = story_plan(Era.RASA_3, yaml_target(STORIES_YML.replace("\n", "\r\n")))
    text = preview(plan)[0].text
    assert text.startswith("  - story: greet\n")
    edited = edit_text(plan, "story:main", text.replace("action_find", "action_mine"))
    after = apply(edited, texts_of(edited))["data/stories.yml"]
    assert "action: action_mine\r\n" in after and "\n\n" not in after
    assert written(edited)["main"].block == ""
    assert not edit_text(plan, "story:main", " \n").item("story:main").is_on
    with pytest.raises(FormatError):
        edit_text(plan, "story:main", text.replace("- story: greet", "- tale: ]"))


def test_the_preview_shows_added_lines_with_their_place() -> None:
    plan = story_plan(Era.RASA_3, yaml_target(STORIES_YML))
    assert preview(plan)[0].lines == (
        "@@ data/stories.yml:9 @@",
        "     steps:",
        "       - intent: greet",
        "       - action: utter_greet",
        "+",
        "+  - story: greet",
        "+    steps:",
        "+      - intent: greet",
        "+      - action: action_find",
        " ",
        " rules:",
        "   - rule: bye",
    )


def test_a_file_that_changed_meanwhile_is_planned_anew_and_said() -> None:
    plan = rename(story_plan(Era.RASA_3, yaml_target(STORIES_YML)), "story:main", "mine")
    now = {"data/stories.yml": STORIES_YML.replace("happy", "unhappy")}
    with pytest.raises(TrainerError, match=r"data/stories\.yml"):
        apply(plan, now)
    plan, changed = refresh(plan, now)
    assert changed == ("data/stories.yml",)
    after = apply(plan, now)["data/stories.yml"]
    assert [step.name for step in parse_stories_yaml(after, "x").stories.steps] == ["unhappy", "mine"]
    assert refresh(plan, now) == (plan, ())


def test_a_choice_survives_planning_anew() -> None:
    plan = write_as(story_plan(Era.RASA_3, yaml_target(STORIES_YML)), "story:main", "rule")
    plan = retarget(plan, "story:main", "data/mine.yml")
    now = {**texts_of(plan), "data/stories.yml": STORIES_YML + "# more\n"}
    plan, _ = refresh(plan, now)
    assert list(apply(plan, now)) == ["data/mine.yml"]


def test_a_broken_file_is_never_written_and_the_others_are() -> None:
    broken = yaml_target("stories:\n- story: a\n  steps: [\n")
    request = ExportRequest(
        a_domain(),
        (broken, yaml_target(NLU_YML, "nlu", "data/nlu.yml")),
        (conversation(*turn("greet", "action_find")),),
        (ExampleToExport(Example("hello there", "greet")),),
    )
    plan = plan_export(request)
    assert not plan.items[0].is_on and "this is not YAML" in plan.items[0].note
    with pytest.raises(IllegalInput):
        switch(plan, "story:main", True)
    assert list(apply(plan, texts_of(plan))) == ["data/nlu.yml"]
    plan = retarget(plan, "story:main", "data/new.yml")
    assert list(apply(switch(plan, "story:main", True), texts_of(plan))) == ["data/new.yml", "data/nlu.yml"]


def test_templates_take_a_new_response_with_its_action() -> None:
    text = "templates:\n  utter_greet:\n  - hi\n\nactions:\n  - utter_greet\n"
    target = yaml_target(text, "domain", "domain.yml")
    additions = Additions(responses={"utter_new": (ResponseVariation("it's on"),)})
    after = exported(ExportRequest(a_domain(Era.CORE), (target,), additions=additions))["domain.yml"]
    assert read_yaml(after, "domain.yml").data == {
        "templates": {"utter_greet": ["hi"], "utter_new": ["it's on"]},
        "actions": ["utter_greet", "utter_new"],
    }
    later = text.replace("templates", "responses")
    after = exported(ExportRequest(a_domain(), (yaml_target(later, "domain", "domain.yml"),), additions=additions))[
        "domain.yml"
    ]
    assert read_yaml(after, "domain.yml").data["actions"] == ["utter_greet"]


# --- stories that are taken out ---------------------------------------------------------------------------------------


def removing(text: str, removal: StoryRemoval, *events: Event, only: Only = "removals") -> ExportPlan:
    target = markdown_target(text)
    said = (conversation(*events),) if events else ()
    removals = ((target.path, removal),)
    return plan_export(ExportRequest(a_domain(Era.CORE), (target,), said, removals=removals, only=only))


GREETING = StoryRemoval("happy", (UserUttered(intent="greet"), ActionExecuted("utter_greet")), 1)


def test_a_story_in_the_way_is_off_until_it_is_asked_for() -> None:
    plan = removing(STORIES_MD, GREETING, *turn("goodbye", "action_find"), only="")
    assert [(item.title, item.is_on) for item in plan.items] == [
        ('- story "happy"', False),
        ('+ story "goodbye"', True),
    ]
    asked = removing(STORIES_MD, GREETING, *turn("goodbye", "action_find"))
    assert [item.is_on for item in asked.items] == [True, False]
    assert summary(asked) == "1 removal"


def test_only_that_story_goes_and_the_review_shows_its_lines() -> None:
    text = "## bye\n* goodbye\n    - utter_bye\n\n## happy\n* greet\n    - utter_greet\n\n<!-- more -->\n## end\n* x\n"
    plan = removing(text, GREETING)
    assert apply(plan, texts_of(plan)) == {
        "data/stories.md": "## bye\n* goodbye\n    - utter_bye\n\n<!-- more -->\n## end\n* x\n"
    }
    (shown,) = preview(plan)
    removed = [line for line in shown.lines if line.startswith("-")]
    assert sorted(removed) == sorted(["-", "-## happy", "-* greet", "-    - utter_greet"])
    assert not any(line.startswith("+") for line in shown.lines)


def test_of_two_alike_the_nearer_one_goes() -> None:
    text = f"{STORIES_MD}\n## b\n* goodbye\n\n{STORIES_MD}"
    plan = removing(text, replace(GREETING, line=8))
    assert apply(plan, texts_of(plan))["data/stories.md"] == f"{STORIES_MD}\n## b\n* goodbye\n"


def test_a_story_that_somebody_else_took_out_is_said_to_be_gone() -> None:
    plan = removing("## other\n* greet\n  - utter_bye\n", GREETING)
    (item,) = plan.items
    assert not item.is_on and not item.is_possible
    assert "does not stand in data/stories.md any more" in item.note


def test_a_rule_is_taken_out_of_its_section() -> None:
    rule = StoryRemoval("bye", (UserUttered(intent="goodbye"), ActionExecuted("utter_goodbye")), 11, is_rule=True)
    rules = yaml_target(STORIES_YML, "rules")
    plan = plan_export(ExportRequest(a_domain(), (rules,), removals=((rules.path, rule),), only="removals"))
    assert plan.items[0].title == '- rule "bye"'
    assert apply(plan, texts_of(plan)) == {"data/stories.yml": STORIES_YML.partition("\n  - rule:")[0] + "\n"}


def test_stories_that_go_on_from_the_one_removed_are_named() -> None:
    text = "## happy\n* greet\n  - utter_greet\n> greeted\n\n## then\n> greeted\n* goodbye\n  - utter_bye\n"
    plan = removing(text, GREETING)
    assert plan.items[0].warnings == ('"then" data/stories.md:6 goes on from its checkpoint greeted',)


def test_what_is_taken_out_has_no_name_no_other_file_and_no_text() -> None:
    plan = removing(STORIES_MD, GREETING)
    row = plan.items[0].id
    changes: tuple[Callable[[], object], ...] = (
        lambda: rename(plan, row, "x"),
        lambda: retarget(plan, row, "data/x.md"),
        lambda: edit_text(plan, row, "x"),
        lambda: write_as(plan, row, "test"),
    )
    for change in changes:
        with pytest.raises(IllegalInput):
            change()


# --- which file takes what ----------------------------------------------------------------------------------------


def test_a_name_that_another_domain_file_has_is_left_out() -> None:
    targets = (
        yaml_target("intents: [greet]\n", "domain", "domain/a.yml"),
        yaml_target("actions: [action_new]\n", "domain", "domain/b.yml"),
    )
    plan = plan_export(ExportRequest(a_domain(), targets, additions=Additions((), (), ("action_new",))))
    assert [(item.is_on, item.note) for item in plan.items] == [(False, "in domain/b.yml already")]


def test_a_domain_file_that_cannot_be_patched_is_passed_over() -> None:
    targets = (
        yaml_target("- no mapping\n", "domain", "domain/a.yml"),
        yaml_target("intents: [greet]\n", "domain", "domain/b.yml"),
    )
    plan = plan_export(ExportRequest(a_domain(), targets, additions=Additions(("book",))))
    assert apply(plan, texts_of(plan)) == {"domain/b.yml": "intents: [greet, book]\n"}


@pytest.mark.parametrize(
    ("text", "is_ours"), [(None, True), ('{"rasa_nlu_data": {}}', True), ('{"luis_schema_version": "3"}', False)]
)
def test_json_of_other_services_is_not_written(text: str | None, is_ours: bool) -> None:
    assert is_writable(TargetFile("nlu.json", "nlu", Dialect.JSON, text)) == is_ours


def test_a_test_story_tells_of_the_form_that_starts_and_ends() -> None:
    events = (says("greet"), *does("table_form"), ActiveLoop("table_form"), ActiveLoop(None), LISTEN)
    request = ExportRequest(a_domain(), (yaml_target(STORIES_YML),), (conversation(*events),))
    plan = write_as(plan_export(request), "story:main", "test")
    [text] = apply(plan, texts_of(plan)).values()
    assert "  - action: table_form\n  - active_loop: table_form\n  - active_loop: null\n" in text
