"""Rows that are alike are read once, and what is read is what stands there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.core.events import moment
from trainer_tui.errors import FormatError
from trainer_tui.formats.json.event_texts import EventReader

MESSAGE: dict[str, Any] = {
    "event": "user",
    "timestamp": 1.25,
    "text": "hi",
    "parse_data": {"intent": {"name": "greet", "confidence": 0.9}, "message_id": "a1"},
    "message_id": "a1",
}


def test_a_message_that_tells_its_time_last_is_read_as_it_stands() -> None:
    sorted_by_name = dict(sorted(MESSAGE.items()))
    assert EventReader().read(json.dumps(sorted_by_name)).source == MESSAGE


def test_messages_that_differ_in_time_and_number_are_alike() -> None:
    reader = EventReader()
    other = {**MESSAGE, "timestamp": 7, "message_id": "b2", "parse_data": {**MESSAGE["parse_data"], "message_id": "b2"}}
    first, second, third = (reader.read(json.dumps(row)) for row in (MESSAGE, other, {**MESSAGE, "text": "ho"}))
    assert first.what is second.what
    assert third.what != first.what
    assert (first.source, second.source, second.at) == (MESSAGE, other, 7.0)


@pytest.mark.parametrize(
    "value",
    [{"timestamp": 1.5}, {"message_id": "x"}, '"timestamp": 1.5,', None],
    ids=["time", "number", "text", "none"],
)
def test_what_a_slot_holds_is_never_an_events_own(value: object) -> None:
    rows = [
        {"event": "slot", "timestamp": 1.5, "name": "when", "value": value},
        {"event": "slot", "timestamp": None, "name": "when", "value": {"timestamp": 2.5}},
        {"event": "slot", "timestamp": 3.5, "name": "when", "value": {"timestamp": 3.5}},
        {"event": "slot", "timestamp": 4.5, "name": "when", "value": {"message_id": "y"}},
    ]
    reader = EventReader()
    read = [reader.read(json.dumps(row)) for row in rows]
    assert [text.source for text in read] == rows
    assert [text.at for text in read] == [1.5, None, 3.5, 4.5]
    assert len({text.what for text in read}) == 4


def test_a_row_that_is_none_is_said_whatever_was_read_before() -> None:
    reader = EventReader()
    reader.read('{"event": "restart", "timestamp": 1}')
    for broken in ('{"event": "restart", "timestamp": 01}', '{"event": "restart", "timestamp": 1', "", '{"name": 1}'):
        with pytest.raises(FormatError):
            reader.read(broken)


values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["timestamp", "message_id", "event", "value", "\0"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(st.fixed_dictionaries({"event": st.sampled_from(["user", "slot"])}, optional={
    "timestamp": values, "message_id": values, "value": values}), max_size=6))  # fmt: skip
def test_any_events_come_back_as_they_are(rows: list[dict[str, Any]]) -> None:
    reader = EventReader()
    texts = [json.dumps(row) for row in rows]
    for text in [*texts, *texts]:
        read = reader.read(text)
        source = json.loads(text)
        assert json.dumps(read.source) == text or "\\u" in text
        assert read.at == moment(source.get("timestamp"))
