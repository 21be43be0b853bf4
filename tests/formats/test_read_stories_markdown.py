"""Markdown stories of every dialect, Core 0.7 to Rasa 2.8; numbers name the oddities seen in real bots."""

from __future__ import annotations

import pytest

from trainer_tui.core.events import (
    ActionExecuted,
    ActiveLoop,
    Entity,
    FollowupAction,
    Restarted,
    SlotSet,
    StoryExported,
    UserUttered,
)
from trainer_tui.core.stories import Checkpoint, Or, StoryStep
from trainer_tui.formats.markdown.responses import looks_like_responses, parse_responses_markdown
from trainer_tui.formats.markdown.stories import parse_stories_markdown


def steps_of(text: str) -> tuple[StoryStep, ...]:
    read = parse_stories_markdown(text, "stories.md")
    assert [str(problem) for problem in read.problems] == []
    return tuple(read.stories.steps)


def events_of(lines: str) -> tuple[object, ...]:
    [step] = steps_of(f"## story\n{lines}\n")
    return step.events


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("* greet", UserUttered(intent="greet")),
        ("* inform[location=London]", UserUttered(intent="inform", entities=(Entity("location", "London"),))),
        ("* _inform[a=b,c=d]", UserUttered(intent="inform", entities=(Entity("a", "b"), Entity("c", "d")))),
        ("* _order[food=麻辣烫]", UserUttered(intent="order", entities=(Entity("food", "麻辣烫"),))),
        ("* _greet[]", UserUttered(intent="greet")),
        ('* inform["city", "price"]', UserUttered(intent="inform", entities=(Entity("city", ""), Entity("price", "")))),
        ("* _greet", UserUttered(intent="_greet")),
        ('* inform{"a":1}', UserUttered(intent="inform", entities=(Entity("a", 1),))),
        ('* inform{"a": null}', UserUttered(intent="inform", entities=(Entity("a", None),))),
        (
            '* inform{"city": ["berlin", "Madrid"]}',
            UserUttered(intent="inform", entities=(Entity("city", "berlin"), Entity("city", "Madrid"))),
        ),
        ('* inform@0.8{"a": "b"}', UserUttered(intent="inform", entities=(Entity("a", "b"),))),
        ("* atis_flight#atis_flight_no", UserUttered(intent="atis_flight#atis_flight_no")),
        ("* common_hüvasti_jätmine", UserUttered(intent="common_hüvasti_jätmine")),
        ("* chitchat/ask_name", UserUttered(intent="chitchat/ask_name")),
        ("* I want two of them, (really)...", UserUttered(intent="I want two of them, (really)...")),
    ],
)
def test_1_3_16_17_messages_in_old_and_new_syntax(line: str, message: UserUttered) -> None:
    assert events_of(line) == (message,)


def test_2_a_slot_in_brackets_is_an_action_until_the_era_is_known() -> None:
    assert events_of('- slot["nice_person"]') == (ActionExecuted('slot["nice_person"]'),)


def test_4_a_slot_line_sets_any_json_and_several_slots() -> None:
    line = '- slot{"a": null, "b": true, "n": 1.5, "l": [{"x": [1]}], "u": "http://x/y", "t": "True"}'
    assert events_of(line) == (
        SlotSet("a", None),
        SlotSet("b", True),
        SlotSet("n", 1.5),
        SlotSet("l", [{"x": [1]}]),
        SlotSet("u", "http://x/y"),
        SlotSet("t", "True"),
    )


def test_5_or_with_entities_on_each_side_and_a_checkpoint_behind_it() -> None:
    [step] = steps_of('## a\n* x{"p": "pip"} OR y\n> next\n')
    assert step.events == (
        Or(((UserUttered(intent="x", entities=(Entity("p", "pip"),)),), (UserUttered(intent="y"),))),
    )
    assert step.end_checkpoints == (Checkpoint("next"),)


def test_6_checkpoints_start_end_and_part_a_story() -> None:
    first, second = steps_of('## a\n> one   \n> two{"name": null}   <!-- why -->\n* x\n - y\n> middle\n> other\n* z\n')
    assert first.start_checkpoints == (Checkpoint("one"), Checkpoint("two", {"name": None}))
    assert first.end_checkpoints == second.start_checkpoints == (Checkpoint("middle"), Checkpoint("other"))
    assert second.events == (UserUttered(intent="z"),)


def test_7_forms_and_what_a_form_does_by_itself() -> None:
    lines = (
        '- f\n- form{"name": "f"}\n* form: inform{"a": "b"}\n- form: f\n- form{"name":null}\n- action_deactivate_form'
    )
    assert events_of(lines) == (
        ActionExecuted("f"),
        ActiveLoop("f"),
        ActiveLoop(None),
        ActionExecuted("action_deactivate_form"),
    )


def test_8_end_to_end_lines_are_read_where_they_are_asked_for() -> None:
    text = (
        "## a\n* greet: hi: you, there\n* greet:/greet\n* greet: _greet\n* greet: _hi there\n"
        '* start-dialogue: \n* form: inform: a [cheap](price:lo) one\n* ask: /ask{"x": 1}\n'
    )
    [step] = parse_stories_markdown(text, "t.md", is_end_to_end=True).stories.steps
    assert step.events == (
        UserUttered("hi: you, there", "greet"),
        UserUttered("/greet", "greet"),
        UserUttered("_greet", "greet"),
        UserUttered("_hi there", "greet"),
        UserUttered("", "start-dialogue"),
        UserUttered("a cheap one", "inform", entities=(Entity("price", "lo", 2, 7),)),
        UserUttered('/ask{"x": 1}', "ask", entities=(Entity("x", 1),)),
    )


def test_9_rules_of_the_alpha_and_lines_that_rasa_skips() -> None:
    text = (
        '>> rule 1\n - form{"name": "f"}\n - slot{"requested_slot": "s"}\n - ...\n* inform\n'
        " - f\n\n## story\n<U> hi\n* x\n"
    )
    read = parse_stories_markdown(text, "s.md")
    [rule] = read.stories.rules
    assert rule.condition == (ActiveLoop("f"), SlotSet("requested_slot", "s"))
    assert rule.events == (UserUttered(intent="inform"), ActionExecuted("f"))
    [problem] = read.problems
    assert (problem.is_error, problem.place and problem.place.line) == (False, 9)


def test_10_comments_are_cut_out_wherever_they_stand_and_lines_keep_their_numbers() -> None:
    text = (
        "## a <!-- header -->\n<!-- two\nlines -->\n* x <!-- intent -->\n    - y   <!-- action -->\n"
        "<!-- ## b\n* z\n-->\n## c\n* x\n"
    )
    first, second = steps_of(text)
    assert (first.name, first.lines, second.name, second.place and second.place.line) == ("a", (4, 5), "c", 9)


def test_11_headers_may_be_empty_indented_equal_or_single() -> None:
    names = [step.name for step in steps_of("## \n* x\n    ## a\n* x\n##a\n* x\n# single\n* x\n")]
    assert names == ["", "a", "a", "single"]


def test_12_stories_that_start_with_the_bot_two_messages_in_a_row_and_headers_alone() -> None:
    [step] = steps_of("## nothing below\n\n## a\n- hello\n* x\n* y\n")
    assert step.events == (ActionExecuted("hello"), UserUttered(intent="x"), UserUttered(intent="y"))


def test_13_export_restart_and_written_out_listens() -> None:
    lines = '- export\n- restart\n- action_restart\n- action_listen\n- followup{"name": "x"}'
    assert events_of(lines) == (
        StoryExported(),
        Restarted(),
        ActionExecuted("action_restart"),
        ActionExecuted("action_listen"),
        FollowupAction("x"),
    )


@pytest.mark.parametrize("indent", ["", " ", "  ", "    ", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_14_any_indent_line_ending_and_no_newline_at_the_end(indent: str, ending: str) -> None:
    [step] = steps_of(ending.join(("\ufeff## a", "* x  ", f"{indent}- y")))
    assert (step.name, step.events) == ("a", (UserUttered(intent="x"), ActionExecuted("y")))


def test_15_responses_have_the_shape_of_stories_and_are_told_apart() -> None:
    responses = "## ask name\n* chitchat/ask_name\n  - my name is Sara\n"
    assert looks_like_responses(responses)
    assert not looks_like_responses("## story\n* chitchat/ask_name\n  - respond_chitchat\n")
    assert not looks_like_responses("## story\n* greet\n  - hello there\n")
    domain = parse_responses_markdown(responses, "responses.md").domain
    assert domain.responses["utter_chitchat/ask_name"][0].text == "my name is Sara"


def test_broken_json_is_an_error_of_its_line_and_the_rest_is_read() -> None:
    read = parse_stories_markdown("## a\n* x{'a': 1}\n - y\n - slot{\n* z\n", "s.md")
    assert [(problem.is_error, problem.place and problem.place.line) for problem in read.problems] == [
        (True, 2),
        (True, 4),
    ]
    assert read.stories.steps[0].events[-1] == UserUttered(intent="z")


def test_a_line_before_the_first_header_is_named() -> None:
    [problem] = parse_stories_markdown("* x\n## a\n* y\n", "s.md").problems
    assert "before the first story" in problem.message
