"""Events as a store has them, read and cut into sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.formats.json.event_texts import EventReader
from trainer_tui.review.sessions import Session, sessions, span


def action(name: str, at: float = 0.0) -> dict[str, Any]:
    return {"event": "action", "name": name, "timestamp": at}


def user(text: str, at: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"event": "user", "text": text, "timestamp": at, "parse_data": {"intent": {"name": "greet"}}, **more}


def begin(at: float = 0.0) -> list[dict[str, Any]]:
    return [action("action_session_start", at), {"event": "session_started", "timestamp": at}, action("action_listen")]


def read(events: Sequence[Mapping[str, Any]]) -> tuple[list[Session], list[str]]:
    reader = EventReader()
    return sessions([reader.read(json.dumps(event)) for event in events])


def test_each_session_has_its_channel_its_models_and_its_times() -> None:
    first = user("hi", 5.0, input_channel="rest", metadata={"model_id": "m1"})
    second = user("again", 90.0, input_channel="slack", metadata={"model_id": "m2", "assistant_id": "mood"})
    found, problems = read([*begin(1.0), first, *begin(80.0), second, user("x", 85.0)])
    assert problems == []
    assert [(item.number, item.channel, item.models) for item in found] == [
        (1, "rest", ("m1",)),
        (2, "slack", ("m2", "mood")),
    ]
    assert span(found[1].times) == (0.0, 90.0)
    assert [message.text for message in found[1].messages] == ["again", "x"]


def test_a_session_in_which_nobody_spoke_is_none_but_counts() -> None:
    found, _ = read([*begin(), *begin(), user("hi")])
    assert [item.number for item in found] == [2]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on() -> None:
    junk: list[dict[str, Any]] = [
        {"event": "slot"},
        {"event": "of_the_future", "timestamp": 1},
        {"event": "user", "parse_data": "?"},
    ]
    found, problems = read([*begin(), *junk, user("hi")])
    assert len(problems) == 3
    assert "'of_the_future'" in problems[1]
    assert [message.text for message in found[0].messages] == ["hi"]
