"""Events and words of an action as a person types them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trainer_tui.core.events import (
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    ReminderScheduled,
    Restarted,
    SlotSet,
)
from trainer_tui.errors import FormatError
from trainer_tui.formats.event_notation import format_events, parse_events


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ('slot{"city": "Rome"}', [SlotSet("city", "Rome")]),
        ('slot{"a": 1, "b": null}', [SlotSet("a", 1), SlotSet("b", None)]),
        ('form{"name": null}', [ActiveLoop(None)]),
        ('active_loop{"name": "table_form"}', [ActiveLoop("table_form")]),
        ('form_validation{"validate": false}', [LoopInterrupted(True)]),
        ('- followup{"name": "utter_bye"}', [FollowupAction("utter_bye")]),
        ("reset_slots", [AllSlotsReset()]),
        ("There is a table at eight.", [BotUttered("There is a table at eight.")]),
        ("restart, please", [BotUttered("restart, please")]),
        ('"restart"', [BotUttered("restart")]),
        ("  42 ", [BotUttered("42")]),
        ('{"event": "slot", "name": "a", "value": [1]}', [SlotSet("a", [1])]),
        ('[{"event": "restart"}, {"event": "slot", "name": "a", "value": 1}]', [Restarted(), SlotSet("a", 1)]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_a_line_is_an_event_or_words(text: str, events: list[Event]) -> None:
    assert list(parse_events(text)) == events


def test_several_lines_keep_their_order() -> None:
    text = 'Let me look.\n\nslot{"n": 2}\nTwo of them.'
    assert parse_events(text) == (BotUttered("Let me look."), SlotSet("n", 2), BotUttered("Two of them."))


def test_the_reply_of_an_action_server_may_be_pasted() -> None:
    reply = """{
      "events": [{"event": "slot", "timestamp": null, "name": "n", "value": 2}],
      "responses": [{"text": "hi", "buttons": [{"title": "A", "payload": "/a"}], "elements": [], "image": null}]
    }"""
    assert parse_events(reply) == (
        BotUttered("hi", {"buttons": [{"title": "A", "payload": "/a"}]}),
        SlotSet("n", 2),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('hi\nslot{"a": }', ":2: slot"),
        ("slot", "'slot' names no slot"),
        ('slto{"a": 1}', "'slto' is no event"),
        ("followup", "'followup' lacks its name"),
        ('{"a": 1}', "lacks 'event'"),
        ('{"event": "sing"}', "'sing'"),
        ("[1]", "1 is no event"),
        ('slot["a"]', None),
    ],
)
def test_what_is_neither_is_refused_with_its_line(text: str, said: str | None) -> None:
    if said is None:
        assert parse_events(text) == (BotUttered(text),)
        return
    with pytest.raises(FormatError) as refused:
        parse_events(text)
    assert said.removeprefix(":2: slot") in str(refused.value)
    assert refused.value.place is None or refused.value.place.line == len(text.splitlines())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.text(min_size=1)
any_event = st.one_of(
    st.builds(SlotSet, names, json_values),
    st.builds(ActiveLoop, st.none() | names),
    st.builds(LoopInterrupted, st.booleans()),
    st.builds(FollowupAction, names),
    st.builds(ReminderScheduled, st.dictionaries(st.sampled_from(["action", "date_time", "name"]), st.text())),
    st.just(Restarted()),
    st.just(AllSlotsReset()),
    st.builds(BotUttered, st.text(), st.just({}), st.none() | names),
    st.builds(BotUttered, st.none(), st.builds(lambda value: {"custom": value}, st.dictionaries(names, json_values))),
    st.sampled_from(["restart", "slot", 'slot{"a": 1}', "- x", "-", "{", '"', "a{b", " x", "x\ny", "5", "null"]).map(
        BotUttered
    ),
)


@given(st.lists(any_event, max_size=5))
@example([SlotSet("\x85", "\u2028"), BotUttered("a\x85b"), BotUttered("a\rb")])
def test_what_is_written_is_read_as_it_was(events: list[Event]) -> None:
    assert list(parse_events(format_events(events))) == events
