"""Domains of every era; numbers name the oddities seen in real bots."""

from __future__ import annotations

from datetime import date

import pytest

from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import Era
from trainer_tui.core.slots import Form, MappingCondition, Slot, SlotMapping
from trainer_tui.errors import Place
from trainer_tui.formats.yaml.domain import merge, parse_domain


def domain_of(text: str) -> Domain:
    file = parse_domain(text, "domain.yml")
    assert [str(problem) for problem in file.problems] == []
    return file.domain


def test_27_responses_as_texts_mappings_booleans_and_nothing() -> None:
    text = """
templates:
  utter_a:
  - "hi"
  - text: |
      two
      lines
  - text: No
  - text: 5
  - text: true
utter_unknown_key: 1
"""
    file = parse_domain(text, "domain.yml")
    assert [variation.text for variation in file.domain.responses["utter_a"]] == [
        "hi",
        "two\nlines\n",
        "No",
        "5",
        "true",
    ]
    assert "'utter_unknown_key'" in file.problems[0].message


def test_27_everything_a_variation_may_hold() -> None:
    text = """
responses:
  utter_a:
  - text: "hi {name}"
    id: a1
    channel: slack
    condition: [{type: slot, name: vip, value: true}]
    buttons: [{title: "A", payload: '/a{{"x": 1}}'}]
    custom: {attachment: {elements: []}}
    language: en
  utter_b:
  utter_faq/x: [{image: "http://x"}]
"""
    domain = domain_of(text)
    [variation] = domain.responses["utter_a"]
    assert variation == ResponseVariation(
        "hi {name}",
        {
            "buttons": [{"title": "A", "payload": '/a{{"x": 1}}'}],
            "custom": {"attachment": {"elements": []}},
            "language": "en",
        },
        "slack",
        ({"type": "slot", "name": "vip", "value": True},),
        "a1",
    )
    assert domain.responses["utter_b"] == ()
    assert "utter_faq/x" not in domain.action_names


def test_28_actions_by_name_class_or_with_properties_and_dead_keys() -> None:
    actions = "actions:\n- demo.actions.ActionX\n- respond_faq\n- action_big: {send_domain: true}\n-\n"
    domain = domain_of(actions + "action_factory: remote\n")
    assert domain.actions == ("demo.actions.ActionX", "respond_faq", "action_big")
    assert domain.send_domain_actions == {"action_big"}
    assert domain.era is Era.CORE


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("text", "text"),
        ("rasa_core.slots.TextSlot", "text"),
        ("rasa.shared.core.slots.AnySlot", "any"),
        ("rasa.core.slots.UnfeaturizedSlot", "unfeaturized"),
    ],
)
def test_29_slot_types_short_or_as_class_paths(type_name: str, kind: str) -> None:
    slot = domain_of(f"slots:\n  a: {{type: {type_name}, value_reset_delay: 5}}\n").slots["a"]
    assert (slot.type, slot.type_name) == (kind, type_name)


def test_29_a_slot_class_of_the_project_is_named_and_an_unknown_type_is_an_error() -> None:
    file = parse_domain("slots:\n  a: {type: my.pkg.MySlot}\n  b:\n    type: tex\n  c:\n", "d.yml")
    assert file.domain.slots["a"].type == "custom"
    assert [(problem.is_error, problem.place) for problem in file.problems] == [
        (False, Place("d.yml", 2)),
        (True, Place("d.yml", 4)),
        (True, Place("d.yml", 5)),
    ]


def test_29_all_properties_of_slots() -> None:
    text = """
slots:
  n: {type: float, min_value: -1, max_value: 10, initial_value: 2}
  kind: {type: categorical, values: [A, 3, no], influence_conversation: false, auto_fill: false}
  city:
    type: text
    mappings:
    - {type: from_entity, entity: city, role: to, group: "1", intent: [a, b], not_intent: c}
    - type: from_text
      conditions: [{active_loop: f, requested_slot: city}, {active_loop: null}]
    - {type: from_intent, value: false, intent: deny}
    - {type: from_trigger_intent, value: 1}
    - {type: custom, action: action_x}
"""
    slots = domain_of(text).slots
    assert slots["n"] == Slot("n", "float", "float", 2, min_value=-1.0, max_value=10.0)
    assert slots["kind"].values == ("A", "3", "no")
    assert not slots["kind"].auto_fill
    assert not slots["kind"].is_featurised
    assert slots["city"].mappings == (
        SlotMapping("from_entity", "city", "to", "1", ("a", "b"), ("c",)),
        SlotMapping("from_text", conditions=(MappingCondition("f", "city"), MappingCondition())),
        SlotMapping("from_intent", intents=("deny",), value=False),
        SlotMapping("from_trigger_intent", value=1),
        SlotMapping("custom", action="action_x"),
    )


def test_30_intents_and_entities_with_their_properties() -> None:
    text = """
intents:
- a
- b: {use_entities: []}
- c: {use_entities: true, ignore_entities: [x]}
- d: {use_entities: null}
- e: {use_entities: [y], triggers: action_e, is_retrieval_intent: true}
entities:
- x
- y: {roles: [from, to], groups: ["1"]}
- z: {influence_conversation: false}
"""
    domain = domain_of(text)
    assert domain.intents["b"].use_entities == domain.intents["d"].use_entities == ()
    assert domain.intents["e"] == Intent("e", ("y",), (), "action_e", True)
    assert domain.entities["y"] == EntityType("y", ("from", "to"), ("1",))
    assert domain.featurised_entities("a") == frozenset(("x", "y", "y#from", "y#to", "y#1"))
    assert domain.featurised_entities("b") == frozenset()
    assert domain.featurised_entities("c") == frozenset(("y", "y#from", "y#to", "y#1"))
    assert domain.featurised_entities("unknown") is None


def test_30_a_misspelt_property_is_named() -> None:
    [problem] = parse_domain("intents:\n- a:\n    use_entites: []\n", "d.yml").problems
    assert str(problem).startswith("d.yml:3: the intent property 'use_entites' is unknown")


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("[f]", Form("f")),
        ("{f: {}}", Form("f")),
        ("{f: null}", Form("f")),
        ("{f: {required_slots: [a, b], ignored_intents: x}}", Form("f", ("a", "b"), ("x",))),
        ("{f: {a: [{type: from_text}], b: []}}", Form("f", ("a", "b"), (), {"a": (SlotMapping("from_text"),)})),
        ("{f: {required_slots: {a: [{type: from_text}]}}}", Form("f", ("a",), (), {"a": (SlotMapping("from_text"),)})),
    ],
)
def test_31_forms_of_every_era(source: str, form: Form) -> None:
    assert domain_of(f"forms: {source}\n").forms == {"f": form}


def test_31_a_list_of_mappings_is_an_error_as_in_rasa_and_yet_read() -> None:
    file = parse_domain("forms:\n- f:\n    required_slots: [a]\n", "d.yml")
    assert file.problems[0].is_error
    assert file.domain.forms["f"].required_slots == ("a",)


def test_32_several_files_are_merged_and_different_definitions_named() -> None:
    one = parse_domain("intents: [a, b]\nactions: [x]\nresponses: {utter_a: [{text: one}]}\n", "one.yml")
    other = parse_domain("intents: [b, c]\nactions: [x, y]\nresponses:\n  utter_a: [{text: two}]\n", "two.yml")
    merged = merge((one, other))
    assert list(merged.domain.intents) == ["a", "b", "c"]
    assert merged.domain.actions == ("x", "y")
    assert merged.domain.responses["utter_a"][0].text == "one"
    [problem] = merged.problems
    assert (problem.is_error, problem.place) == (False, Place("two.yml", 4))


@pytest.mark.parametrize(
    ("text", "era"),
    [
        ('version: "2.0"\n', Era.RASA_2),
        ("version: 2.0\n", Era.RASA_2),
        ('version: "3.1"\n', Era.RASA_3),
        ("templates: {}\n", Era.CORE),
        ("forms: [f]\n", Era.CORE),
        ("slots: {a: {type: text}}\n", Era.RASA_2),
        ("slots: {a: {type: text, mappings: [{type: custom}]}}\n", Era.RASA_3),
        ("intents: [a]\n", None),
    ],
)
def test_the_era_follows_from_version_and_shape(text: str, era: Era | None) -> None:
    assert parse_domain(text, "d.yml").era is era


def test_every_name_knows_its_place() -> None:
    domain = domain_of("intents:\n- a\n- b: {use_entities: []}\nslots:\n  s: {type: text}\nresponses:\n  utter_x: []\n")
    assert domain.places[("intents", "b")] == Place("domain.yml", 3)
    assert domain.places[("slots", "s")] == Place("domain.yml", 5)
    assert domain.places[("responses", "utter_x")] == Place("domain.yml", 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "holds no mapping"),
        ("intents: 5\n", "'intents:' holds a number"),
        ("slots: [a]\n", "'slots:' holds a list"),
        ("responses:\n  utter_a: hi\n", "holds a text"),
        ("slots:\n  a: {type: categorical}\n", "no list of values"),
        ("slots:\n  a: {type: float, min_value: 2, max_value: 1}\n", "not below"),
        ("slots:\n  a:\n    type: text\n    mappings: [{entity: a}]\n", "has no type"),
        ("forms:\n  f: 5\n", "is no mapping"),
        ("forms:\n  f: {graph_elements: {}, name: x}\n", "keys that are no slots"),
        ("intents: [a, a]\n", "stands twice"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    [problem] = [problem for problem in parse_domain(text, "d.yml").problems if problem.is_error]
    assert message in problem.message
    assert problem.hint


@pytest.mark.parametrize("module", ["rasa_core.slots", "rasa.core.slots", "rasa.shared.core.slots"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BooleanSlot", "bool"),
        ("TextSlot", "text"),
        ("CategoricalSlot", "categorical"),
        ("FloatSlot", "float"),
        ("ListSlot", "list"),
        ("AnySlot", "any"),
        ("UnfeaturizedSlot", "unfeaturized"),
    ],
)
def test_a_slot_may_be_named_by_the_class_of_any_rasa(module: str, name: str, kind: str) -> None:
    values = "\n    values: [x, y]" if kind == "categorical" else ""
    domain = domain_of(f"slots:\n  a:\n    type: {module}.{name}{values}\n")
    assert domain.slots["a"].type == kind


def test_categories_are_what_rasa_makes_of_their_yaml() -> None:
    file = parse_domain(
        "slots:\n  a:\n    type: categorical\n    values: [1_000, ~, 2020-01-01, 1.50, yes]\n", "domain.yml"
    )
    slot = file.domain.slots["a"]
    assert slot.values == ("1000", "2020-01-01", "1.5", "yes")
    assert slot.features(1000) == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert slot.features(date(2020, 1, 1)) == (0.0, 1.0, 0.0, 0.0, 0.0)
    [problem] = file.problems
    assert not problem.is_error
    assert str(problem).startswith("domain.yml:4: the categorical slot 'a' lists nothing (null)")
