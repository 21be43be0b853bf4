"""The Python that stubbed results become: it runs under rasa_sdk and returns just what was given."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from trainer_tui.core.events import (
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    ReminderScheduled,
    Restarted,
    SlotSet,
    from_dict,
)
from trainer_tui.core.responses import bot_message
from trainer_tui.formats.action_skeleton import action_skeleton


def run_each(source: str) -> dict[str, tuple[Event, ...]]:
    """Every action of the module, run by rasa_sdk; by name, what it says and returns."""
    executor_module = pytest.importorskip("rasa_sdk.executor")
    interfaces = pytest.importorskip("rasa_sdk.interfaces")
    module: dict[str, Any] = {}
    exec(compile(source, "actions.py", "exec"), module)
    found: dict[str, tuple[Event, ...]] = {}
    classes: list[Any] = [kind for kind in module.values() if inspect.isclass(kind)]
    for kind in classes:
        if issubclass(kind, interfaces.Action) and kind is not interfaces.Action:
            executor = executor_module.ActionExecutor()
            executor.register_action(kind)
            call = {
                "next_action": kind().name(),
                "sender_id": "default",
                "tracker": {"sender_id": "default", "events": [], "slots": {}},
                "domain": {},
            }
            result = asyncio.run(executor.run(call)).model_dump()
            said = [bot_message(message, message["response"]) for message in result["responses"]]
            found[kind().name()] = (*said, *map(from_dict, result["events"]))
    return found


RESULTS: Mapping[str, Sequence[Event]] = {
    "action_find_table": (
        BotUttered('It\'s "yours"\nat {eight}', {"buttons": [{"title": "Yes", "payload": "/affirm"}]}),
        BotUttered(None, {"image": "https://x/y.png", "custom": {"a": [1]}}),
        BotUttered(None, {}, "utter_bye"),
        SlotSet("city", "Rome"),
        SlotSet("stops", ["Bonn", None, 1.5]),
        ActiveLoop(None),
        FollowupAction("utter_bye"),
        ReminderScheduled({"name": "later", "date_time": "2026-01-01T00:00:00"}),
        Restarted(),
    ),
    "action_nothing": (),
    "action-find table": (SlotSet("a", 1),),
    "find": (),
    "2nd": (),
}


def test_each_action_says_and_returns_what_was_given() -> None:
    assert run_each(action_skeleton(RESULTS)) == {name: tuple(events) for name, events in RESULTS.items()}


def test_it_reads_like_python_that_one_would_write() -> None:
    source = action_skeleton({"action_find_table": (BotUttered("One at eight."), SlotSet("time", "20:00"))})
    assert "class ActionFindTable(Action):" in source
    assert "        dispatcher.utter_message(text='One at eight.')\n        return [SlotSet('time', '20:00')]" in source
    assert "from rasa_sdk.events import SlotSet\n" in source


def test_without_events_no_event_is_imported() -> None:
    assert "rasa_sdk.events" not in action_skeleton({"action_nothing": ()})


def test_names_that_would_clash_get_a_number() -> None:
    source = action_skeleton({"action_a": (), "action-a": ()})
    assert "class ActionA(Action):" in source
    assert "class ActionA2(Action):" in source
