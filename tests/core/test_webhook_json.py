"""What action servers are sent of a conversation and a domain, in the names of each era."""

from __future__ import annotations

from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.domain_json import domain_as_dict
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Entity,
    Era,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from trainer_tui.core.slots import Form, MappingCondition, Slot, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.core.tracker_json import current_state

MESSAGE = UserUttered("a table", "request", 0.9, (Entity("city", "Rome", 0, 4),), (("request", 0.9),), timestamp=5.0)
DOMAIN = Domain(slots={"city": Slot("city")}, forms={"table_form": Form("table_form")})


def tracker(*events: object) -> DialogueStateTracker:
    found = (ActionExecuted(ACTION_LISTEN, timestamp=1.0), MESSAGE, *events)
    return DialogueStateTracker.start(DOMAIN, "ann").with_events(found)  # type: ignore[arg-type]


def test_a_conversation_before_anything_happened() -> None:
    state = current_state(DialogueStateTracker.start(DOMAIN), Era.RASA_3)
    assert state["events"] == []
    assert state["active_loop"] == {}
    assert state["latest_message"] == {"intent": {}, "entities": [], "text": None}
    assert state["latest_event_time"] is None
    assert state["latest_action_name"] is None


def test_the_keys_that_every_era_has() -> None:
    for era in Era:
        state = current_state(tracker(SlotSet("city", "Rome", timestamp=6.0)), era)
        assert state["sender_id"] == "ann"
        assert state["slots"] == {"city": "Rome", "requested_slot": None}
        assert state["latest_message"]["intent"] == {"name": "request", "confidence": 0.9}
        assert state["latest_message"]["entities"] == [{"entity": "city", "value": "Rome", "start": 0, "end": 4}]
        assert state["latest_message"]["intent_ranking"] == [{"name": "request", "confidence": 0.9}]
        assert state["latest_action_name"] == ACTION_LISTEN
        assert state["latest_event_time"] == 6.0
        assert state["paused"] is False
        assert [event["event"] for event in state["events"]] == ["action", "user", "slot"]


def test_a_form_up_to_rasa_1() -> None:
    active = tracker(ActionExecuted("table_form"), ActiveLoop("table_form"))
    state = current_state(active, Era.CORE)
    assert state["active_form"] == {"name": "table_form", "validate": True, "rejected": False}
    assert state["events"][-1] == {"event": "form", "timestamp": None, "name": "table_form"}
    assert "active_loop" not in state

    left = active.with_events((ActionExecutionRejected("table_form"), LoopInterrupted(True)))
    state = current_state(left, Era.CORE)
    assert state["active_form"] == {"name": "table_form", "validate": False, "rejected": True}
    assert state["events"][-1]["event"] == "form_validation"
    assert current_state(tracker(), Era.CORE)["active_form"] == {}


def test_a_loop_from_rasa_2_on() -> None:
    later = UserUttered("three", "inform")
    active = tracker(ActionExecuted("table_form"), ActiveLoop("table_form"), ActionExecuted(ACTION_LISTEN), later)
    state = current_state(active.with_event(LoopInterrupted(True)), Era.RASA_3)
    loop = state["active_loop"]
    assert (loop["name"], loop["is_interrupted"], loop["rejected"]) == ("table_form", True, False)
    assert loop["trigger_message"]["text"] == "a table"
    assert state["events"][-1]["event"] == "loop_interrupted"
    assert state["latest_action"] == {"action_name": ACTION_LISTEN}


FULL = Domain(
    version="3.1",
    intents={"greet": Intent("greet"), "inform": Intent("inform", ("city",), ("mood",), "action_x", True)},
    entities={"city": EntityType("city", ("from",), ("1",), False), "mood": EntityType("mood")},
    slots={
        "city": Slot(
            "city",
            mappings=(
                SlotMapping(
                    "from_entity",
                    entity="city",
                    role="from",
                    intents=("inform",),
                    conditions=(MappingCondition("table_form", "city"), MappingCondition(None)),
                ),
            ),
        ),
        "price": Slot("price", "categorical", values=("low", "high")),
        "n": Slot("n", "float", min_value=1.0, max_value=9.0, initial_value=2),
        "own": Slot("own", "custom", "bot.OwnSlot"),
    },
    responses={
        "utter_greet": (
            ResponseVariation("hi", {"buttons": [{"title": "A", "payload": "/a"}]}, "slack", ({"name": "n"},), "r1"),
        )
    },
    actions=("action_x",),
    forms={"table_form": Form("table_form", ("city",), ("chitchat",))},
    end_to_end_actions=("See you!",),
    session_config={"session_expiration_time": 60},
)


def test_a_domain_of_rasa_3() -> None:
    found = domain_as_dict(FULL)
    assert found["version"] == "3.1"
    assert found["intents"][1]["inform"] == {
        "use_entities": ["city"],
        "ignore_entities": ["mood"],
        "triggers": "action_x",
        "is_retrieval_intent": True,
    }
    assert found["entities"] == [
        {"city": {"roles": ["from"], "groups": ["1"], "influence_conversation": False}},
        "mood",
    ]
    assert found["slots"]["city"]["mappings"] == [
        {
            "type": "from_entity",
            "entity": "city",
            "role": "from",
            "intent": ["inform"],
            "conditions": [{"active_loop": "table_form", "requested_slot": "city"}, {"active_loop": None}],
        }
    ]
    assert found["slots"]["price"]["values"] == ["low", "high"]
    assert (found["slots"]["n"]["min_value"], found["slots"]["n"]["initial_value"]) == (1.0, 2)
    assert found["slots"]["own"]["type"] == "bot.OwnSlot"
    assert found["responses"]["utter_greet"] == [
        {
            "text": "hi",
            "buttons": [{"title": "A", "payload": "/a"}],
            "channel": "slack",
            "condition": [{"name": "n"}],
            "id": "r1",
        }
    ]
    assert found["forms"] == {"table_form": {"required_slots": ["city"], "ignored_intents": ["chitchat"]}}
    assert found["e2e_actions"] == ["See you!"]
    assert found["session_config"] == {"session_expiration_time": 60}


def test_a_domain_of_2018() -> None:
    found = domain_as_dict(Domain(era=Era.CORE, responses=FULL.responses, forms=FULL.forms, slots=FULL.slots))
    assert found["forms"] == ["table_form"]
    assert list(found["templates"]) == ["utter_greet"]
    assert found["slots"]["city"] == {"type": "text", "initial_value": None, "auto_fill": True}
    assert "version" not in found
    assert "responses" not in found


def test_a_form_of_rasa_2_has_its_mappings_with_it() -> None:
    form = Form("f", ("a", "b"), (), {"a": (SlotMapping("from_intent", intents=("affirm",), value=False),)})
    found = domain_as_dict(Domain(era=Era.RASA_2, forms={"f": form}))
    assert found["forms"]["f"]["required_slots"] == {
        "a": [{"type": "from_intent", "value": False, "intent": ["affirm"]}],
        "b": [],
    }
