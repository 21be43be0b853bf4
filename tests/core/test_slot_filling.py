"""Which slots a message fills in a conversation."""

from __future__ import annotations

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActiveLoop, Entity, Event, SlotSet, UserUttered
from trainer_tui.core.slot_filling import slots_from_message
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.yaml.domain import parse_domain

TEXT = """
version: "3.1"
intents: [inform, deny, chat]
entities: [city, n]
slots:
  first: {type: text, mappings: [{type: from_entity, entity: city, role: from}, {type: from_entity, entity: city}]}
  many: {type: list, mappings: [{type: from_entity, entity: city}]}
  said: {type: text, mappings: [{type: from_text, conditions: [{active_loop: f, requested_slot: said}]}]}
  free: {type: text, mappings: [{type: from_text, not_intent: [deny], conditions: [{active_loop: null}]}]}
  flag: {type: bool, mappings: [{type: from_intent, intent: deny, value: false}]}
  kind: {type: text, mappings: [{type: from_trigger_intent, intent: inform, value: k, conditions: [{active_loop: f}]}]}
  low: {type: float, mappings: [{type: from_entity, entity: n, conditions: [{active_loop: g}]}]}
  high: {type: float, mappings: [{type: from_entity, entity: n, conditions: [{active_loop: g}]}]}
  made: {type: text, mappings: [{type: custom}]}
forms:
  f: {required_slots: [said, kind], ignored_intents: [chat]}
  g: {required_slots: [low, high]}
"""


@pytest.fixture(scope="module")
def domain() -> Domain:
    file = parse_domain(TEXT, "domain.yml")
    assert file.problems == ()
    return file.domain


def filled(domain: Domain, message: UserUttered, *before: Event) -> dict[str, object]:
    tracker = DialogueStateTracker.start(domain).with_events(before)
    return {event.name: event.value for event in slots_from_message(tracker, message, domain)}


def test_the_first_mapping_that_finds_something_counts_and_lists_take_all(domain: Domain) -> None:
    message = UserUttered("a", "inform", entities=(Entity("city", "Rome"), Entity("city", "Oslo")))
    assert filled(domain, message) == {"first": "Oslo", "many": ["Rome", "Oslo"], "free": "a"}
    message = UserUttered("a", "inform", entities=(Entity("city", "Rome", role="from"),))
    assert filled(domain, message) == {"first": "Rome", "free": "a"}


def test_a_value_that_is_false_fills_a_slot(domain: Domain) -> None:
    assert filled(domain, UserUttered("no", "deny")) == {"flag": False}


def test_text_goes_to_the_slot_that_a_form_asks_for_unless_the_form_ignores_the_intent(domain: Domain) -> None:
    asking = (ActiveLoop("f"), SlotSet("requested_slot", "said"))
    assert filled(domain, UserUttered("x", "inform"), *asking) == {"said": "x", "kind": "k"}
    assert filled(domain, UserUttered("x", "chat"), *asking) == {}
    assert filled(domain, UserUttered("x", "chat"), ActiveLoop("f"), SlotSet("requested_slot", "kind")) == {}


def test_an_entity_that_could_fill_two_slots_of_a_form_fills_the_one_asked_for(domain: Domain) -> None:
    message = UserUttered("5", "inform", entities=(Entity("n", 5),))
    assert filled(domain, message, ActiveLoop("g"), SlotSet("requested_slot", "high")) == {"high": 5}


def test_up_to_2_a_slot_is_filled_by_the_entity_of_its_name() -> None:
    text = "version: '2.0'\nslots: {city: {type: text}, off: {type: text, auto_fill: false}, n: {type: list}}\n"
    domain = parse_domain(text, "d").domain
    entities = (Entity("n", 1), Entity("off", 1), Entity("city", "Rome"), Entity("n", 2), Entity("x", 1))
    assert filled(domain, UserUttered("a", "b", entities=entities)) == {"city": "Rome", "n": [1, 2]}
    off = parse_domain(text + "config: {store_entities_as_slots: false}\n", "d").domain
    assert filled(off, UserUttered("a", "b", entities=entities)) == {}
