"""What is sent with every action is the whole conversation, of which only what is new is written."""

from __future__ import annotations

import json
from datetime import date

import pytest

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, BotUttered, Era, Event, SlotSet, UserUttered, as_dict
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.core.tracker_json import current_state
from trainer_tui.runtime import written_json
from trainer_tui.runtime.written_json import Written, WrittenEvents, as_json

START = DialogueStateTracker.start(Domain())
TALK = (UserUttered("Grüezi", "greet"), ActionExecuted("utter_greet"), BotUttered("“hi”", {"image": "i.png"}))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events that are written, as they are."""
    found: list[Event] = []

    def kept(event: Event, era: Era) -> object:
        found.append(event)
        return as_dict(event, era)

    monkeypatch.setattr(written_json, "as_dict", kept)
    return found


def test_written_parts_stand_where_values_stand() -> None:
    value = {"a": [1, {"b": None}], "c": {"d": date(2026, 1, 31), "e": "é\n"}, "n": {1: 2}, "empty": {}}
    assert as_json(value) == json.dumps(value, default=str).encode()
    assert json.loads(as_json({"tracker": {"events": Written(b'[{"event": "user"}]'), "slots": {}}})) == {
        "tracker": {"events": [{"event": "user"}], "slots": {}}
    }


def test_a_conversation_is_sent_whole_however_it_came_about(written: list[Event]) -> None:
    events = WrittenEvents()
    first = START.with_events(TALK)
    longer = first.with_events(TALK)
    undone_and_else = first.with_events((SlotSet("city", "Rome"), *TALK))
    for tracker in (START, first, longer, first, undone_and_else, START.with_events(TALK), START, longer):
        for era in (Era.RASA_3, Era.CORE, Era.CORE):
            sent = json.loads(as_json(current_state(tracker, era, events.of(tracker, era))))
            assert sent == json.loads(json.dumps(current_state(tracker, era)))


def test_only_what_is_new_is_written(written: list[Event]) -> None:
    events, tracker = WrittenEvents(), START
    for number in range(50):
        tracker = tracker.with_event(SlotSet("number", number))
        events.of(tracker, Era.RASA_3)
    assert len(written) == 50
    assert tracker.parent is not None
    events.of(tracker.parent.with_event(SlotSet("number", "else")), Era.RASA_3)
    assert len(written) == 51
