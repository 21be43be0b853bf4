"""What a store holds need not be what Rasa writes: an event whose parts are of other kinds is read or named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.errors import TrainerError
from trainer_tui.formats.json.event_texts import EventReader
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.review.scoring import Scorer
from trainer_tui.review.sessions import sessions
from trainer_tui.runtime.project import Sources, load_project
from trainer_tui.runtime.review.steps import steps_back
from trainer_tui.session.told import Told, script_told

_ENTITY = {"entity": "mood", "value": "sad", "start": 0, "end": 3, "role": "a", "group": "1", "extractor": "CRF"}
_INTENT = {"name": "mood_unhappy", "confidence": 0.9}
EVENTS: tuple[Mapping[str, Any], ...] = (
    {
        "event": "user",
        "text": "sad",
        "input_channel": "rest",
        "message_id": "a",
        "parse_data": {"intent": _INTENT, "entities": [_ENTITY], "intent_ranking": [_INTENT]},
        "metadata": {"model_id": "m", "assistant_id": "b"},
    },
    {"event": "bot", "text": "Hey!", "data": {"buttons": []}, "metadata": {"utter_action": "utter_greet"}},
    {"event": "action", "name": "utter_greet", "policy": "RulePolicy", "confidence": 1.0, "action_text": None},
    {"event": "slot", "name": "mood", "value": "sad"},
    {"event": "entities", "entities": [_ENTITY]},
    {"event": "user_featurization", "use_text_for_featurization": False},
    {"event": "followup", "name": "utter_greet"},
    {"event": "reminder", "name": "r", "intent": "greet", "entities": [], "date_time": "2030-01-01T00:00:00"},
    {"event": "export", "path": "x"},
    {"event": "agent", "text": "a person", "data": {}},
    {"event": "active_loop", "name": "mood_form"},
    {"event": "form_validation", "validate": False},
    {"event": "loop_interrupted", "is_interrupted": True},
    {"event": "action_execution_rejected", "name": "mood_form", "policy": None, "confidence": 1.0},
    {"event": "restart"},
    {"event": "session_started"},
)
ODD: tuple[Any, ...] = (None, True, 7, 10**400, float("nan"), "x", "", [], ["x"], [["a", "b"]], {}, {"name": ["x"]})


def otherwise(value: Any) -> Iterator[Any]:
    """The same with one part, however deep, of another kind."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: odd} for odd in otherwise(part))
    if isinstance(value, list) and value:
        yield from ([odd, *value[1:]] for odd in otherwise(value[0]))
    yield from ODD


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["event"])
def test_an_event_of_other_parts_is_scored_shown_and_told_or_named(event: Mapping[str, Any], sample_bots: Path) -> None:
    project = load_project(Sources(sample_bots / "moodbot"), {})
    ensemble = Ensemble(project.policies, project.domain.era).remember(project.trackers, project.domain)
    scorer, reader = Scorer(ensemble, project.domain, None, ()), EventReader()
    user = reader.read(json.dumps({**EVENTS[0], "timestamp": 1.0}))
    odd = [item for item in otherwise({**event, "timestamp": 2.0}) if isinstance(item, dict) and "event" in item]
    texts = [user]
    for item in odd:
        texts += (reader.read(json.dumps(item)), user)
    scored, problems = scorer.scored("ada", texts)
    found, same = sessions(texts)
    assert same == problems
    assert not any("no JSON" in line for line in problems)
    read = 0
    for session, score in zip(found, scored, strict=True):
        assert list(steps_back(session))
        lines = tuple(range(1, len(session.events) + 1))
        with suppress(TrainerError):  # where most names are none of this bot's
            script_told(Told("ada", session.events, lines, "tracker.db"), project.domain)
        read += len(session.events)
        assert all(datetime.fromtimestamp(at) for at in (score.first_at, score.last_at) if at is not None)
    assert len(found) > 1 or read + len(problems) == len(texts)
