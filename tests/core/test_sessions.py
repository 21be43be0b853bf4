"""A conversation cut into sessions where Rasa began them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from trainer_tui.core.events import ActionExecuted, BotUttered, Event, Restarted, SessionStarted, SlotSet, UserUttered
from trainer_tui.core.sessions import Session, sessions_of
from trainer_tui.formats.json.conversations import conversation_of
from trainer_tui.formats.report import Report

BEGINS = ActionExecuted("action_session_start")
LISTENS = ActionExecuted("action_listen")
BEGINNING: list[Event] = [BEGINS, SessionStarted(), LISTENS]
TURN: list[Event] = [UserUttered(text="hi", intent="greet"), ActionExecuted("utter_greet"), LISTENS]


def parts(events: list[Event]) -> list[tuple[list[Event], list[Event]]]:
    """Each session: its beginning, and what was said in it."""
    return [(events[item.start : item.begun], events[item.begun : item.stop]) for item in sessions_of(events)]


def test_a_session_begins_with_the_action_before_session_started() -> None:
    events = [*BEGINNING, *TURN, *BEGINNING, *TURN]
    assert parts(events) == [(BEGINNING, TURN), (BEGINNING, TURN)]


def test_slots_that_are_carried_over_are_part_of_the_beginning() -> None:
    carried = [BEGINS, SessionStarted(), SlotSet("city", "Oslo"), SlotSet("city", "Bergen"), LISTENS]
    set_now = [SlotSet("city", "Rome"), *TURN]
    assert parts([*BEGINNING, *TURN, *carried, *set_now])[1] == (carried, set_now)


def test_what_a_project_s_own_beginning_says_belongs_to_its_session() -> None:
    own = [BEGINS, BotUttered("Welcome!"), SessionStarted(), SlotSet("name", "Ann"), LISTENS]
    assert parts([*BEGINNING, *TURN, *own, *TURN]) == [(BEGINNING, TURN), (own, TURN)]


def test_a_restart_begins_one_session_whether_or_not_rasa_says_so_behind_it() -> None:
    restart = [UserUttered(text="/restart"), ActionExecuted("action_restart"), Restarted()]
    assert parts([*TURN, *restart, *BEGINNING, *TURN]) == [([], [*TURN, *restart]), (BEGINNING, TURN)]
    assert parts([*TURN, *restart, LISTENS, *TURN]) == [([], [*TURN, *restart]), ([LISTENS], TURN)]
    assert parts([*TURN, *restart]) == [([], [*TURN, *restart])]


def test_without_sessions_a_conversation_is_one() -> None:
    assert sessions_of(TURN) == (Session(0, 3, 0),)
    assert sessions_of([]) == ()


@pytest.mark.parametrize("rasa", ["rasa36", "rasa28"])
def test_sessions_of_real_conversations(corpus: Path, rasa: str) -> None:
    uri = f"file:{corpus / 'talk' / 'trackers' / rasa / 'tracker.db'}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        rows = connection.execute("SELECT sender_id, data FROM events ORDER BY id").fetchall()
    counted = {}
    for sender in dict(rows):
        report = Report("events")
        conversation = conversation_of(sender, [json.loads(data) for found, data in rows if found == sender], report)
        assert report.problems == []
        sessions = sessions_of(conversation.events)
        assert [item.start for item in sessions] == [0, *(item.stop for item in sessions[:-1])]
        assert all(isinstance(conversation.events[item.begun], UserUttered) for item in sessions)
        counted[sender[:2]] = len(sessions)
    assert counted == {"c1": 1, "c2": 1, "c3": 2, "c4": 1, "c5": 1, "c6": 2}
