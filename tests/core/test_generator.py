"""From stories to conversations: checkpoints, circles, ORs, and what stories leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, ActiveLoop, Entity, Era, SlotSet, UserUttered
from trainer_tui.core.featurizers import training_examples
from trainer_tui.core.generator import training_trackers, unreachable_checkpoints
from trainer_tui.core.stories import AnyValue, StoryFile, StoryStep, TrainingTracker
from trainer_tui.errors import Place
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.stories import parse_stories_yaml

DOMAIN = parse_domain("intents: [a, b, c]\nactions: [x, y]\n", "d.yml").domain


def trackers_of(text: str, domain: Domain = DOMAIN) -> list[TrainingTracker]:
    return training_trackers(parse_stories_markdown(text, "s.md").stories, domain)


def shown(tracker: TrainingTracker) -> str:
    """A conversation in one line: intents with *, slots with =, actions as they are; listens as a dot."""
    words = []
    for event in tracker.events:
        match event:
            case UserUttered():
                words.append(f"*{event.intent}")
            case ActionExecuted():
                words.append("." if event.name == "action_listen" else str(event.name))
            case SlotSet():
                words.append(f"{event.name}={event.value}")
            case ActiveLoop():
                words.append(f"loop={event.name}")
            case _:
                words.append(type(event).__name__)
    return " ".join(words)


def test_a_listen_stands_before_each_message_and_at_the_end() -> None:
    [tracker] = trackers_of("## s\n* a\n - x\n* b\n - y\n")
    assert shown(tracker) == ". *a x . *b y ."
    assert tracker.places[1] == Place("s.md", 2)
    assert tracker.places[0] is None


def test_a_story_that_starts_with_an_action_has_no_listen_before_it_and_the_action_is_no_label() -> None:
    [tracker] = trackers_of("## s\n - x\n* a\n - y\n")
    assert shown(tracker) == "x . *a y ."
    assert tracker.unpredictable == {0}
    assert [example.action for example in training_examples(tracker, DOMAIN, 5)] == [
        "action_listen",
        "y",
        "action_listen",
    ]


def test_checkpoints_join_stories_and_conditions_hold_some_back() -> None:
    text = '## s\n* a\n - slot{"v": 1}\n> k\n## t\n> k{"v": 1}\n* b\n## u\n> k{"v": 2}\n* c\n'
    domain = parse_domain("intents: [a, b, c]\nslots: {v: {type: any}}\n", "d").domain
    assert [(tracker.story, shown(tracker)) for tracker in trackers_of(text, domain)] == [("s > t", ". *a v=1 . *b .")]


def test_a_checkpoint_that_nothing_leads_to_is_left_out_and_named() -> None:
    text = "## s\n* a\n - x\n> open\n## t\n> nowhere\n* b\n"
    assert [shown(tracker) for tracker in trackers_of(text)] == [". *a x"]
    steps = parse_stories_markdown(text, "s.md").stories.steps
    assert [(step.name, name) for step, name in unreachable_checkpoints(steps)] == [("t", "nowhere")]


def test_a_circle_is_gone_round_as_often_as_rasa_does() -> None:
    text = "## s\n* a\n - x\n> k\n## t\n> k\n* b\n - y\n> k\n## u\n> k\n* c\n - x\n"
    assert sorted(shown(tracker) for tracker in trackers_of(text)) == [
        ". *a x . *b y . *b y . *b y . *c x .",
        ". *a x . *b y . *b y . *c x .",
        ". *a x . *b y . *c x .",
        ". *a x . *c x .",
    ]


def test_or_is_every_alternative() -> None:
    assert [shown(tracker) for tracker in trackers_of("## s\n* a OR b\n - x\n* b OR c\n - y\n")] == [
        ". *a x . *b y .",
        ". *a x . *c y .",
        ". *b x . *b y .",
        ". *b x . *c y .",
    ]


def test_equal_conversations_count_once_whatever_their_names_and_unseen_values() -> None:
    text = '## s\n* a{"e": "1"}\n - x\n## t\n* a{"e": "2"}\n - x\n## s\n* b\n'
    assert [tracker.story for tracker in trackers_of(text)] == ["s", "s"]


def test_what_a_restart_or_rewind_follows_is_a_conversation_of_its_own() -> None:
    assert [shown(tracker) for tracker in trackers_of("## s\n* a\n - x\n - restart\n* b\n - y\n")] == [
        ". *a x",
        ". *a x Restarted . *b y .",
    ]


@pytest.mark.parametrize("era", Era)
def test_leaving_a_form_goes_by_the_name_of_the_era_in_stories_and_among_the_actions(era: Era) -> None:
    names = {"action_deactivate_form", "action_deactivate_loop"}
    called = "action_deactivate_form" if era is Era.CORE else "action_deactivate_loop"
    domain = replace(DOMAIN, era=era)
    assert names & set(domain.action_names) == {called}
    for written in names:
        [tracker] = trackers_of(f"## s\n* a\n - {written}\n", domain)
        assert shown(tracker) == f". *a {called} ."


def test_a_slot_without_a_value_is_filled_by_its_type() -> None:
    domain = parse_domain("slots: {t: {type: text}, l: {type: list}, b: {type: bool}}\n", "d").domain
    events = tuple(SlotSet(name, AnyValue.ANY) for name in ("t", "l", "b", "unknown"))
    [tracker] = training_trackers(StoryFile((StoryStep("s", events),)), domain)
    assert shown(tracker) == "t=filled l=['filled'] b=None unknown=None ."


def test_entities_fill_slots_by_name_up_to_2_and_by_mappings_from_3_on() -> None:
    story = StoryFile((StoryStep("s", (UserUttered(intent="a", entities=(Entity("e", 1), Entity("e", 2))),)),))
    old = parse_domain("version: '2.0'\nslots: {e: {type: text}, f: {type: text}}\n", "d").domain
    assert shown(training_trackers(story, old)[0]) == ". *a e=2 ."
    new = parse_domain(
        "version: '3.1'\nslots: {e: {type: text}, f: {type: list, mappings: [{type: from_entity, entity: e}]}}\n", "d"
    ).domain
    assert shown(training_trackers(story, new)[0]) == ". *a f=[1, 2] ."


def test_rules_carry_their_condition_and_the_snippet() -> None:
    text = """
rules:
- rule: r
  condition: [{active_loop: f}, {slot_was_set: [{s: null}]}]
  steps: [{or: [{intent: a}, {intent: b}]}, {action: x}]
- rule: start
  conversation_start: true
  wait_for_user_input: false
  steps: [{intent: a}, {action: x}]
"""
    found = training_trackers(parse_stories_yaml(text, "r.yml").stories, DOMAIN)
    assert [(tracker.is_rule, tracker.story, shown(tracker)) for tracker in found] == [
        (True, "r", "loop=f s=None ... . *a x ."),
        (True, "r", "loop=f s=None ... . *b x ."),
        (True, "start", ". *a x ..."),
    ]


def test_the_intents_of_core_0_7_lose_their_underscore_where_the_domain_is_of_that_time() -> None:
    domain = parse_domain("intents: [greet]\nactions: [demo.actions.ActionX]\ntemplates: {}\n", "d").domain
    assert shown(trackers_of("## s\n* _greet\n", domain)[0]) == ". *greet ."
    assert shown(trackers_of("## s\n* _greet\n")[0]) == ". *_greet ."


def test_no_stories_are_no_conversations() -> None:
    assert training_trackers(StoryFile(), DOMAIN) == []


MANY = parse_domain(f"intents: [{', '.join(f'i{k}' for k in range(20))}]\nactions: [x, y]\n", "d").domain


def examples_of(text: str, max_history: int) -> set[object]:
    found = trackers_of(text, MANY)
    return {example for tracker in found for example in training_examples(tracker, MANY, max_history)}


def ors(count: int, alternatives: int) -> str:
    choice = " OR ".join(f"i{k}" for k in range(alternatives))
    return "".join(f"* {choice}\n - x\n" for _ in range(count))


def test_161_ors_of_up_to_18_alternatives_in_a_bot() -> None:
    text = "".join(f"## s{k}\n" + ors(1, 2 + k % 17) + ors(1, 2) for k in range(81))
    assert len(trackers_of(text, MANY)) == 2 * 18
    text = "".join(f"## s{k}\n* i{k}\n" + ors(3, 2 + k % 17) for k in range(20))
    assert len(trackers_of(text, MANY)) < 60_000


def test_161_ors_in_one_story_yield_every_example_of_a_short_memory() -> None:
    """Of 2 to the 161 ways through it a few are enough for each run of the last five states to be in one of them."""
    few = examples_of("## s\n" + ors(8, 2), 5)
    assert examples_of("## s\n" + ors(161, 2), 5) == few
    assert len(trackers_of("## s\n" + ors(161, 2), MANY)) < 100


@pytest.mark.parametrize("count", [2, 709])
def test_709_generated_checkpoints_in_a_row_with_two_stories_between_each(count: int) -> None:
    text = "".join(
        f"## s\n> k{n}\n* i1\n - x\n> k{n + 1}\n## s\n> k{n}\n* i2\n - y\n> k{n + 1}\n" for n in range(count)
    )
    found = trackers_of(text.replace("> k0\n", ""), MANY)
    assert 2 <= len(found) < 2000
    assert max(len(tracker.events) for tracker in found) == 3 * count


def test_709_checkpoints_as_the_converter_writes_an_or() -> None:
    text = "".join(
        f"## s{n}\n* i1\n - x\n> k{n}\n## s{n}\n* i2\n - x\n> k{n}\n## s{n}\n> k{n}\n* i3\n" for n in range(709)
    )
    assert {shown(tracker) for tracker in trackers_of(text, MANY)} == {". *i1 x . *i3 .", ". *i2 x . *i3 ."}
