"""What is written of a domain reads back as the same domain, in the notation of its era."""

from __future__ import annotations

from dataclasses import replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.formats.yaml.domain import parse_domain
from trainer_tui.formats.yaml.domain_writer import write_domain_yaml

CORE = """\
intents:
- greet
- inform: {use_entities: []}
- stop: {triggers: action_stop}
entities: [city]
slots:
  city: {type: text, auto_fill: false}
  n: {type: float, min_value: 0, max_value: 10, initial_value: 1}
  kind: {type: categorical, values: [a, 'no']}
  mine: {type: my.pkg.MySlot}
templates:
  utter_greet:
  - "hi"
  - text: "hello {name}"
    buttons: [{title: "Yes: now", payload: '/a{"x": "y"}'}]
  utter_custom:
  - custom: {elements: [1, {a: null}], on: 'off'}
    channel: slack
actions: [utter_greet, action_find]
forms: [restaurant_form]
config: {store_entities_as_slots: false}
"""

RASA_2 = """\
version: "2.0"
intents: [greet, {faq: {is_retrieval_intent: true}}, {inform: {use_entities: [city], ignore_entities: [n]}}]
entities: [city, {number: {roles: [from, to], groups: ["1"], influence_conversation: false}}]
slots:
  city: {type: text, influence_conversation: false}
forms:
  table_form:
    ignored_intents: [chitchat]
    required_slots:
      city:
      - {type: from_entity, entity: city, role: to, not_intent: [a, b]}
      - {type: from_intent, intent: affirm, value: true}
      n: []
responses:
  utter_greet:
  - text: "No"
    condition: [{type: slot, name: vip, value: true}]
  utter_faq/hours:
  - text: |
      nine
      to five
actions: [{action_big: {send_domain: true}}, action_find]
e2e_actions: ["See you!"]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""

RASA_3 = """\
version: "3.1"
intents: [greet]
slots:
  city:
    type: text
    initial_value: '010'
    mappings:
    - type: from_entity
      entity: city
      conditions: [{active_loop: table_form, requested_slot: city}, {active_loop: null}]
    - {type: custom, action: action_validate}
  flag: {type: bool, initial_value: false, mappings: [{type: from_intent, intent: [a, b], value: yes}]}
responses:
  utter_greet:
  - text: "hi {name}"
    id: a1
    channel: slack
    image: https://x/y.png
    metadata: {a: 1.5e3}
forms: {table_form: {required_slots: [city], ignored_intents: [chitchat]}, other_form: {required_slots: []}}
"""


def test_every_era_reads_back_as_it_was() -> None:
    for source, era in ((CORE, Era.CORE), (RASA_2, Era.RASA_2), (RASA_3, Era.RASA_3)):
        domain = parse_domain(source, "domain.yml").domain
        assert domain.era is era
        again = parse_domain(write_domain_yaml(domain), "domain.yml")
        assert not [problem for problem in again.problems if problem.is_error]
        assert replace(again.domain, places={}) == replace(domain, places={})


def test_responses_stand_apart_and_are_quoted() -> None:
    domain = parse_domain(
        "intents: [greet]\nresponses:\n  utter_a:\n  - text: hi\n  utter_b:\n  - text: ho\n", "d.yml"
    ).domain
    assert write_domain_yaml(domain) == (
        'version: "3.1"\n\nintents:\n- greet\n\nresponses:\n  utter_a:\n  - text: "hi"\n\n  utter_b:\n  - text: "ho"\n'
    )


def test_a_domain_of_the_markdown_era_has_templates_and_a_list_of_forms() -> None:
    written = write_domain_yaml(parse_domain(CORE, "domain.yml").domain)
    assert "\ntemplates:\n" in written and "\nforms:\n- restaurant_form\n" in written and "version" not in written
    assert write_domain_yaml(Domain(era=Era.CORE)).startswith("templates: {}")
