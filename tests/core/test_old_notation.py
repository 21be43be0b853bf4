"""Stories of Rasa Core 0.7 to 0.12 mean what these versions read in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import ActionExecuted, Era, SlotSet, UserUttered
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import TrainingData
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.slots import Slot
from trainer_tui.core.stories import Checkpoint, Or, StoryFile
from trainer_tui.formats.markdown.stories import parse_stories_markdown
from trainer_tui.insight.validation import find_faults

BOT = Domain(
    era=Era.CORE,
    intents={name: Intent(name) for name in ("greet", "order", "_test")},
    slots={name: Slot(name) for name in ("price", "city")},
    actions=("utter_x",),
)


def told(lines: str, domain: Domain = BOT) -> StoryFile:
    return in_todays_notation(parse_stories_markdown(f"## a\n{lines}\n", "s.md").stories, domain)


def events_of(lines: str, domain: Domain = BOT) -> tuple[object, ...]:
    return told(lines, domain).steps[0].events


@pytest.mark.parametrize("line", ["* _greet", "* greet", "* _greet[]", "* greet[]"])
def test_an_underscore_before_an_intent_is_a_slash(line: str) -> None:
    assert events_of(line) == (UserUttered(intent="greet"),)


def test_an_underscore_is_read_so_before_entities_in_alternatives_and_in_default_intents() -> None:
    first, second, third = events_of('* _order{"a": "b"}\n* _greet OR _order\n* _restart')
    assert isinstance(first, UserUttered)
    assert isinstance(second, Or)
    assert (first.intent, len(first.entities)) == ("order", 1)
    assert second == Or(((UserUttered(intent="greet"),), (UserUttered(intent="order"),)))
    assert third == UserUttered(intent="restart")


@pytest.mark.parametrize("intent", ["_test", "_unknown"])
def test_an_intent_of_that_name_or_one_that_nobody_knows_stays(intent: str) -> None:
    assert events_of(f"* {intent}") == (UserUttered(intent=intent),)


def test_later_versions_take_the_underscore_as_part_of_the_name() -> None:
    assert events_of("* _greet", replace(BOT, era=Era.RASA_2)) == (UserUttered(intent="_greet"),)


def test_a_list_of_slots_empties_each_of_them_in_the_line_where_it_stands() -> None:
    [step] = told('* greet\n - slot["price", "city"]\n - utter_x').steps
    assert step.events == (
        UserUttered(intent="greet"),
        SlotSet("price", ""),
        SlotSet("city", ""),
        ActionExecuted("utter_x"),
    )
    assert step.lines == (2, 3, 3, 4)


def test_a_list_behind_a_checkpoint_is_its_condition() -> None:
    [step] = told('> found["price"]\n* greet').steps
    assert step.start_checkpoints == (Checkpoint("found", {"price": ""}),)


@pytest.mark.parametrize("name", ["slot[price=cheap]", 'utter_x["price"]', "slot[", "slot[1]"])
def test_brackets_that_core_0_7_could_not_read_either_stay_an_odd_action(name: str) -> None:
    assert events_of(f"- {name}") == (ActionExecuted(name),)


def test_the_slot_counts_in_what_is_learned() -> None:
    [tracker] = training_trackers(parse_stories_markdown('## a\n* _greet\n - slot["price"]\n', "s.md").stories, BOT)
    assert SlotSet("price", "") in tracker.events


def test_a_list_is_named_with_what_later_versions_make_of_it() -> None:
    stories = parse_stories_markdown('## a\n* greet\n - slot["price"]\n - utter_x\n', "s.md").stories
    said = {era: _said(stories, replace(BOT, era=era)) for era in (Era.CORE, Era.RASA_2)}
    assert any('s.md:3: slot["price"] empties price, as in Rasa Core 0.7' in line for line in said[Era.CORE])
    assert any('slot["price"]\' is not in the domain' in line for line in said[Era.RASA_2])
    assert all('Write slot{"price": ""}' in line or 'write slot{"price": ""}' in line for line in _about_lists(said))


def _said(stories: StoryFile, domain: Domain) -> list[str]:
    found = find_faults(domain, stories, TrainingData(), training_trackers(stories, domain))
    return [str(problem) for problem in found]


def _about_lists(said: dict[Era, list[str]]) -> list[str]:
    return [line for lines in said.values() for line in lines if "slot[" in line]
