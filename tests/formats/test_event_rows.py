"""Files of events are read a piece at a time: the same events with the same lines, however long the file is."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest

from trainer_tui.formats.json import pieces
from trainer_tui.formats.json.event_rows import LONGEST_EVENT, json_rows
from trainer_tui.formats.report import Report


def user(text: str, **more: Any) -> dict[str, Any]:
    return {"event": "user", "timestamp": 1.5, "text": text, **more}


@pytest.fixture(params=[40, 1 << 16], autouse=True)
def ahead(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever of a file is read ahead."""
    monkeypatch.setattr(pieces, "_AHEAD", request.param)


def read(text: str) -> tuple[list[tuple[str, str, int | None]], list[tuple[int | None, str]]]:
    """Sender, text and line of each message, and what is said of which line."""
    report = Report("file")
    rows = [(row.sender_id, row.source["text"], row.line) for row in json_rows(StringIO(text), "file", report)]
    return rows, [(problem.place.line if problem.place else None, problem.message) for problem in report.problems]


def test_a_tracker_over_many_lines_has_the_line_of_each_event() -> None:
    text = json.dumps({"sender_id": "ann", "slots": {"a": [1]}, "events": [user("a"), user("b")], "x": None}, indent=2)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line == "    {"]
    assert read(text) == ([("ann", "a", lines[0]), ("ann", "b", lines[1])], [])


def test_a_list_of_trackers_on_one_line_and_on_many() -> None:
    trackers = [{"sender_id": name, "events": [user(name)], "paused": False} for name in ("ann", "bob")]
    for indent in (None, 1):
        rows, problems = read(json.dumps(trackers, indent=indent))
        assert [row[:2] for row in rows] == [("ann", "ann"), ("bob", "bob")]
        assert problems == []


@pytest.mark.parametrize("named", [{"sender_id": "ann"}, {"name": "ann"}, {}])
def test_whose_the_events_are_may_stand_behind_them(named: dict[str, str]) -> None:
    sender = "ann" if named else "file"
    assert read(json.dumps({"events": [user("a"), user("b")], **named}, indent=1))[0] == [
        (sender, "a", 3),
        (sender, "b", 8),
    ]


def test_numbers_of_mongodb_halves_of_characters_and_what_only_python_writes() -> None:
    event = '{"event": "user", "text": "half \\ud83d", "n": {"$numberLong": "7"}, "x": NaN}'
    text = f'{{"sender_id": "ann", "events": [{event}]}}'
    (row,) = json_rows(StringIO(text), "file", Report("file"))
    assert (row.source["text"], row.source["n"]) == ("half ?", 7)
    assert row.source["x"] != row.source["x"]


def test_a_line_that_was_cut_off_costs_that_line_alone() -> None:
    whole = json.dumps({"sender_id": "ann", **user("whole")})
    for stop in range(1, len(whole)):
        rows, problems = read("\n".join((whole, whole[:stop], whole)))
        assert rows == [("ann", "whole", 1), ("ann", "whole", 3)]
        assert [line for line, _ in problems] == [2]
    rows, problems = read("\n".join((whole[:-1], whole, whole)))
    assert (rows, [line for line, _ in problems]) == ([("ann", "whole", 2), ("ann", "whole", 3)], [1])


def test_a_document_that_was_cut_off_is_read_as_far_as_it_goes_and_said_once() -> None:
    text = json.dumps({"sender_id": "ann", "events": [user("a"), user("b"), user("c")]}, indent=1)
    cut = text[: text.index('"c"')]
    rows, problems = read(cut)
    assert [row[1] for row in rows] == ["a", "b"]
    ((line, message),) = problems
    assert line == rows[1][2] + 5  # type: ignore[operator]
    assert "no JSON" in message


def test_what_is_no_event_or_too_long_is_named_and_the_rest_read() -> None:
    events = [user("a"), 7, {"x": 1}, user("b" * (LONGEST_EVENT + 1)), user("c")]
    rows, problems = read(json.dumps({"sender_id": "ann", "events": events}, indent=None).replace("}, ", "},\n"))
    assert [row[1] for row in rows] == ["a", "c"]
    assert len(problems) == 3
    assert ["no event" in message for _, message in problems] == [True, True, False]
